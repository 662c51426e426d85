"""The tau at which conditional quantile functions take given values: CDF and density, for many functions at once.

    F(y) = measure of {tau : f(tau) <= y},   density = sum over f(tau) = y of 1 / |df/dtau|

Where f increases this is one tau, found on a coarse grid and then by false position: the Illinois variant (Dowell,
Jarratt, BIT 11 (1971) 168) in logit tau, in which quantile functions with exponential tails are straight. Where values
or slopes on the way show f to fall (quantiles cross), F is measured on a fine grid. As ``jet-iqn predict --cdf
--density`` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Tuple

import numpy as np

Quantile = Callable[[np.ndarray, np.ndarray], Tuple[np.ndarray, np.ndarray]]
"""(rows [n], which function each place is of; tau [n]) → value [n], slope d value / d tau [n]."""

SMALLEST_TAU = 2.0**-24
"""The smallest tau that sampling draws; the largest is 1 minus that."""
COARSE = np.array([SMALLEST_TAU, 1e-3, 0.03, 0.2, 0.5, 0.8, 0.97, 1 - 1e-3, 1 - SMALLEST_TAU], np.float32)
FINE = ((np.arange(1024) + 0.5) / 1024).astype(np.float32)
FINE_ROWS = 128
NOISE = 4e-6
"""Values that differ by less, relatively, are equal: float32 leaves noise of 1e-6."""
MOST_STEPS = 30


@dataclass
class Solved:
    """F(y) in [0, 1] and dF/dy, [N] each; how many functions fall, and values lie outside of what a function gives."""

    tau: np.ndarray
    density: np.ndarray
    crossed: int = 0
    beyond: int = 0


def solve(quantile: Quantile, y: np.ndarray) -> Solved:
    """:param y: [N] float64, a value of each function."""
    count = len(y)
    solved = Solved(np.zeros(count), np.zeros(count))
    value, slope = on_grid(quantile, np.arange(count), COARSE)
    size = np.maximum(np.abs(value[:, 1:]), np.abs(value[:, :-1]))
    falling = (slope < 0).any(axis=1) | (value[:, 1:] < value[:, :-1] - NOISE * size).any(axis=1)
    under, over = ~falling & (y < value[:, 0]), ~falling & (y > value[:, -1])
    solved.tau[over] = 1
    solved.beyond += int(under.sum() + over.sum())
    row = np.flatnonzero(~(falling | under | over))
    at = np.maximum(1, np.argmax(value[row] >= y[row, None], axis=1))
    low, high = logit(COARSE[at - 1]), logit(COARSE[at])
    below, above = value[row, at - 1] - y[row], value[row, at] - y[row]
    moved = np.zeros(len(row))
    for step in range(MOST_STEPS + 1):
        if len(row) == 0:
            break
        # Away from the ends, or a bracket with one end right would never close.
        margin = 1e-3 * (high - low)
        with np.errstate(divide="ignore", invalid="ignore"):
            secant = np.where(above > below, low + (high - low) * (-below / (above - below)), 0.5 * (low + high))
        middle = np.clip(secant, low + margin, high - margin)
        tau = sigmoid(middle).astype(np.float32)
        value, slope = quantile(row, tau)
        distance = value - y[row]
        # Illinois: where the same end moves twice, the other one's distance counts half.
        left = distance <= 0
        above, below = np.where(left & (moved < 0), above / 2, above), np.where(~left & (moved > 0), below / 2, below)
        low, below = np.where(left, middle, low), np.where(left, distance, below)
        high, above = np.where(left, high, middle), np.where(left, above, distance)
        moved = np.where(left, -1, 1)
        falls = slope < 0
        falling[row[falls]] = True
        close = (np.abs(distance) <= 3e-7 * np.abs(y[row])) | (high - low < 1e-6) | (step == MOST_STEPS)
        done = close & ~falls
        # The rest of the way along the tangent, where it does not leave the bracket.
        with np.errstate(divide="ignore", invalid="ignore"):
            end = tau - distance / slope
            solved.density[row[done]] = np.where(slope > 0, 1 / slope, 0)[done]
        solved.tau[row[done]] = np.where((end >= sigmoid(low)) & (end <= sigmoid(high)), end, tau)[done]
        kept = ~(done | falls)
        row, low, high, below, above, moved = (a[kept] for a in (row, low, high, below, above, moved))
    crossing = np.flatnonzero(falling)
    solved.crossed = len(crossing)
    for first in range(0, len(crossing), FINE_ROWS):
        measure(quantile, y, crossing[first : first + FINE_ROWS], solved)
    return solved


def measure(quantile: Quantile, y: np.ndarray, rows: np.ndarray, solved: Solved) -> None:
    """F and density of functions that fall somewhere, with straight lines between the points of the fine grid."""
    value, _ = on_grid(quantile, rows, FINE)
    own = y[rows, None]
    low, high = np.minimum(value[:, 1:], value[:, :-1]), np.maximum(value[:, 1:], value[:, :-1])
    inside = (own >= low) & (own < high)
    with np.errstate(divide="ignore", invalid="ignore"):
        part, density = np.where(inside, (own - low) / (high - low), 0), np.where(inside, 1 / (high - low), 0)
    # Half an interval before the first point and after the last belongs to that point.
    ends = 0.5 * (value[:, [0, -1]] <= own).sum(axis=1)
    measured = ends + (own >= high).sum(axis=1) + part.sum(axis=1)
    solved.tau[rows] = measured / len(FINE)
    solved.density[rows] = density.sum(axis=1) / len(FINE)
    solved.beyond += int(((measured == 0) | (measured == len(FINE))).sum())


def on_grid(quantile: Quantile, rows: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """value and slope [rows, grid] of functions at every tau of one grid."""
    value, slope = quantile(np.repeat(rows, len(grid)), np.tile(grid, len(rows)))
    return value.reshape(len(rows), -1).astype(np.float64), slope.reshape(len(rows), -1)


def logit(tau: np.ndarray) -> np.ndarray:
    tau = tau.astype(np.float64)
    return np.log(tau / (1 - tau))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))

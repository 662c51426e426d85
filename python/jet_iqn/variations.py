"""Another scale or resolution of pt with the same random numbers, as jet energy corrections and smearing apply it:

    pt' = scale (median + resolution (pt - median)),   mass' = mass pt' / pt

median: that of the jet's own predicted pt, exact. A factor is a number, one an event or one a jet; three of them are
nominal, up and down; or it is a correction of correctionlib, such as JME's scale factors of the resolution, by the
predicted jet's eta (and pt), whose ``systematic`` is nom, up and down. As ``jet-iqn sample --pt-scale`` has it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import InputError, warn
from .jets import VARIABLES, Layout

LEAST_PT = 0.01
"""GeV: where a jet far below its median would be smeared below 0, as JME's smearing holds the energy."""
SYSTEMATICS = {"": "nom", "_up": "up", "_down": "down"}


class Variation:
    """The two factors of some jets."""

    def __init__(self, layout: Layout, pt_scale: Any, pt_resolution: Any):
        self.factors = {
            what: factor(layout, given, what)
            for what, given in (("pt_scale", pt_scale), ("pt_resolution", pt_resolution))
        }
        self.held = 0
        """Values of pt held at the least so far."""
        if sum(map(has_sides, self.factors.values())) > 1:
            raise InputError("pt_scale and pt_resolution both have an up and a down; vary one at a time")

    def __bool__(self) -> bool:
        """Whether anything varies."""
        return any(
            not isinstance(values, dict) or len(values) > 1 or not (values[""] == 1).all()
            for values in self.factors.values()
        )

    @property
    def exact(self) -> bool:
        """Whether the factors depend only on the jet, and not on what is predicted for it."""
        return all(isinstance(values, dict) for values in self.factors.values())

    @property
    def names(self) -> list[str]:
        sides = list(SYSTEMATICS)[1:] if any(map(has_sides, self.factors.values())) else []
        return [*VARIABLES, *(f"{name}{side}" for side in sides for name in ("pt", "mass"))]

    def __call__(self, drawn: np.ndarray, median: np.ndarray, some: slice = slice(None)) -> dict[str, np.ndarray]:
        """Columns [N, S]: pt, eta, phi, mass, and where a factor has an up and a down pt_up, mass_up, pt_down, mass_down.

        :param drawn: predictions [N, 4, S] of the jets ``some``. :param median: of their pt, [N] in GeV.
        """
        factors = [
            {side: values[some, None] for side, values in own.items()}
            if isinstance(own, dict)
            else evaluated(own, what, drawn)
            for what, own in self.factors.items()
        ]
        columns = {name: drawn[:, k] for k, name in enumerate(VARIABLES)}
        for suffix in SYSTEMATICS if len(self.names) > len(VARIABLES) else [""]:
            scales, widths = (values.get(suffix, values[""]) for values in factors)
            pt = scales * (median[:, None] + widths * (drawn[:, 0].astype(np.float64) - median[:, None]))
            self.held += int((pt < LEAST_PT).sum())
            pt = np.maximum(pt, LEAST_PT)
            columns[f"pt{suffix}"], columns[f"mass{suffix}"] = (
                pt.astype(np.float32),
                (drawn[:, 3] * (pt / drawn[:, 0])).astype(np.float32),
            )
        return columns

    def say_held(self) -> None:
        if self.held:
            warn(f"{self.held} values of pt below {LEAST_PT} GeV after smearing are held there")


def has_sides(factor: Any) -> bool:
    if isinstance(factor, dict):
        return len(factor) > 1
    return any(variable.type == "string" for variable in factor.inputs)


def factor(layout: Layout, given: Any, what: str) -> Any:
    """A correction as it is, or factors [N] by suffix, nominal ("") and perhaps "_up" and "_down"."""
    if hasattr(given, "evaluate"):
        return given
    parts = dict(zip(SYSTEMATICS, given)) if isinstance(given, tuple) else {"": given}
    if isinstance(given, tuple) and len(given) != len(SYSTEMATICS):
        raise InputError(f"{what} has {len(given)} parts; give one factor, or a tuple (nominal, up, down)")
    made = {suffix: layout.spread(values, what).astype(np.float64) for suffix, values in parts.items()}
    if not all((values > 0).all() and np.isfinite(values).all() for values in made.values()):
        raise InputError(f"{what} has values that are not above 0; give factors such as 1.02")
    return made


def evaluated(correction: Any, what: str, drawn: np.ndarray) -> dict[str, np.ndarray]:
    """A correctionlib correction at the predicted jets."""

    def argument(name: str, kind: str, systematic: str) -> Any:
        if kind == "string":
            return systematic
        for k, variable in ((1, "eta"), (0, "pt")):
            if variable in name.lower():
                values = drawn[:, k].astype(np.float64).ravel()
                return np.abs(values) if k == 1 and "abs" in name.lower() else values
        raise InputError(
            f"{what}: {correction.name} wants {name}; give a correction by eta and pt, or its values: one a jet"
        )

    inputs = [(variable.name, variable.type) for variable in correction.inputs]
    suffixes = SYSTEMATICS if any(kind == "string" for _, kind in inputs) else {"": ""}
    shape = (drawn.shape[0], drawn.shape[2])
    made = {}
    for suffix, systematic in suffixes.items():
        try:
            values = correction.evaluate(*(argument(name, kind, systematic) for name, kind in inputs))
        except (RuntimeError, IndexError) as error:
            raise InputError(
                f"{what}: {correction.name} has no value for some jets ({error}); cut them, or give its values"
            ) from error
        made[suffix] = np.broadcast_to(np.asarray(values, np.float64), shape[0] * shape[1]).reshape(shape)
    return made

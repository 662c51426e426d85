"""python -m jets.figures JETS -o FIGURE: what the detector makes of jets, as one PNG of four panels.

Reads the tables that `python -m jets -o JETS` wrote; draws with matplotlib, which nothing else needs.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from .calibration import CMS_RESOLUTIONS

# In |eta|: barrel, endcap within the tracker, forward calorimeter.
REGIONS = [(0.0, 1.3), (1.3, 2.5), (3.0, 4.7)]
EDGES = np.geomspace(20, 2000, 14)  # gen pt [GeV]
FEWEST = 50  # jets of a point


def half_width(values: np.ndarray) -> float:
    """Half of the interval of the middle 68 %: the standard deviation, were it a normal distribution."""
    below, above = np.quantile(values, [0.16, 0.84])
    return (above - below) / 2


def measured(gen_jets, quantity, summary) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each region in |eta| gen pt [GeV] and a summary of `quantity` of the jets in each bin with enough of them."""
    curves = []
    for low, high in REGIONS:
        inside = (np.abs(gen_jets["gen_eta"]) >= low) & (np.abs(gen_jets["gen_eta"]) < high)
        points = []
        for least, most in zip(EDGES, EDGES[1:]):
            chosen = inside & (gen_jets["gen_pt"] >= least) & (gen_jets["gen_pt"] < most)
            if chosen.sum() >= FEWEST:
                points.append((np.median(gen_jets["gen_pt"][chosen]), summary(quantity[chosen])))
        curves.append(tuple(np.array(points).reshape(-1, 2).T))
    return curves


def draw(gen_jets: dict[str, np.ndarray], path: str) -> None:
    from matplotlib import pyplot
    from PIL import Image

    pyplot.rcParams["font.size"] = 9
    figure, panels = pyplot.subplots(2, 2, figsize=(8.5, 6.2), sharex=True, layout="constrained")
    delta_phi = np.angle(np.exp(1j * (gen_jets["reco_phi"] - gen_jets["gen_phi"])))
    has_mass = gen_jets["gen_mass"] > 0
    mass = gen_jets["reco_mass"] / np.where(has_mass, gen_jets["gen_mass"], np.nan)
    for panel, title, quantity, summary in (
        (panels[0, 0], "width of reco $p_T$ / gen $p_T$", gen_jets["reco_pt"] / gen_jets["gen_pt"], half_width),
        (panels[0, 1], r"width of reco $\eta$ − gen $\eta$", gen_jets["reco_eta"] - gen_jets["gen_eta"], half_width),
        (panels[1, 0], r"width of reco $\varphi$ − gen $\varphi$ [rad]", delta_phi, half_width),
        (panels[1, 1], "median of reco mass / gen mass", mass, np.nanmedian),
    ):
        for (low, high), (pt, values), marker in zip(REGIONS, measured(gen_jets, quantity, summary), "o^s"):
            panel.plot(pt, values, marker + "-", markersize=3, linewidth=1, label=rf"{low} ≤ |$\eta$| < {high}")
        panel.set_title(title, fontsize=9)
        panel.set_xscale("log")
        panel.minorticks_off()
        panel.grid(alpha=0.3)
    for low, high, cms in CMS_RESOLUTIONS:
        panels[0, 0].fill_between([low, high], 0.92 * cms, 1.08 * cms, color="0.5", alpha=0.4, linewidth=0,
                                  label=r"CMS, |$\eta$| < 1.3, ± 8 %" if low == 20 else None)
    for panel in panels.flat[:3]:
        panel.set_ylim(bottom=0)
    for panel in panels[1]:
        panel.set_xlabel("gen $p_T$ [GeV]")
    panels[0, 0].legend(fontsize=8)
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=120, format="png")
    # Few colours are a fifth of the bytes.
    Image.open(drawn).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(path, format="png", optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m jets.figures", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("jets", help="what python -m jets wrote by -o")
    parser.add_argument("-o", "--output", required=True, metavar="FIGURE", help="the figure, PNG")
    options = parser.parse_args()
    table = Path(options.jets).with_name(f"{Path(options.jets).stem}.gen.parquet")
    try:
        jets = pq.read_table(table, filters=[("matched", "=", True)])
        draw({name: jets[name].to_numpy() for name in jets.column_names if "_" in name}, options.output)
    except ModuleNotFoundError as error:
        print(f"jets: {error}; pip install {error.name}", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError) as error:
        print(f"jets: {table}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

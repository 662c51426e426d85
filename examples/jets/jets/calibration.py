"""raw → reco, the "typical" correction: pile-up's offset, then the inverse of the median response.

As CMS's chain of corrections (arXiv:1607.03663): first rho times area (its L1), then a factor by |eta| and pt (L2L3).
Derived on the matched jets themselves, or read from a file so that other samples get the very same correction.
"""

from __future__ import annotations

import json

import numpy as np

# In |eta|: barrel, its edge, endcap within the tracker, beyond it, forward.
ETA_EDGES = [0.0, 0.8, 1.3, 1.9, 2.5, 3.0, 3.5, 5.2]
PT_EDGES = [10, 12, 15, 18, 22, 27, 33, 40, 50, 65, 85, 110, 150, 210, 300, 450, 700, 1100, 1800, 3000, 7000]
FEWEST = 50  # jets of a bin whose median counts; with fewer it goes on to the next edge


def offset(raw_pt: np.ndarray, rho: np.ndarray, area: np.ndarray) -> np.ndarray:
    """pt [GeV] less the pile-up that its area holds; a tenth of it at least, so that no jet turns round."""
    return np.maximum(raw_pt - rho * area, 0.1 * raw_pt)


def derive(raw_pt, eta, rho, area, gen_pt) -> dict:
    """Points (pt after offset, factor) for each bin of |eta|: medians of bins of gen pt."""
    pt = offset(raw_pt, rho, area)
    bins = []
    for low, high in zip(ETA_EDGES, ETA_EDGES[1:]):
        inside = (np.abs(eta) >= low) & (np.abs(eta) < high)
        points, least = [], PT_EDGES[0]
        for most in PT_EDGES[1:]:
            chosen = inside & (gen_pt >= least) & (gen_pt < most)
            if chosen.sum() >= FEWEST:
                response = float(np.median(pt[chosen] / gen_pt[chosen]))
                points.append([float(np.median(gen_pt[chosen])) * response, 1 / response])
                least = most
        # A factor belongs to one pt: where medians turn back, which few jets do, the point is left out.
        rising = [point for k, point in enumerate(points) if all(point[0] > earlier[0] for earlier in points[:k])]
        bins.append({"eta": [low, high], "points": rising or [[1.0, 1.0]]})
    return {"what": "factor by which pt and mass after the offset are multiplied, linear in log pt between points",
            "bins": bins}


def apply(calibration: dict, raw_pt, raw_mass, eta, rho, area) -> tuple[np.ndarray, np.ndarray]:
    """reco pt and mass [GeV]."""
    pt = offset(raw_pt, rho, area)
    factor = np.ones(len(pt))
    for one in calibration["bins"]:
        inside = (np.abs(eta) >= one["eta"][0]) & (np.abs(eta) < one["eta"][1])
        at, factors = np.array(one["points"]).T
        factor[inside] = np.interp(np.log(pt[inside]), np.log(at), factors)
    scale = factor * pt / raw_pt
    return raw_pt * scale, raw_mass * scale


def read(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        calibration = json.loads(text)
        apply(calibration, *np.ones((5, 1)))
    except (ValueError, KeyError, TypeError, IndexError):
        raise ValueError(f"{path} is not a correction as this program writes it (.calibration.json)") from None
    return calibration


# Summer16 AK4PFchs, |eta| < 1.3: least and most gen pt [GeV], half of the 68 % interval of reco pt / gen pt.
CMS_RESOLUTIONS = [(20, 30, 0.206), (30, 50, 0.158), (50, 80, 0.125), (80, 150, 0.099), (150, 400, 0.074)]


def resolutions(gen_jets) -> list[tuple[int, int, float, float, float]]:
    """For each bin of CMS_RESOLUTIONS with 100 matched jets: these three numbers, the median of reco pt / gen pt and
    half of its 68 % interval.

    Of all matched jets: the training table's cut in reco pt takes the low ones away.
    """
    jets = gen_jets.filter(gen_jets["matched"])
    reco_pt, gen_pt, eta = (jets[name].to_numpy() for name in ("reco_pt", "gen_pt", "gen_eta"))
    bins = []
    for low, high, cms in CMS_RESOLUTIONS:
        inside = (np.abs(eta) < 1.3) & (gen_pt >= low) & (gen_pt < high)
        if inside.sum() >= 100:
            below, median, above = np.quantile(reco_pt[inside] / gen_pt[inside], [0.16, 0.5, 0.84])
            bins.append((low, high, cms, median, (above - below) / 2))
    return bins

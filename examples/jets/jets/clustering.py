"""Jets of particles and of candidates by anti-kT (Cacciari, Salam, Soyez, arXiv:0802.1189), and how they match."""

from __future__ import annotations

import fastjet
import numpy as np

RADIUS = 0.4
GEN_PT, GEN_ETA = 10.0, 4.7  # a gen jet has more pt [GeV], and less |eta|
RECO_PT = 5.0  # GeV; lower than gen jets, so that what a jet loses does not decide whether it is found
STRAY_PT = 15.0  # GeV without pile-up's offset: reco jets of more are kept though no gen jet is near
MATCH = RADIUS / 2

_ANTI_KT = fastjet.JetDefinition(fastjet.antikt_algorithm, RADIUS)
# Voronoi areas need no ghosts; CMS has active areas, which agree within some percent for hard jets.
_AREA = fastjet.AreaDefinition(fastjet.VoronoiAreaSpec(0.9))


def cluster(pt: np.ndarray, eta: np.ndarray, phi: np.ndarray, mass: np.ndarray, least_pt: float) -> np.ndarray:
    """The jets of one event by falling pt: [jets, 5] of pt, eta, phi in (-pi, pi], mass, area."""
    px, py, pz = pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)
    energy = np.sqrt(px**2 + py**2 + pz**2 + mass**2)
    inputs = [fastjet.PseudoJet(*four) for four in np.stack([px, py, pz, energy], 1).tolist()]
    # The area's clustering must outlive its jets.
    clustering = fastjet.ClusterSequenceArea(inputs, _ANTI_KT, _AREA)
    jets = fastjet.sorted_by_pt(clustering.inclusive_jets(least_pt))
    rows = [[jet.pt(), jet.eta(), jet.phi_std(), max(jet.m(), 0.0), jet.area()] for jet in jets]
    return np.array(rows).reshape(-1, 5)


def density(pt: np.ndarray, eta: np.ndarray, phi: np.ndarray) -> float:
    """rho [GeV]: the median of pt by area over a grid of 0.55 up to |eta| 5, as CMS's fixedGridRhoFastjetAll."""
    rows, columns = 18, 11
    row = np.floor((eta + 5) / 10 * rows).astype(int)
    column = np.minimum((phi + np.pi) / (2 * np.pi) * columns, columns - 1).astype(int)
    inside = (row >= 0) & (row < rows)
    sums = np.bincount(row[inside] * columns + column[inside], pt[inside], minlength=rows * columns)
    return float(np.median(sums) / (10 / rows * 2 * np.pi / columns))


def delta_r(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Distances [n, m] of jets whose second and third columns are eta and phi."""
    delta_phi = np.abs(one[:, None, 2] - other[None, :, 2])
    return np.hypot(one[:, None, 1] - other[None, :, 1], np.minimum(delta_phi, 2 * np.pi - delta_phi))


def match(gen: np.ndarray, reco: np.ndarray) -> np.ndarray:
    """For each gen jet the reco jet that is its own within MATCH, or -1 [gen jets]; each reco jet once, nearest first."""
    matched = np.full(len(gen), -1)
    if len(gen) == 0 or len(reco) == 0:
        return matched
    distance = delta_r(gen, reco)
    for flat in np.argsort(distance, axis=None, kind="stable"):
        i, j = np.unravel_index(flat, distance.shape)
        if distance[i, j] >= MATCH:
            break
        if matched[i] < 0 and j not in matched:
            matched[i] = j
    return matched


def flavour(gen: np.ndarray, pdg: np.ndarray, partons: np.ndarray) -> np.ndarray:
    """The PDG code of the hardest parton within RADIUS of each gen jet, 0 where there is none [gen jets].

    `partons` [m, 3+] has pt, eta, phi.
    """
    if len(gen) == 0 or len(pdg) == 0:
        return np.zeros(len(gen), int)
    pt = np.where(delta_r(gen, partons) < RADIUS, partons[None, :, 0], -1)
    hardest = pt.argmax(axis=1)
    return np.where(pt.max(axis=1) > 0, pdg[hardest], 0)

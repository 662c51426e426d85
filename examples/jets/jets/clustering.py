"""Jets of particles and of candidates by anti-kT (Cacciari, Salam, Soyez, arXiv:0802.1189), and how they match."""

from __future__ import annotations

import awkward as ak
import fastjet
import numpy as np

# px, py, pz, energy [GeV], arrays of one length.
FourMomenta = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

RADIUS = 0.4
GEN_PT, GEN_ETA = 10.0, 4.7  # a gen jet has more pt [GeV], and less |eta|
RECO_PT = 5.0  # GeV; lower than gen jets, so that what a jet loses does not decide whether it is found
STRAY_PT = 15.0  # GeV without pile-up's offset: reco jets of more are kept though no gen jet is near
MATCH = RADIUS / 2

_ANTI_KT = fastjet.JetDefinition(fastjet.antikt_algorithm, RADIUS)
# Voronoi areas need no ghosts; CMS has active areas, which agree within some percent for hard jets.
_AREA = fastjet.AreaDefinition(fastjet.VoronoiAreaSpec(0.9))


def cluster(event: np.ndarray, events: int, momenta: FourMomenta, least_pt: float) -> list[np.ndarray]:
    """The jets of each event by falling pt: [jets, 5] of pt, eta, phi in (-pi, pi], mass and 0 for an area."""
    particles = ak.unflatten(ak.zip(dict(zip(("px", "py", "pz", "E"), momenta))), np.bincount(event, minlength=events))
    jets = fastjet.ClusterSequence(particles, _ANTI_KT).inclusive_jets(least_pt)
    px, py, pz, energy = (ak.to_numpy(ak.flatten(jets[name])) for name in ("px", "py", "pz", "E"))
    pt = np.hypot(px, py)
    mass = np.sqrt(np.maximum(energy**2 - pt**2 - pz**2, 0))
    rows = np.stack([pt, np.arcsinh(pz / pt), np.arctan2(py, px), mass, np.zeros(len(pt))], 1)
    return [one[np.argsort(-one[:, 0])] for one in np.split(rows, np.cumsum(ak.to_numpy(ak.num(jets)))[:-1])]


def cluster_with_areas(momenta: FourMomenta, least_pt: float) -> np.ndarray:
    """The jets of one event by falling pt: [jets, 5] of pt, eta, phi in (-pi, pi], mass, area.

    FastJet gives areas for its own particles only, and those cost more than the clustering.
    """
    inputs = list(map(fastjet.PseudoJet, *(component.tolist() for component in momenta)))
    # The area's clustering must outlive its jets.
    clustering = fastjet.ClusterSequenceArea(inputs, _ANTI_KT, _AREA)
    jets = fastjet.sorted_by_pt(clustering.inclusive_jets(least_pt))
    rows = [[jet.pt(), jet.eta(), jet.phi_std(), max(jet.m(), 0.0), jet.area()] for jet in jets]
    return np.array(rows).reshape(-1, 5)


def density(event: np.ndarray, events: int, pt: np.ndarray, eta: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """rho [GeV] of each event: the median of pt by area over a grid of 0.55 up to |eta| 5, as CMS's
    fixedGridRhoFastjetAll."""
    rows, columns = 18, 11
    row = np.floor((eta + 5) / 10 * rows).astype(int)
    column = np.minimum((phi + np.pi) / (2 * np.pi) * columns, columns - 1).astype(int)
    inside = (row >= 0) & (row < rows)
    sums = np.bincount(((event * rows + row) * columns + column)[inside], pt[inside], events * rows * columns)
    return np.median(sums.reshape(events, -1), axis=1) / (10 / rows * 2 * np.pi / columns)


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

"""What a detector like CMS measures of particles: an emulation, particle by particle, without showers or material.

1. Charged particles with enough pt leave a track, by chance of the tracker's efficiency, with a smeared momentum.
2. What reaches a calorimeter leaves smeared energy in cells: electrons and photons in the electromagnetic one, hadrons
   in both. Charged particles are bent by the solenoid on their way.
3. Particle flow, as CMS does it (arXiv:1706.04965) but by towers: where tracks point, only what the calorimeters have
   beyond the tracks counts as neutral; where the two agree, they are averaged by their errors; elsewhere each cell is
   a photon and each tower a neutral hadron. Tracks of pile-up are dropped, with the energy that they explain.

All numbers stand in `Detector`, with their sources. TDR is CMS's Physics TDR I (CERN-LHCC-2006-001); tracking is
arXiv:1405.6569; PF is arXiv:1706.04965; JINST is CMS's description, JINST 3 (2008) S08004.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from .events import Particles


@dataclass(frozen=True)
class Detector:
    field: float = 3.8  # T, the solenoid (JINST)
    radius: float = 1.29  # m, the inner face of the barrel calorimeter (JINST)
    half_length: float = 3.17  # m, that of the endcaps (JINST)

    track_eta: float = 2.5  # acceptance of the tracker (JINST)
    track_pt: float = 0.4  # GeV, below which tracks are not found reliably (tracking, fig. 12)
    track_efficiency: tuple[float, float] = (0.93, 0.86)  # charged hadrons, |eta| below 1.4 and above (tracking, fig. 12)
    track_efficiency_loss: float = 0.18  # of them in the cores of jets of 1 TeV, growing with the logarithm (PF, sec. 3.1)
    muon_efficiency: float = 0.98  # (tracking, fig. 11)
    # Resolution of pt: constant (multiple scattering) and linear (lever arm) [1/GeV] (tracking, fig. 15).
    track_constant: tuple[float, float] = (0.007, 0.017)
    track_linear: tuple[float, float] = (1.5e-4, 3.5e-4)
    track_angle: float = 5e-4  # resolution of eta and phi (tracking, fig. 14)

    ecal_eta: float = 3.0  # end of the electromagnetic calorimeter (JINST)
    ecal_cell: float = 0.087 / 3  # in eta, a third of a tower: 1.7 crystals, about a cluster's position (JINST: 0.0174)
    ecal_around: int = 216  # in phi, a third of a tower
    ecal_stochastic: float = 0.028  # sqrt(GeV) (JINST)
    ecal_constant: float = 0.01  # 0.003 in the test beam, 0.01 and more in situ (JINST; arXiv:1306.2016)
    ecal_noise: float = 0.12  # GeV a cell of 3 x 3 crystals (JINST: 12 % / E)
    ecal_threshold: tuple[float, float] = (0.23, 0.60)  # GeV a cell, |eta| below 1.4 and above (PF, table 3, seeds)

    # Hadrons in both calorimeters together: 1.10 and 0.09 (PF, eq. 4), 1.2 before corrections (TDR). Raised from there
    # until jets have CMS's resolution, for what is not emulated: leaking showers, material, overlaps that confuse.
    hcal_stochastic: float = 1.17  # sqrt(GeV)
    hcal_constant: float = 0.18
    hcal_noise: float = 0.25  # GeV a tower (TDR)
    hcal_threshold: tuple[float, float] = (0.8, 1.1)  # GeV a tower, |eta| below 1.4 and above (PF, table 3, seeds)
    mip_share: float = 0.35  # hadrons that pass the electromagnetic calorimeter without a shower (TDR)
    mip_energy: float = 0.3  # GeV that they leave there

    hf_eta: float = 5.0  # end of the forward calorimeter, which begins at ecal_eta (JINST)
    # Photons and electrons, and hadrons (arXiv:0801.3454).
    hf_stochastic: tuple[float, float] = (1.98, 2.80)  # sqrt(GeV)
    hf_constant: tuple[float, float] = (0.09, 0.11)
    hf_threshold: float = 1.0  # GeV a tower (PF, sec. 3.3)

    # Neutral is what the calorimeters have beyond the tracks by so many of their errors (PF, sec. 4.4: 1).
    excess: float = 1.0


# Edges of towers in |eta|: 0.087 up to 1.74, wider beyond; the forward calorimeter from 3 on (JINST, table 5.1).
_EDGES = np.concatenate([
    np.arange(21) * 0.087, [1.83, 1.93, 2.043, 2.172, 2.322, 2.5, 2.65, 2.853, 3.0],
    [3.139, 3.314, 3.489, 3.664, 3.839, 4.013, 4.191, 4.363, 4.538, 4.716, 5.0]])
_CENTRES = (_EDGES[1:] + _EDGES[:-1]) / 2
# Towers about the beam: 72 up to |eta| 1.74, 36 beyond.
_AROUND = np.where(_EDGES[:-1] < 1.739, 72, 36)


@dataclass
class Candidates:
    """What particle flow reconstructs: arrays [N]; GeV, phi in (-pi, pi]; `event` ascends."""

    event: np.ndarray
    pt: np.ndarray
    eta: np.ndarray
    phi: np.ndarray
    mass: np.ndarray


def measure(particles: Particles, is_pileup: np.ndarray, rng: np.random.Generator,
            detector: Detector = Detector()) -> Candidates:
    """Candidates of all events at once. `is_pileup` [N]: which particles come from other collisions."""
    d = detector
    track, track_pt = _tracks(particles, rng, d)
    cells, towers = _deposits(particles, rng, d)

    # The tracks of each tower, at the place where they meet it: their energy, its error, and that of the calorimeters.
    eta, phi, reaches = _impact(particles, d)
    points = track & reaches & (np.abs(particles.pdg) != 13)
    momentum = (track_pt * np.cosh(particles.eta))[points]
    constant, linear = _by_eta(d.track_constant, particles.eta), _by_eta(d.track_linear, particles.eta)
    track_error = (np.hypot(constant, linear * track_pt) * track_pt * np.cosh(particles.eta))[points]
    tower_of_track = _tower(particles.event[points], eta[points], phi[points])
    linked = np.isin(cells.key, np.unique(_cell(particles.event[points], eta[points], phi[points], d)))

    # Cells without a track are photons. The others belong to their tower.
    photons = cells.take(~linked)
    rest = cells.take(linked)
    keys, index = np.unique(np.concatenate([towers.key, _tower(rest.event, rest.eta, rest.phi), tower_of_track]),
                            return_inverse=True)
    of_tower, of_rest, of_track = np.split(index, [len(towers.key), len(towers.key) + len(rest.key)])
    total = lambda at, what: np.bincount(at, what, minlength=len(keys))
    calorimeter = total(of_tower, towers.energy) + total(of_rest, rest.energy)
    tracks = total(of_track, momentum)
    error = np.sqrt(total(of_track, d.hcal_stochastic**2 * momentum + (d.hcal_constant * momentum) ** 2))
    tracks_error = np.sqrt(total(of_track, track_error**2))
    beyond = calorimeter - tracks
    is_excess = (beyond > d.excess * error) & (beyond > np.where(tracks > 0, d.ecal_threshold[0], 0.0))

    # Where calorimeters and tracks agree, their average by errors, which matters above some hundred GeV.
    agree = (tracks > 0) & ~is_excess & (beyond > -3 * error) & (tracks_error > 0)
    scale = np.ones(len(keys))
    by_track, by_tower = 1 / tracks_error[agree] ** 2, 1 / error[agree] ** 2
    scale[agree] = (tracks[agree] * by_track + calorimeter[agree] * by_tower) / (by_track + by_tower) / tracks[agree]
    factor = np.ones(len(particles.event))
    factor[points] = scale[of_track]

    kept = track & ~is_pileup
    count = kept.sum()
    neutral_event, neutral_eta, neutral_phi = _place(keys[is_excess])
    event = np.concatenate([particles.event[kept], photons.event, neutral_event])
    energy_to_pt = lambda energy, eta: energy / np.cosh(eta)
    candidates = Candidates(
        event,
        np.concatenate([(track_pt * factor)[kept], energy_to_pt(photons.energy, photons.eta),
                        energy_to_pt(beyond[is_excess], neutral_eta)]),
        np.concatenate([particles.eta[kept] + rng.normal(0, d.track_angle, count), photons.eta, neutral_eta]),
        np.concatenate([particles.phi[kept] + rng.normal(0, d.track_angle, count), photons.phi, neutral_phi]),
        # Particle flow takes charged hadrons for pions and neutral candidates for massless.
        np.concatenate([np.full(count, 0.13957), np.zeros(len(event) - count)]))
    order = np.argsort(event, kind="stable")
    return Candidates(*(getattr(candidates, field.name)[order] for field in fields(Candidates)))


def _by_eta(barrel_and_endcap: tuple[float, float], eta: np.ndarray) -> np.ndarray:
    return np.where(np.abs(eta) < 1.4, *barrel_and_endcap)


def _tracks(p: Particles, rng: np.random.Generator, d: Detector) -> tuple[np.ndarray, np.ndarray]:
    """Which particles have a track [N], and the pt that it measures [N]."""
    efficiency = np.where(np.abs(p.pdg) == 13, d.muon_efficiency, _by_eta(d.track_efficiency, p.eta))
    # Stands for the density of a jet's core, which grows with its particles' momenta.
    efficiency = efficiency - d.track_efficiency_loss * np.clip(np.log10(np.maximum(p.pt, 1e-9) / 10), 0, 2) / 2
    found = (p.charge != 0) & (np.abs(p.eta) < d.track_eta) & (p.pt > d.track_pt) & (rng.random(len(p.pt)) < efficiency)
    resolution = np.hypot(_by_eta(d.track_constant, p.eta), _by_eta(d.track_linear, p.eta) * p.pt)
    return found, p.pt * np.maximum(1 + resolution * rng.standard_normal(len(p.pt)), 0.05)


def _impact(p: Particles, d: Detector) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where a particle meets the calorimeters (eta, phi), and whether it does: a helix of radius pt / (0.3 B)."""
    radius = np.minimum(d.radius, d.half_length / np.maximum(np.abs(np.sinh(p.eta)), 1e-9))
    sine = np.where(p.charge != 0, 0.3 * d.field * radius * np.sign(p.charge) / (2 * np.maximum(p.pt, 1e-9)), 0.0)
    reaches = (np.abs(sine) < 1) & (np.abs(p.eta) < d.hf_eta)
    phi = p.phi - np.arcsin(np.clip(sine, -1, 1))
    return p.eta, np.arctan2(np.sin(phi), np.cos(phi)), reaches


def _tower(event: np.ndarray, eta: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """The key of a tower: event, side, ring in |eta|, place about the beam."""
    ring = np.clip(np.searchsorted(_EDGES, np.abs(eta), side="right") - 1, 0, len(_CENTRES) - 1)
    around = np.minimum((phi + np.pi) / (2 * np.pi) * _AROUND[ring], _AROUND[ring] - 1).astype(np.int64)
    return ((event.astype(np.int64) * 2 + (eta < 0)) * 64 + ring) * 128 + around


def _place(key: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Event, eta and phi of the middle of towers."""
    ring, around = key // 128 % 64, key % 128
    side = np.where(key // (128 * 64) % 2, -1.0, 1.0)
    return key // (128 * 64 * 2), side * _CENTRES[ring], (around + 0.5) / _AROUND[ring] * 2 * np.pi - np.pi


def _cell(event: np.ndarray, eta: np.ndarray, phi: np.ndarray, d: Detector) -> np.ndarray:
    """The key of a cell of the electromagnetic calorimeter. Rows begin at eta = 0, as towers do: a cell that lay across
    the edge of two towers would move what it holds, to one side everywhere."""
    row = np.floor(eta / d.ecal_cell).astype(np.int64) + 256
    column = np.minimum((phi + np.pi) / (2 * np.pi) * d.ecal_around, d.ecal_around - 1).astype(np.int64)
    return (event.astype(np.int64) * 512 + row) * 512 + column


@dataclass
class _Cells:
    key: np.ndarray
    event: np.ndarray
    energy: np.ndarray
    eta: np.ndarray
    phi: np.ndarray

    def take(self, chosen: np.ndarray) -> _Cells:
        return _Cells(*(getattr(self, field.name)[chosen] for field in fields(_Cells)))


def _deposits(p: Particles, rng: np.random.Generator, d: Detector) -> tuple[_Cells, _Cells]:
    """Energies above threshold: cells of the electromagnetic calorimeter; towers of the hadronic and forward ones."""
    eta, phi, reaches = _impact(p, d)
    kind = np.abs(p.pdg)
    forward = np.abs(eta) >= d.ecal_eta
    showers = reaches & (kind != 13)
    is_electromagnetic = (kind == 22) | (kind == 11)
    by_kind = lambda of_photons, of_hadrons: np.where(is_electromagnetic, of_photons, of_hadrons)
    stochastic = np.where(forward, by_kind(*d.hf_stochastic), by_kind(d.ecal_stochastic, d.hcal_stochastic))
    constant = np.where(forward, by_kind(*d.hf_constant), by_kind(d.ecal_constant, d.hcal_constant))
    relative = np.hypot(stochastic / np.sqrt(np.maximum(p.energy, 1e-9)), constant)
    # A gamma distribution of this mean and width: a shower's energy is never negative.
    shape = 1 / np.maximum(relative, 1e-6) ** 2
    energy = p.energy * rng.gamma(shape) / shape
    is_mip = rng.random(len(energy)) < d.mip_share
    early = np.where(is_mip, np.minimum(d.mip_energy, energy), energy * rng.uniform(0.1, 0.9, len(energy)))
    early = np.where(is_electromagnetic, energy, early)
    early[forward] = 0

    inside = showers & ~forward
    cells = _collect(_cell(p.event[inside], eta[inside], phi[inside], d), early[inside])
    cell_event = cells.key // (512 * 512)
    cells.energy += rng.normal(0, d.ecal_noise, len(cells.energy))
    cells.event = cell_event
    cells.eta = (cells.key // 512 % 512 - 256 + 0.5) * d.ecal_cell
    cells.phi = (cells.key % 512 + 0.5) / d.ecal_around * 2 * np.pi - np.pi

    towers = _collect(_tower(p.event[showers], eta[showers], phi[showers]), (energy - early)[showers])
    towers.event, towers.eta, towers.phi = _place(towers.key)
    towers.energy += rng.normal(0, d.hcal_noise, len(towers.energy))
    threshold = np.where(np.abs(towers.eta) >= d.ecal_eta, d.hf_threshold, _by_eta(d.hcal_threshold, towers.eta))
    return cells.take(cells.energy > _by_eta(d.ecal_threshold, cells.eta)), towers.take(towers.energy > threshold)


def _collect(key: np.ndarray, energy: np.ndarray) -> _Cells:
    keys, index = np.unique(key, return_inverse=True)
    nothing = np.zeros(len(keys))
    return _Cells(keys, nothing, np.bincount(index, energy, len(keys)).astype(float), nothing, nothing)

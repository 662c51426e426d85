"""Proton-proton events at 13 TeV by Pythia 8, as flat arrays of stable particles.

T. Sjöstrand et al., An introduction to PYTHIA 8.2, arXiv:1410.3012. Tune 18 is CMS's CUETP8M1 (arXiv:1512.00815).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import SimpleNamespace

import awkward as ak
import numpy as np

# pythia8mc (8.317) runs every file of ./python as it is imported, and fails on what is not its own; a clone has such a
# folder. It is imported from here, where there is none.
_here = os.getcwd()
os.chdir(os.path.dirname(os.path.abspath(__file__)))
try:
    import pythia8mc
finally:
    os.chdir(_here)

COMMON = [
    "Print:quiet = on",
    "Beams:eCM = 13000.",
    "Tune:pp = 18",
    # As CMS's generators do: what flies further than 10 mm on average (K0S, Lambda) is stable, and meets the detector.
    "ParticleDecays:limitTau0 = on",
    "ParticleDecays:tau0Max = 10.",
]
# The weight of an event takes the bias out again. With power 4.5 the spectrum of pT-hat is nearly flat.
FLAT = [
    "PhaseSpace:pTHatMin = 15.",
    "PhaseSpace:pTHatMax = 7000.",
    "PhaseSpace:bias2Selection = on",
    "PhaseSpace:bias2SelectionPow = 4.5",
    "PhaseSpace:bias2SelectionRef = 15.",
]
PROCESSES = {
    "qcd": ["HardQCD:all = on", *FLAT],
    # W bosons decay to quarks, so that every jet is one.
    "ttbar": ["Top:gg2ttbar = on", "Top:qqbar2ttbar = on", "24:onMode = off", "24:onIfAny = 1 2 3 4 5"],
    # Z bosons leave unseen.
    "zjets": ["WeakBosonAndParton:qqbar2gmZg = on", "WeakBosonAndParton:qg2gmZq = on", "WeakZ0:gmZmode = 2",
              "23:onMode = off", "23:onIfAny = 12 14 16", *FLAT],
    "minimum bias": ["SoftQCD:inelastic = on"],
}
NEUTRINOS = [12, 14, 16]
QUARKS_AND_GLUON = [1, 2, 3, 4, 5, 21]


@dataclass
class Particles:
    """Stable particles but neutrinos: arrays [N]; energies in GeV, phi in (-pi, pi]; `event` ascends from 0."""

    event: np.ndarray
    pdg: np.ndarray
    charge: np.ndarray
    px: np.ndarray
    py: np.ndarray
    pz: np.ndarray
    energy: np.ndarray

    def __post_init__(self) -> None:
        self.pt = np.hypot(self.px, self.py)
        self.eta = np.arcsinh(self.pz / np.maximum(self.pt, 1e-9))
        self.phi = np.arctan2(self.py, self.px)

    def take(self, index: np.ndarray) -> Particles:
        return Particles(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


class Generator:
    """Events of one process; `seed` in 1 … 900,000,000."""

    def __init__(self, process: str, seed: int) -> None:
        # Pythia always prints its banner.
        self._pythia = pythia8mc.Pythia("", False)
        for line in [*COMMON, *PROCESSES[process], "Random:setSeed = on", f"Random:seed = {seed}"]:
            if not self._pythia.readString(line):
                raise ValueError(f"Pythia does not know the setting '{line}'")
        if not self._pythia.init():
            raise RuntimeError(f"Pythia could not start the process {process}; its messages are above")

    def make(self, events: int) -> tuple[Particles, SimpleNamespace]:
        """`events` events: their particles, and of the hard process the weight, pT-hat and the partons.

        Partons are those of the hard process, of decays and those that hadronise: event, pdg, pt, eta, phi.
        """
        made = self._pythia.nextBatch(events)
        if len(made) != events:
            raise RuntimeError(f"Pythia gave up after {len(made)} of {events} events")
        event = np.repeat(np.arange(events), ak.num(made.prt.id, axis=1))
        pdg, status = (ak.to_numpy(ak.flatten(made.prt[name])).astype(np.int64) for name in ("id", "status"))
        px, py, pz, energy = (ak.to_numpy(ak.flatten(made.prt.p[name])) for name in ("px", "py", "pz", "e"))
        stable = (status > 0) & ~np.isin(np.abs(pdg), NEUTRINOS)
        particles = Particles(event[stable], pdg[stable], self._charges(pdg[stable]), px[stable], py[stable],
                              pz[stable], energy[stable])
        code = np.abs(status)
        parton = ((code == 23) | ((code >= 71) & (code <= 79))) & np.isin(np.abs(pdg), QUARKS_AND_GLUON)
        partons = Particles(event[parton], pdg[parton], np.zeros(parton.sum()), px[parton], py[parton], pz[parton],
                            energy[parton])
        hard = SimpleNamespace(weight=ak.to_numpy(made.info.weights)[:, 0],
                               pthat=np.sqrt(ak.to_numpy(made.info.pT2Hat)), partons=partons)
        return particles, hard

    def _charges(self, pdg: np.ndarray) -> np.ndarray:
        kinds, which = np.unique(pdg, return_inverse=True)
        data = self._pythia.particleData
        return np.array([data.charge(int(kind)) for kind in kinds])[which]


class Pool:
    """Minimum-bias events to overlay, made once. Each time one is used, it is turned about the beam and mirrored
    along it by chance: both are symmetries of the collision, and make more of few events."""

    def __init__(self, particles: Particles, events: int) -> None:
        self.particles, self.events = particles, events
        self._starts = np.searchsorted(particles.event, np.arange(events + 1))

    def overlay(self, mean: float, events: int, rng: np.random.Generator) -> tuple[Particles, np.ndarray]:
        """Poisson(mean) pool events for each of `events` events: their particles, and how many there were [events]."""
        counts = rng.poisson(mean, events)
        drawn = rng.integers(self.events, size=counts.sum())
        lengths = self._starts[drawn + 1] - self._starts[drawn]
        # Particle k of the drawn event j is particle starts[j] + k of the pool.
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        chosen = self.particles.take(np.repeat(self._starts[drawn], lengths) + within)
        angle = np.repeat(rng.uniform(-np.pi, np.pi, len(drawn)), lengths)
        side = np.repeat(rng.choice([-1.0, 1.0], len(drawn)), lengths)
        turned = Particles(
            np.repeat(np.repeat(np.arange(events), counts), lengths), chosen.pdg, chosen.charge,
            chosen.px * np.cos(angle) - chosen.py * np.sin(angle),
            chosen.px * np.sin(angle) + chosen.py * np.cos(angle), chosen.pz * side, chosen.energy)
        return turned, counts


"""The jets of one chunk of events: it depends on the seed and on the chunk's number and on nothing else."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import clustering
from .calibration import offset
from .detector import measure
from .events import Generator, Particles, Pool

EVENTS = 2000  # of a chunk
BATCH = 50  # events that are emulated at once; more fall out of the processor's caches
POOL_PARTS = 10

JET = ("pt", "eta", "phi", "mass")
SCHEMA = pa.schema(
    [(f"{stage}_{name}", pa.float32()) for stage in ("raw", "gen") for name in JET]
    + [("run", pa.uint32()), ("luminosityBlock", pa.uint32()), ("event", pa.uint64()), ("jet", pa.int32()),
       ("rho", pa.float32()), ("area", pa.float32()), ("n_pu", pa.int32()), ("flavour", pa.int32()),
       ("weight", pa.float32()), ("pthat", pa.float32()), ("matched", pa.bool_())])


def random(seed: int, *place: int) -> tuple[np.random.Generator, int]:
    """Numbers for one place of the work: numpy's, and a seed for Pythia in 1 … 900,000,000."""
    sequence = np.random.SeedSequence([seed, *place])
    return np.random.default_rng(sequence.spawn(1)[0]), int(sequence.generate_state(1)[0]) % 900_000_000 + 1


def pool_part(seed: int, part: int, events: int) -> dict[str, np.ndarray]:
    """One part of the minimum-bias events, as float32 columns of a file."""
    _, pythia_seed = random(seed, 1, part)
    generator = Generator("minimum bias", pythia_seed)
    columns: dict[str, list[np.ndarray]] = {}
    for first in range(0, events, 200):
        count = min(200, events - first)
        particles, _ = generator.make(count)
        near = np.abs(particles.eta) < 5.2
        particles = particles.take(near)
        particles.event = particles.event + first
        for name in particles.__dataclass_fields__:
            kind = np.int32 if name in ("event", "pdg") else np.float32
            columns.setdefault(name, []).append(getattr(particles, name).astype(kind))
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def make_chunk(process: str, seed: int, chunk: int, pileup: float, pool: Pool) -> pa.Table:
    """The chunk's gen jets, matched or not (`raw_` is null), and its reco jets without a gen jet (`gen_` is null)."""
    rng, pythia_seed = random(seed, 0, chunk)
    generator = Generator(process, pythia_seed)
    rows: list[dict[str, np.ndarray]] = []
    for first in range(0, EVENTS, BATCH):
        particles, hard = generator.make(BATCH)
        overlaid, n_pu = pool.overlay(pileup, BATCH, rng)
        both, is_pileup = _joined(particles, overlaid)
        candidates = measure(both, is_pileup, rng)
        for i in range(BATCH):
            rows.append(_event_rows(i, first + i + 1, chunk, particles, candidates, hard, int(n_pu[i])))
    columns = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    nothing = {"raw": columns.pop("no_raw"), "gen": columns.pop("no_gen")}
    arrays = [pa.array(columns[field.name], mask=nothing.get(field.name[:3]) if field.name[3:4] == "_" else None)
              .cast(field.type, safe=False) for field in SCHEMA]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _joined(one: Particles, other: Particles) -> tuple[Particles, np.ndarray]:
    joined = Particles(*(np.concatenate([getattr(one, name), getattr(other, name)])
                         for name in one.__dataclass_fields__))
    return joined, np.arange(len(joined.event)) >= len(one.event)


def _event_rows(i: int, number: int, chunk: int, particles: Particles, candidates, hard, n_pu: int) -> dict:
    p, c, q = (_of_event(table, i) for table in (particles, candidates, hard.partons))
    mass = np.sqrt(np.maximum(particles.energy[p] ** 2 - (particles.pt[p] * np.cosh(particles.eta[p])) ** 2, 0))
    gen = clustering.cluster(particles.pt[p], particles.eta[p], particles.phi[p], mass, clustering.GEN_PT)
    gen = gen[np.abs(gen[:, 1]) < clustering.GEN_ETA]
    reco = clustering.cluster(candidates.pt[c], candidates.eta[c], candidates.phi[c], candidates.mass[c],
                              clustering.RECO_PT)
    rho = clustering.density(candidates.pt[c], candidates.eta[c], candidates.phi[c])
    matched = clustering.match(gen, reco)
    partons = np.stack([hard.partons.pt[q], hard.partons.eta[q], hard.partons.phi[q]], 1)
    is_hard = offset(reco[:, 0], np.full(len(reco), rho), reco[:, 4]) > clustering.STRAY_PT
    strays = np.setdiff1d(np.flatnonzero(is_hard), matched)
    count = len(gen) + len(strays)
    none = np.zeros((1, 5))
    raw = np.concatenate([np.where(matched[:, None] >= 0, np.concatenate([reco, none])[matched], 0), reco[strays]])
    gen_rows = np.concatenate([gen, np.repeat(none, len(strays), 0)])
    is_stray = np.arange(count) >= len(gen)
    row = {f"raw_{name}": raw[:, k] for k, name in enumerate(JET)}
    row |= {f"gen_{name}": gen_rows[:, k] for k, name in enumerate(JET)}
    row |= {name: np.full(count, value) for name, value in (
        ("run", 1), ("luminosityBlock", chunk + 1), ("event", chunk * EVENTS + number), ("rho", rho), ("n_pu", n_pu),
        ("weight", hard.weight[i]), ("pthat", hard.pthat[i]))}
    row |= {"jet": np.arange(count), "area": raw[:, 4],
            "flavour": np.concatenate([clustering.flavour(gen, hard.partons.pdg[q], partons), np.zeros(len(strays), int)]),
            "matched": np.concatenate([matched >= 0, np.zeros(len(strays), bool)]),
            "no_raw": np.concatenate([matched < 0, np.zeros(len(strays), bool)]), "no_gen": is_stray}
    return row


def _of_event(table, i: int) -> slice:
    return slice(*np.searchsorted(table.event, [i, i + 1]))

"""The jets of one chunk of events: it depends on the seed and on the chunk's number and on nothing else."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import clustering
from .calibration import offset
from .detector import Candidates, measure
from .events import Generator, Particles, Pool

BATCH = 50  # events that are emulated at once; more fall out of the processor's caches
POOL_PART = 2000  # minimum-bias events of a part of the pool

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


def make_chunk(process: str, seed: int, chunk: int, events: int, pileup: float, pool: Pool) -> pa.Table:
    """The chunk's gen jets, matched or not (`raw_` is null), and its reco jets without a gen jet (`gen_` is null)."""
    rng, pythia_seed = random(seed, 0, chunk)
    generator = Generator(process, pythia_seed)
    rows: list[dict[str, np.ndarray]] = []
    for first in range(0, events, BATCH):
        count = min(BATCH, events - first)
        particles, hard = generator.make(count)
        overlaid, n_pu = pool.overlay(pileup, count, rng)
        both, is_pileup = _joined(particles, overlaid)
        candidates = measure(both, is_pileup, rng)
        rows += _rows(particles, candidates, hard, n_pu, chunk, chunk * events + first + 1)
    columns = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    no_raw, no_gen = columns.pop("no_raw"), columns.pop("no_gen")
    nothing = {f"{stage}_{name}": mask for stage, mask in (("raw", no_raw), ("gen", no_gen)) for name in JET}
    nothing |= {"area": no_raw, "flavour": no_gen}
    arrays = [pa.array(columns[field.name], mask=nothing.get(field.name)).cast(field.type, safe=False)
              for field in SCHEMA]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _joined(one: Particles, other: Particles) -> tuple[Particles, np.ndarray]:
    joined = Particles(*(np.concatenate([getattr(one, name), getattr(other, name)])
                         for name in one.__dataclass_fields__))
    return joined, np.arange(len(joined.event)) >= len(one.event)


def _rows(particles: Particles, candidates: Candidates, hard, n_pu: np.ndarray, chunk: int, first: int) -> list[dict]:
    """The rows of a batch whose first event has the number `first`; a dictionary of columns for each event."""
    p, c, events = particles, candidates, len(n_pu)
    gens = clustering.cluster(p.event, events, (p.px, p.py, p.pz, p.energy), clustering.GEN_PT)
    rho = clustering.density(c.event, events, c.pt, c.eta, c.phi)
    px, py, pz = c.pt * np.cos(c.phi), c.pt * np.sin(c.phi), c.pt * np.sinh(c.eta)
    energy = np.sqrt(px**2 + py**2 + pz**2 + c.mass**2)
    starts, parton_starts = (np.searchsorted(table.event, np.arange(events + 1)) for table in (c, hard.partons))
    rows = []
    for i, gen in enumerate(gens):
        of_event = slice(starts[i], starts[i + 1])
        momenta = (px[of_event], py[of_event], pz[of_event], energy[of_event])
        reco = clustering.cluster_with_areas(momenta, clustering.RECO_PT)
        event = {"run": 1, "luminosityBlock": chunk + 1, "event": first + i, "rho": rho[i],
                 "n_pu": n_pu[i], "weight": hard.weight[i], "pthat": hard.pthat[i]}
        partons = hard.partons.take(slice(parton_starts[i], parton_starts[i + 1]))
        rows.append(_event_rows(event, gen[np.abs(gen[:, 1]) < clustering.GEN_ETA], reco, partons))
    return rows


def _event_rows(event: dict, gen: np.ndarray, reco: np.ndarray, partons: Particles) -> dict:
    matched = clustering.match(gen, reco)
    is_hard = offset(reco[:, 0], np.full(len(reco), event["rho"]), reco[:, 4]) > clustering.STRAY_PT
    strays = np.setdiff1d(np.flatnonzero(is_hard), matched)
    count = len(gen) + len(strays)
    none = np.zeros((1, 5))
    raw = np.concatenate([np.where(matched[:, None] >= 0, np.concatenate([reco, none])[matched], 0), reco[strays]])
    gen_rows = np.concatenate([gen, np.repeat(none, len(strays), 0)])
    is_stray = np.arange(count) >= len(gen)
    row = {f"raw_{name}": raw[:, k] for k, name in enumerate(JET)}
    row |= {f"gen_{name}": gen_rows[:, k] for k, name in enumerate(JET)}
    row |= {name: np.full(count, value) for name, value in event.items()}
    flavours = clustering.flavour(gen, partons.pdg, np.stack([partons.pt, partons.eta, partons.phi], 1))
    row |= {"jet": np.arange(count), "area": raw[:, 4],
            "flavour": np.concatenate([flavours, np.zeros(len(strays), int)]),
            "matched": np.concatenate([matched >= 0, np.zeros(len(strays), bool)]),
            "no_raw": np.concatenate([matched < 0, np.zeros(len(strays), bool)]), "no_gen": is_stray}
    return row


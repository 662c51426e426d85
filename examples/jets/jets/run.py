"""All chunks of a sample, kept as they come, and the tables made of them."""

from __future__ import annotations

import contextlib
import fcntl
import json
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from argparse import Namespace
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import calibration, chunks, clustering
from .events import Particles, Pool

RECO_PT = 20.0  # GeV, of the training table
JOB = 2  # goes up when the same options would make other jets

_pool: Pool


def run(options: Namespace) -> int:
    output, folder = Path(options.output), Path(options.chunks)
    _check(output, options)
    given = calibration.read(options.calibration) if options.calibration else None
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(f"another run is writing to {folder}; wait for it, or write elsewhere by -o") from None
        _claim(folder, options)
        files = _make_chunks(_make_pool(folder, options), folder, options)
        _say("writing tables")
        table = pa.concat_tables(pq.read_table(file) for file in files)
        words = _write(table, given, options)
        shutil.rmtree(folder)
    print("\n" + words)
    return 0


def _check(output: Path, options: Namespace) -> None:
    """What can be refused is refused before hours of work."""
    made = [output, *(_beside(output, middle) for middle in ("gen.parquet", "stray.parquet"))]
    if options.calibration and any(path.exists() and path.samefile(options.calibration) for path in made):
        raise ValueError(f"{options.calibration} is the calibration, and would be written over; write elsewhere by -o")
    if output.is_dir():
        raise ValueError(f"{output} is a folder; -o takes a file's name")
    if output.exists():
        raise ValueError(f"{output} exists; remove it, or write elsewhere by -o")


def _beside(output: Path, ending: str) -> Path:
    return output.with_name(f"{output.stem}.{ending}")


def _claim(folder: Path, options: Namespace) -> None:
    """Chunks of other options are not to be mixed with these."""
    job = {"job": JOB} | {name: getattr(options, name) for name in ("process", "seed", "pileup", "pool", "chunk")}
    record = folder / "job.json"
    if record.exists():
        before = json.loads(record.read_text(encoding="utf-8"))
        if before != job:
            raise ValueError(f"{folder} holds chunks of another run ({before}); remove it, or write elsewhere by -o")
    else:
        _whole_file(record, lambda path: Path(path).write_text(json.dumps(job), encoding="utf-8"))


@contextlib.contextmanager
def _workers(processes: int, *pool: list[str]):
    """Processes that end with this one, however it ends."""
    # Started deaf to Ctrl-C, which reaches them too: this process says the one line.
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    executor = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _start_worker, pool)
    executor.submit(os.getpid)  # starts them all
    signal.signal(signal.SIGINT, heard)
    try:
        yield executor
    finally:
        # What they still make is not needed, or not wanted.
        for child in multiprocessing.active_children():
            child.terminate()
        executor.shutdown(cancel_futures=True)


def _start_worker(pool: list[str] | None = None) -> None:
    threading.Thread(target=lambda: (multiprocessing.parent_process().join(), os._exit(1)), daemon=True).start()
    if pool:
        _open_pool(pool)


def _make_pool(folder: Path, options: Namespace) -> list[str]:
    parts = [(options.seed, part, min(chunks.POOL_PART, options.pool - first), str(folder / f"pool-{part}.npz"))
             for part, first in enumerate(range(0, options.pool, chunks.POOL_PART))]
    with _workers(options.processes) as workers:
        for done, _ in enumerate(workers.map(_make_pool_part, parts), 1):
            _say(f"pile-up: {done} of {len(parts)} parts of {options.pool} minimum-bias events")
    return [path for *_, path in parts]


def _make_pool_part(work: tuple[int, int, int, str]) -> None:
    seed, part, events, path = work
    if not os.path.exists(path):
        _whole_file(path, lambda unfinished: _save(unfinished, chunks.pool_part(seed, part, events)))


def _save(path: str, columns: dict[str, np.ndarray]) -> None:
    with open(path, "wb") as file:  # an open file, since numpy would add an ending to a name
        np.savez(file, **columns)


def _open_pool(paths: list[str]) -> None:
    global _pool
    parts, events = [], 0
    for path in paths:
        with np.load(path) as part:
            columns = {name: part[name] for name in part.files}
        count = int(columns["event"].max()) + 1
        columns["event"] = columns["event"] + events
        events += count
        parts.append(columns)
    _pool = Pool(Particles(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]}), events)


def _make_chunk(work: tuple[str, str, int, int, int, float]) -> tuple[str, int]:
    path, process, seed, chunk, events, pileup = work
    table = _read_chunk(path)
    if table is None:
        table = chunks.make_chunk(process, seed, chunk, events, pileup, _pool)
        _whole_file(path, lambda unfinished: pq.write_table(table, unfinished, compression="zstd"))
    return path, _likely(table)


def _read_chunk(path: str) -> pa.Table | None:
    """None where there is none, or one that a computer's fall has cut short."""
    try:
        return pq.read_table(path)
    except (FileNotFoundError, pa.ArrowInvalid):
        return None


def _likely(table: pa.Table) -> int:
    """Jets of a chunk that will be in the training table, as far as is known before the correction: a lower bound in
    practice, since the correction adds to most jets."""
    matched = table.filter(table["matched"])
    pt = calibration.offset(*(matched[name].to_numpy() for name in ("raw_pt", "rho", "area")))
    return int((pt > RECO_PT).sum())


def _make_chunks(pool: list[str], folder: Path, options: Namespace) -> list[str]:
    """Chunks 0, 1, … until they hold enough jets: which, depends on the jets and not on the processes."""
    work = lambda chunk: (str(folder / f"chunk-{chunk:05d}.parquet"), options.process, options.seed, chunk,
                          options.chunk, options.pileup)
    files, jets, computed, pending, begun = [], 0, 0, [], time.monotonic()
    with _workers(options.processes, pool) as workers:
        while jets < options.jets:
            # Not many more than there are processes, since the last are not used.
            while len(pending) < options.processes:
                chunk = len(files) + len(pending)
                pending.append((os.path.exists(work(chunk)[0]), workers.submit(_make_chunk, work(chunk))))
            was_there, next_chunk = pending.pop(0)
            path, count = next_chunk.result()
            files.append(path)
            jets += count
            computed += 0 if was_there else count
            rate = computed / (time.monotonic() - begun)
            left = f", {_duration((options.jets - jets) / rate)} left" if rate > 0 and jets < options.jets else ""
            _say(f"{jets} of {options.jets} jets, {len(files) * options.chunk} events{left}")
    return files


def _write(table: pa.Table, given: dict | None, options: Namespace) -> str:
    matched = table.filter(table["matched"])
    column = lambda name: matched[name].to_numpy().astype(np.float64)
    made = given or calibration.derive(*(column(name) for name in ("raw_pt", "raw_eta", "rho", "area", "gen_pt")))
    table = _with_reco(table, made)
    output = Path(options.output)
    is_training = pc.and_(table["matched"], pc.greater(table["reco_pt"], RECO_PT))
    gen = table.filter(pc.is_valid(table["gen_pt"]))
    stray = table.filter(pc.is_null(table["gen_pt"])).drop_columns(
        ["matched", "flavour", *(f"gen_{name}" for name in chunks.JET)])
    training = table.filter(is_training).drop_columns(["matched"])
    if given is None:
        _whole_file(_beside(output, "calibration.json"),
                    lambda path: Path(path).write_text(json.dumps(made, indent=1), encoding="utf-8"))
    # The training table last: where it is, all is.
    tables = {_beside(output, "gen.parquet"): gen, _beside(output, "stray.parquet"): stray, output: training}
    for path, rows in tables.items():
        _whole_file(path, lambda unfinished: pq.write_table(
            rows, unfinished, compression="zstd", row_group_size=131_072, use_dictionary=False,
            use_byte_stream_split=[name for name in rows.column_names if rows.schema.field(name).type == pa.float32()]))
    lines = [f"{training.num_rows} jets of {pc.count_distinct(table['event'])} events in {output}: matched, reco pt > "
             f"{RECO_PT:g} GeV",
             f"{pc.sum(gen['matched'])} of {gen.num_rows} gen jets with pt > {clustering.GEN_PT:g} GeV, "
             f"|eta| < {clustering.GEN_ETA} are matched"]
    lines += [f"{rows.num_rows} jets in {path}" for path, rows in tables.items() if path != output]
    lines += [f"reco pt / gen pt, |eta| < 1.3, gen pt {low}-{high} GeV: median {median:.3f}, half of the 68 % interval "
              f"{width:.3f}, CMS {cms:.3f}" for low, high, cms, median, width in calibration.resolutions(gen)]
    return "\n".join(lines)


def _with_reco(table: pa.Table, made: dict) -> pa.Table:
    """raw_, reco_, gen_, then the others; null where there is no reco jet."""
    is_missing = pc.is_null(table["raw_pt"]).to_numpy()
    column = lambda name: pc.fill_null(table[name], 1).to_numpy().astype(np.float64)
    pt, mass = calibration.apply(made, *(column(name) for name in ("raw_pt", "raw_mass", "raw_eta", "rho", "area")))
    reco = {"pt": pt, "eta": column("raw_eta"), "phi": column("raw_phi"), "mass": mass}
    for k, name in enumerate(chunks.JET):
        table = table.add_column(4 + k, f"reco_{name}", pa.array(reco[name].astype(np.float32), mask=is_missing))
    return table


def _whole_file(path: str | Path, write) -> None:
    unfinished = f"{path}.{os.getpid()}.unfinished"
    try:
        write(unfinished)
        os.replace(unfinished, path)
    finally:
        Path(unfinished).unlink(missing_ok=True)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min" if minutes else f"{seconds:.0f} s"


def _say(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)
    else:
        print(words, file=sys.stderr, flush=True)

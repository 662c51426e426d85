"""The Python package beside a bare loop of session.run and the command line, by processor time on one core, in one run.

    npm run test:python -- -k ships     # makes the environment, with the package of this tree in it
    node_modules/.cache/test-python/bin/python bench/package.py [BUNDLE]

Predictions a second: the median of nine rounds, in each of which everybody has its turn. The command line's is that of
the jets behind the first ten, so that its start does not count; it writes Parquet, which the others do not.
"""

import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import jet_iqn
import numpy as np
import pyarrow.parquet

ROOT = pathlib.Path(__file__).parents[1]
SAMPLE = ROOT / "models" / "jets-sample.parquet"
ROUNDS = 9
SHAPES = {1: 20_000, 1000: 400}
"""Jets by samples a jet."""


def bare(model, jets, samples):
    """The same graph over arrays that are there, in the same runs."""
    if samples == 1:
        graph, runs = model._graph("sampler.onnx"), [jets[at : at + 2048] for at in range(0, len(jets), 2048)]
        tau = np.full((2048, 4), 0.3, np.float32)
        return lambda: [graph.run(None, {"jets": run, "tau": tau[: len(run)]}) for run in runs]
    graph, runs = model._graph("block.onnx"), [jets[at : at + 4] for at in range(0, len(jets), 4)]
    tau = np.full((4, 4, 1008), 0.3, np.float32)
    return lambda: [graph.run(None, {"jets": run, "tau": tau}) for run in runs]


def command_line(bundle, jets, samples, engine):
    def seconds(count, folder):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [
                "node",
                ROOT / "dist/src/cli/main.js",
                "sample",
                bundle,
                SAMPLE,
                "-o",
                folder,
                "--samples",
                str(samples),
                "--limit",
                str(count),
                "--threads",
                "1",
                "--engine",
                engine,
                "--quiet",
                "--overwrite",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    with tempfile.TemporaryDirectory() as folder:
        return seconds(jets, folder) - seconds(10, folder)


def main():
    bundle = ROOT / "models" / (sys.argv[1] if len(sys.argv) > 1 else "simulation")
    warnings.simplefilter("ignore", jet_iqn.RangeWarning)
    model = jet_iqn.load(bundle)
    table = pyarrow.parquet.read_table(SAMPLE)
    stage = model.stage
    jets = np.stack([table[f"{stage}_{v}"].to_numpy() for v in ("pt", "eta", "phi", "mass")], axis=1).astype("f4")
    print(
        "| predictions/s, one core | package | bare `session.run` | package over bare | `--engine ort` | `--engine native` |\n|---|---|---|---|---|---|"
    )
    for samples, count in SHAPES.items():
        some = jets[:count]
        turns = {
            "package": lambda: model.sample(some, samples=None if samples == 1 else samples),
            "bare": bare(model, some, samples),
        }
        times = {name: [] for name in turns}
        for _ in range(ROUNDS):
            for name, turn in turns.items():
                start = time.process_time()
                turn()
                times[name].append(time.process_time() - start)
        ratio = statistics.median(b / p for b, p in zip(times["bare"], times["package"]))
        speed = {name: count * samples / statistics.median(own) / 1e6 for name, own in times.items()}
        many = 20_000 if samples == 1 else 2000
        lines = [many * samples / command_line(bundle, many, samples, engine) / 1e6 for engine in ("ort", "native")]
        print(
            f"| {samples} sample{'s' * (samples > 1)} a jet | {speed['package']:.2f} M | {speed['bare']:.2f} M | {ratio:.2f} | "
            f"{lines[0]:.2f} M | {lines[1]:.2f} M |",
            flush=True,
        )


if __name__ == "__main__":
    main()

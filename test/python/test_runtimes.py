"""All graphs of all shipped bundles on an old ONNX Runtime, in an environment of its own, and on this one."""

import glob
import os
import pathlib
import subprocess

import numpy as np
import onnxruntime
import pytest

import jet_iqn

ROOT = pathlib.Path(__file__).parents[2]
CACHE = ROOT / "node_modules" / ".cache"
OLD = {"3.9": "1.10.0", "3.10": "1.12.0", "3.11": "1.15.0", "3.12": "1.17.0"}
"""The first wheels from CMSSW's 1.10 on, by Python."""
ROWS = 64
RUN = """
import sys
import numpy as np
import onnxruntime
made = {}
for path in sys.argv[1].split(";"):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    inputs = np.load(sys.argv[2])
    feeds = {one.name: inputs[path + "/" + one.name] for one in session.get_inputs()}
    made.update((path + "/" + one.name, value) for one, value in zip(session.get_outputs(), session.run(None, feeds)))
np.savez(sys.argv[3], **made)
"""


def old_python():
    """(python, version of onnxruntime) of the oldest that can be installed; else skips."""
    for python, version in OLD.items():
        folder = CACHE / f"test-onnxruntime-{version}"
        if not (folder / "installed").exists():
            pip = [str(folder / "bin" / "pip"), "install", "-q", f"onnxruntime=={version}", "numpy<2"]
            found = [f"python{python}", *glob.glob(os.path.expanduser(f"~/.pyenv/versions/{python}.*/bin/python"))]
            if not any(runs([one, "-m", "venv", "--clear", str(folder)]) and runs(pip) for one in found):
                continue
            (folder / "installed").touch()
        return folder / "bin" / "python", version
    pytest.skip(f"none of Python {', '.join(OLD)} is here with an old onnxruntime")


def runs(command):
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def feeds_of(model, graph):
    """Jets over the range of the training, known targets near them, tau over (0, 1)."""
    random = np.random.default_rng(1)
    rows = 4 if graph == "block.onnx" else ROWS
    jets = np.stack([random.uniform(*model.range[name], rows) for name in model.columns], 1).astype(np.float32)
    step = np.arange(rows, dtype=np.float32) % 4
    tau = {"block.onnx": (4, 4, 16), "conditional.onnx": (rows,)}.get(graph, (rows, 4))
    given = {"jets": jets, "known": jets[:, :3] + 0.01, "step": step, "tau": random.uniform(0.01, 0.99, tau)}
    wanted = {"sampler.onnx": "jets tau", "block.onnx": "jets tau", "quantiles.onnx": "jets"}
    return {name: given[name].astype(np.float32) for name in wanted.get(graph, "jets known step tau").split()}


def test_every_graph_runs_on_an_old_runtime(tmp_path):
    python, version = old_python()
    feeds, expected = {}, {}
    for name in jet_iqn.bundles():
        model = jet_iqn.load(name)
        assert model.format == "jet-iqn-bundle/2"
        for graph in model.files:
            path = str(model.folder / graph)
            own = feeds_of(model, graph)
            feeds.update({f"{path}/{key}": value for key, value in own.items()})
            session = model._graph(graph)
            made = session.run(None, own)
            expected.update({f"{path}/{out.name}": value for out, value in zip(session.get_outputs(), made)})
    assert len(expected) == 5 * len(jet_iqn.bundles())  # conditional.onnx has two
    np.savez(tmp_path / "feeds.npz", **feeds)
    paths = sorted({key.rsplit("/", 1)[0] for key in expected})
    arguments = [str(python), "-c", RUN, ";".join(paths), str(tmp_path / "feeds.npz"), str(tmp_path / "made.npz")]
    subprocess.run(arguments, check=True, env={**os.environ, "ORT_DISABLE_TELEMETRY": "1"})
    made = np.load(tmp_path / "made.npz")
    print(f"onnxruntime {version} and {onnxruntime.__version__}")
    for key, value in expected.items():
        assert np.isfinite(value).all()
        off = np.abs(made[key] - value) / (1 + np.abs(value))
        assert np.median(off) < 1e-6 and off.max() < 1e-3, (key, off.max())


def test_quantiles_are_those_of_many_samples():
    """The levels that CMSSW reads: the share of samples below each, its column as the card says."""
    for name in ("simulation", "correction"):
        model = jet_iqn.load(name)
        levels = np.array(model.card["quantiles"]["levels"])
        jets = np.array([[30, 0.5, 1, 6], [100, -1, 3.1, 12], [500, 2, -2, 40]], np.float32)
        [found] = model._graph("quantiles.onnx").run(None, {"jets": jets})
        assert found.shape == (3, 4 * len(levels))
        drawn = model.sample(jets, samples=20_000, seed=5).astype(np.float64)
        found = found.reshape(3, 4, len(levels))
        for k in range(4):
            for i, level in enumerate(levels):
                off = drawn[:, :, k] - found[:, k, i, None]
                below = ((np.remainder(off + np.pi, 2 * np.pi) - np.pi if k == 2 else off) < 0).mean(axis=1)
                # Samples: 0.0035 in the middle; the lattice: 0.01 at most, see export/quantiles-graph.ts; of pt nothing.
                assert np.abs(below - level).max() < (0.015 if k == 0 else 0.025), (name, k, level, below)


@pytest.mark.filterwarnings("ignore:quantiles cross")  # its weights are random
def test_a_bundle_of_the_first_format_still_answers():
    """Its whole-number step is given as one: a CDF asks conditional.onnx, a prediction sampler.onnx."""
    model = jet_iqn.load(ROOT / "test" / "model" / "bundle-1")
    assert model.format == "jet-iqn-bundle/1"
    jets = np.array([[40, 0.5, 1, 6], [300, -1, 2, 30]], np.float32)
    found = model.cdf(jets, model.predict(jets, np.full(4, 0.5)))
    assert ((found > 0) & (found < 1)).all()

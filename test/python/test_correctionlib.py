"""`jet-iqn export --correctionlib`, read by correctionlib itself."""

import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import jet_iqn
from jet_iqn.jets import wrap_phi
from test_formats import SAMPLE, VARIABLES, jet_iqn as command

correctionlib = pytest.importorskip("correctionlib", reason="correctionlib is not here: pip install correctionlib==2.9.0")
JETS = 300
STAGES = {"simulation": ("gen", "reco"), "correction": ("raw", "gen")}


@pytest.fixture(scope="module", params=["simulation", "correction"])
def exported(request, tmp_path_factory):
    """(task, file) with network and tables."""
    file = tmp_path_factory.mktemp("correctionlib") / "corrections.json.gz"
    bundle = jet_iqn.load(f"{request.param}-paper").folder
    command("export", bundle, "--correctionlib", "--jets", SAMPLE, "-o", file, "--quiet")
    return request.param, file


@pytest.fixture(scope="module")
def jets(exported):
    source, target = STAGES[exported[0]]
    table = pd.read_parquet(SAMPLE).head(JETS)
    return tuple(table[[f"{stage}_{v}" for v in VARIABLES]].to_numpy("f4") for stage in (source, target))


def test_the_file_is_valid(exported):
    validate = [pathlib.Path(sys.executable).with_name("correction"), "validate", "--version", "2", exported[1]]
    made = subprocess.run(validate, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr


def test_its_quantiles_are_those_of_the_graph(exported, jets):
    task, file = exported
    (source, target), (x, known) = STAGES[task], jets
    corrections = correctionlib.CorrectionSet.from_file(str(file))
    graph = jet_iqn.load(f"{task}-paper")._graph("conditional.onnx")
    for level in (0.001, 0.16, 0.5, 0.84, 0.999):
        tau = np.full(len(x), level, np.float32)
        for step, name in enumerate(VARIABLES):
            inputs = {f"{source}_{v}": x[:, k].astype(float) for k, v in enumerate(VARIABLES)}
            inputs |= {f"{target}_{v}": known[:, k].astype(float) for k, v in enumerate(VARIABLES)}
            inputs["tau"] = tau.astype(float)
            one = corrections[f"{target}_{name}"]
            found = one.evaluate(*(inputs[variable.name] for variable in one.inputs))
            feeds = {"jets": x, "known": known[:, :3], "step": np.full(len(x), step, np.float32), "tau": tau}
            expected = graph.run(["value"], feeds)[0].astype(float)
            off = found - (np.maximum(expected, 0) if name == "mass" else expected)
            off = wrap_phi(off) if name == "phi" else off / (1 if name == "eta" else np.abs(expected) + 1)
            assert np.abs(off).max() < 1e-4, (name, level)


def test_drawn_levels_are_uniform_by_jet_and_step(exported, jets):
    task, file = exported
    (source, target), (x, known) = STAGES[task], jets
    corrections = correctionlib.CorrectionSet.from_file(str(file))
    model = jet_iqn.load(f"{task}-paper")
    count = 4000
    numbers = {"seed": 1.0, "run": 1, "luminosityBlock": 2, "event": np.arange(count), "jet": 0}
    one = {f"{source}_{v}": float(x[0, k]) for k, v in enumerate(VARIABLES)}
    drawn = {}
    for name in VARIABLES:
        correction = corrections[f"{target}_{name}_drawn"]
        values = one | drawn | numbers
        drawn[f"{target}_{name}"] = correction.evaluate(*(values[variable.name] for variable in correction.inputs))
        again = correction.evaluate(*((values | {"seed": 2.0})[variable.name] for variable in correction.inputs))
        assert (again != drawn[f"{target}_{name}"]).mean() > 0.99
    made = np.stack([drawn[f"{target}_{v}"] for v in VARIABLES], 1).astype(np.float32)
    tau = model.cdf(np.repeat(x[:1], count, axis=0), made)
    # Kolmogorov at 1e-4 is 2.23 over the root of the number; correlations of four standard errors.
    for k in range(4):
        assert np.abs(np.sort(tau[:, k]) - (np.arange(count) + 0.5) / count).max() < 2.23 / np.sqrt(count)
    assert np.abs(np.corrcoef(tau.T) - np.eye(4)).max() < 4 / np.sqrt(count)


def test_tables_hold_the_response_of_samples(exported):
    task, file = exported
    source, _ = STAGES[task]
    corrections = correctionlib.CorrectionSet.from_file(str(file))
    model = jet_iqn.load(f"{task}-paper")
    x = pd.read_parquet(SAMPLE)[[f"{source}_{v}" for v in VARIABLES]].to_numpy("f4")
    tables = {name: corrections[f"{task}-paper_{name}"] for name in ("PtResponse", "PtResolution", "PtTailLow", "PtTailHigh")}
    for eta, pt in (((0, 0.8), (60, 80)), ((-1.3, -0.8), (200, 300)), ((1.9, 2.5), (100, 150))):
        own = x[(x[:, 1] >= eta[0]) & (x[:, 1] < eta[1]) & (x[:, 0] >= pt[0]) & (x[:, 0] < pt[1])]
        assert len(own) >= 50
        response = (model.sample(own, samples=400, seed=7)[:, :, 0] / own[:, :1]).ravel()
        low, quarter, median, rest, high = np.quantile(response, [0.025, 0.16, 0.5, 0.84, 0.975])
        found = {name: table.evaluate(np.mean(eta), np.mean(pt), 0.0) for name, table in tables.items()}
        # 20,000 samples of a width of a tenth.
        assert found["PtResponse"] == pytest.approx(median, rel=0.01)
        assert found["PtResolution"] == pytest.approx((rest - quarter) / 2 / median, rel=0.04)
        assert found["PtTailLow"] == pytest.approx(low / median, rel=0.04)
        assert found["PtTailHigh"] == pytest.approx(high / median, rel=0.04)


def test_another_network_gives_tables_only_or_says_why_not(tmp_path):
    bundle = jet_iqn.load("simulation").folder
    file = tmp_path / "tables.json"
    command("export", bundle, "--correctionlib", "--jets", SAMPLE, "-o", file, "--quiet")
    assert sorted(correctionlib.CorrectionSet.from_file(str(file))) == [
        f"simulation_{name}" for name in ("PtResolution", "PtResponse", "PtTailHigh", "PtTailLow")
    ]

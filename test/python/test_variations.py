"""Scale and resolution of pt with the same random numbers, against the formula, and correctionlib's own evaluation."""
import gzip
import json
import warnings

import awkward as ak
import numpy as np
import pandas as pd
import pytest
import uproot

import jet_iqn
from jet_iqn.__main__ import factor
from jet_iqn.friend import write_friend
from test_formats import FILES, ROOT, SAMPLE, VARIABLES
from test_formats import jet_iqn as command


@pytest.fixture(scope="module")
def jets():
    table = pd.read_parquet(SAMPLE).head(300)
    return table[(table.gen_pt > 30) & (abs(table.gen_eta) < 2.5)][[f"gen_{v}" for v in VARIABLES]].rename(columns=lambda name: name[4:])


@pytest.fixture(scope="module")
def model():
    return jet_iqn.load("simulation-fast")


def test_pt_and_mass_follow_the_formula_and_the_angles_stay(model, jets):
    drawn, median = model.sample(jets, samples=40), model.predict(jets, [0.5] * 4).pt.repeat(40)
    made = model.sample(jets, samples=40, pt_scale=1.02, pt_resolution=1.1)
    expected = 1.02 * (median.to_numpy() + 1.1 * (drawn.pt - median.to_numpy()))
    np.testing.assert_allclose(made.pt, expected, rtol=1e-6)
    np.testing.assert_allclose(made.mass / drawn.mass.where(drawn.mass > 0), made.pt / drawn.pt, rtol=1e-5)
    pd.testing.assert_frame_equal(made[["eta", "phi"]], drawn[["eta", "phi"]])
    pd.testing.assert_frame_equal(model.sample(jets, pt_scale=1, pt_resolution=1.0), model.sample(jets))
    # What a variation is for: the width of the response follows the factor.
    width = lambda frame: (frame.pt.unstack().quantile(0.84, axis=1) - frame.pt.unstack().quantile(0.16, axis=1)).median()
    assert width(made) / width(drawn) == pytest.approx(1.02 * 1.1, rel=1e-3)


def test_up_and_down_come_in_one_call_with_the_same_numbers(model, jets):
    nested = ak.unflatten(ak.zip({v: jets[v].to_numpy() for v in VARIABLES}), [100, 0, len(jets) - 100])
    made = model.sample(nested, key="row", pt_scale=(1.0, 1.03, ak.Array([0.97, 0.9, 0.98])))
    assert ak.fields(made) == [*VARIABLES, "pt_up", "mass_up", "pt_down", "mass_down"]
    np.testing.assert_allclose(ak.flatten(made.pt_up), 1.03 * ak.flatten(made.pt), rtol=1e-6)
    np.testing.assert_allclose(made.pt_down[2], 0.98 * made.pt[2], rtol=1e-6)
    np.testing.assert_allclose(made.mass_down[0], 0.97 * made.mass[0], rtol=1e-6)


def test_a_correction_of_correctionlib_is_taken_at_the_predicted_jet(model, jets):
    correctionlib = pytest.importorskip("correctionlib", reason="correctionlib is not here: npm run test:python -- --analysis")
    factors = {"nom": [1.1, 1.2], "up": [1.2, 1.4], "down": [1.0, 1.05]}
    scale_factor = {"name": "ScaleFactor", "version": 1,
                    "inputs": [{"name": "JetEta", "type": "real"}, {"name": "systematic", "type": "string"}],
                    "output": {"name": "sf", "type": "real"},
                    "data": {"nodetype": "binning", "input": "JetEta", "edges": [-6.0, 0.0, 6.0], "flow": "error", "content": [
                        {"nodetype": "category", "input": "systematic", "content": [
                            {"key": key, "value": values[side]} for key, values in factors.items()]} for side in (0, 1)]}}
    text = json.dumps({"schema_version": 2, "corrections": [scale_factor]})
    correction = correctionlib.CorrectionSet.from_string(text)["ScaleFactor"]
    drawn, made = model.sample(jets), model.sample(jets, pt_resolution=correction)
    median = model.predict(jets, [0.5] * 4).pt
    for suffix, key in (("", "nom"), ("_up", "up"), ("_down", "down")):
        factor = np.where(drawn.eta < 0, *factors[key])
        np.testing.assert_allclose(made[f"pt{suffix}"], median + factor * (drawn.pt - median), rtol=1e-5)


def scale_factor(tmp_path):
    """A file as JME publishes them: by eta, then pt, then nom, up and down."""
    def sides(value):
        return {"nodetype": "category", "input": "systematic", "content": [
            {"key": key, "value": value * factor} for key, factor in (("nom", 1.0), ("up", 1.05), ("down", 0.95))]}
    data = {"nodetype": "binning", "input": "JetEta", "edges": [-5.191, -1.3, 0.0, 1.3, 5.191], "flow": "clamp", "content": [
        {"nodetype": "multibinning", "inputs": ["JetPt"], "edges": [[0.0, 30.0, 50.0, "inf"]], "flow": "error",
         "content": [sides(value + 0.01 * i) for i in range(3)]} for value in (1.2, 1.1, 1.15, 1.3)]}
    correction = {"name": "ScaleFactor", "version": 1, "output": {"name": "sf", "type": "real"}, "data": data,
                  "inputs": [{"name": "JetEta", "type": "real"}, {"name": "JetPt", "type": "real"}, {"name": "systematic", "type": "string"}]}
    path = tmp_path / "jer.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"schema_version": 2, "corrections": [correction]}).encode()))
    return path


COLUMNS = [*VARIABLES, "pt_up", "mass_up", "pt_down", "mass_down"]


@pytest.mark.parametrize("given, options", [
    ({"pt_scale": (1.0, 1.02, 0.97), "pt_resolution": 1.2}, ["--pt-scale", "1,1.02,0.97", "--pt-resolution", "1.2"]),
    ({"pt_resolution": "file"}, ["--pt-resolution", "file"]),
])
def test_the_command_line_and_correctionlib_itself_vary_alike(tmp_path, given, options):
    table, model = pd.read_parquet(SAMPLE).head(200), jet_iqn.load("simulation-fast")
    if "file" in options:
        correctionlib = pytest.importorskip("correctionlib", reason="correctionlib is not here: npm run test:python -- --analysis")
        path = scale_factor(tmp_path)
        given, options = {"pt_resolution": correctionlib.CorrectionSet.from_file(str(path))["ScaleFactor"]}, [options[0], path]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", jet_iqn.RangeWarning)
        made = model.sample(table, samples=20, seed=4, **given).reset_index(drop=True)
        quantiles = model.quantiles(table, [0.16, 0.5], samples=20, seed=4, **given)
    common = [ROOT / "models" / "simulation-fast", SAMPLE, "--limit", 200, "--samples", 20, "--seed", 4, *options]
    command("sample", *common, "-o", tmp_path / "out")
    expected = pd.read_parquet(tmp_path / "out")
    assert list(made.columns) == COLUMNS and list(expected.columns)[2:] == COLUMNS
    for name in COLUMNS:
        np.testing.assert_allclose(made[name], expected[name], rtol=3e-5, atol=3e-5)
    command("predict", *common, "--quantile", 0.16, 0.5, "-o", tmp_path / "predicted.parquet")
    expected = pd.read_parquet(tmp_path / "predicted.parquet")
    for name in COLUMNS:
        for level in ("q16", "q50"):
            np.testing.assert_allclose(quantiles[f"{name}_{level}"], expected[f"{name}_{level}"], rtol=3e-5, atol=3e-5)


def test_a_friend_has_up_and_down(tmp_path):
    source, output = FILES / "nanoaod-v9.root", tmp_path / "friend.root"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", jet_iqn.RangeWarning)
        write_friend(jet_iqn.load("simulation-fast"), source, output, pt_scale=factor("1,1.1,0.9", "--pt-scale"))
    friend = uproot.open(output)["Events"]
    up, pt, down = (ak.to_numpy(ak.flatten(friend[f"GenJet_iqn_{name}"].array())) for name in ("pt_up", "pt", "pt_down"))
    np.testing.assert_allclose(up, 1.1 * pt, rtol=1e-6)
    np.testing.assert_allclose(down, 0.9 * pt, rtol=1e-6)
    with pytest.raises(jet_iqn.InputError, match="--pt-scale is much"):
        factor("much", "--pt-scale")


@pytest.mark.parametrize("options, says", [
    ({"pt_scale": -1}, "pt_scale has values that are not above 0"),
    ({"pt_scale": (1, 2)}, "pt_scale has 2 parts"),
    ({"pt_resolution": "jer.json"}, "pt_resolution is of the type <U8"),
    ({"pt_scale": (1, 1.1, 0.9), "pt_resolution": (1, 1.1, 0.9)}, "vary one at a time"),
    ({"pt_scale": np.ones(7)}, r"pt_scale has the shape \(7,\) for"),
])
def test_other_factors_are_refused(model, jets, options, says):
    with pytest.raises(jet_iqn.InputError, match=says):
        model.sample(jets, **options)


def test_what_has_no_place_or_no_sense_is_said(model, jets):
    with pytest.raises(jet_iqn.InputError, match="rows of numpy have no place for pt_up"):
        model.sample(jets.to_numpy(), pt_scale=(1, 1.1, 0.9))
    with pytest.warns(jet_iqn.RangeWarning, match="values of pt below 0.01 GeV after smearing are held there"):
        assert (model.sample(jets, samples=30, pt_resolution=20.0).pt >= 0.0099).all()

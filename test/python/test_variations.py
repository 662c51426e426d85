"""Scale and resolution of pt with the same random numbers, against the formula, and correctionlib's own evaluation."""
import json

import awkward as ak
import numpy as np
import pandas as pd
import pytest

import jet_iqn
from test_formats import SAMPLE, VARIABLES


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

"""The Python package against the command line, naive references, and what an analysis gives it.

The package is the installed one: `npm run test:python` installs python/ before.
"""
import concurrent.futures
import importlib.metadata
import json
import multiprocessing
import pickle
import shutil
import subprocess
import warnings

import awkward as ak
import numpy as np
import pandas as pd
import pytest
import uproot
import vector

import jet_iqn
from jet_iqn import graphs, random
from test_formats import FILES, ROOT, SAMPLE, VARIABLES, agree
from test_formats import jet_iqn as command

PACKAGE = json.loads((ROOT / "package.json").read_text())
BUNDLES = sorted(name.removeprefix("models/") for name in PACKAGE["files"] if name.startswith("models/") and "." not in name)


@pytest.fixture(scope="module")
def model():
    return jet_iqn.load("simulation")


@pytest.fixture(scope="module")
def jets():
    """The first gen jets of the sample, [200, 4]."""
    return pd.read_parquet(SAMPLE)[[f"gen_{v}" for v in VARIABLES]].head(200).to_numpy("f4")


@pytest.fixture(scope="module")
def events():
    """Gen jets of a NanoAOD file in their events, some of them empty."""
    return nanoaod(FILES / "nanoaod-v9.root")


def nanoaod(path):
    tree = uproot.open(path)["Events"]
    table = tree.arrays([*(f"GenJet_{v}" for v in VARIABLES), "run", "luminosityBlock", "event"])
    gen = ak.zip({v: table[f"GenJet_{v}"] for v in VARIABLES}, with_name="Momentum4D", behavior=vector.backends.awkward.behavior)
    return ak.zip({"run": table.run, "luminosityBlock": table.luminosityBlock, "event": table.event, "GenJet": gen}, depth_limit=1)


def test_the_package_ships_the_bundles_under_the_projects_version():
    assert importlib.metadata.version("jet-iqn") == PACKAGE["version"]
    assert jet_iqn.bundles() == BUNDLES


# Random numbers


@pytest.mark.parametrize("counter, key, words", [  # kat_vectors of Random123 1.14, philox4x32 with ten rounds
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0],
     [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]),
])
def test_philox_gives_the_published_words(counter, key, words):
    assert [int(word) for word in random.philox4x32(tuple(counter), tuple(key))] == words
    assert naive_philox(counter, key) == words


def naive_philox(counter, key):
    (c0, c1, c2, c3), (k0, k1) = counter, key
    for _ in range(10):
        a, b = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b % 2**32, (a >> 32) ^ c3 ^ k1, a % 2**32
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return [c0, c1, c2, c3]


KNOWN = json.loads((ROOT / "test" / "stats" / "tau-by-event.json").read_text())


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known['event']}-{known['index']}-{known['sample']}")
def test_tau_depends_on_run_luminosity_block_event_jet_and_sample(known):
    """The same known answers as of test/stats/tau.test.ts."""
    seed, event, sample = known["seed"], int(known["event"]), known["sample"]
    key = naive_philox([event % 2**32, event >> 32, known["luminosityBlock"], known["run"]], [seed % 2**32, seed >> 32])[:2]
    assert naive_philox([known["index"], sample, 0, 0], key) == known["words"]
    words = (np.array([value], np.uint64) for value in (known["run"], known["luminosityBlock"], event, known["index"]))
    tau = random.JetNumbers.by_event(seed, *words).tau(slice(0, 1), slice(sample, sample + 1))
    np.testing.assert_array_equal(tau[0, :, 0], np.float32([((word >> 9) + 0.5) * 2**-23 for word in known["words"]]))



# The command line's answers


@pytest.mark.parametrize("name", BUNDLES)
def test_samples_quantiles_cdf_and_density_are_those_of_the_command_line(tmp_path, name):
    model = jet_iqn.load(name)
    assert model.card == json.loads((ROOT / "models" / name / "model.json").read_text())
    table = pd.read_parquet(SAMPLE).head(120)
    command("sample", ROOT / "models" / name, SAMPLE, "-o", tmp_path / "out", "--samples", 50, "--limit", 120, "--seed", 7)
    expected = pd.read_parquet(tmp_path / "out")
    agree(model.sample(table, samples=50, seed=7).reset_index(drop=True), expected)
    agree(model.sample(table, samples=5, seed=7).reset_index(drop=True), expected[expected.sample_index < 5].reset_index(drop=True))

    output = tmp_path / "predicted.parquet"
    command("predict", ROOT / "models" / name, SAMPLE, "-o", output, "--limit", 120, "--samples", 50, "--seed", 7,
            "--quantile", 0.16, 0.5, 0.975, "--cdf", "--density")
    expected = pd.read_parquet(output)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", jet_iqn.RangeWarning)  # some jets lie beyond what a model gives
        made = pd.concat([model.quantiles(table, [0.16, 0.5, 0.975], samples=50, seed=7), model.cdf(table, table)], axis=1)
        density = model.log_density(table, table)
    for level in ("q16", "q50", "q975"):
        agree({v: made[f"{v}_{level}"] for v in VARIABLES}, {v: expected[f"{v}_{level}"] for v in VARIABLES})
    # Where a density is small, rounding of the value moves tau by more.
    cdfs = [f"{v}_cdf" for v in VARIABLES]
    np.testing.assert_allclose(made[cdfs], expected[cdfs], atol=2e-4)
    np.testing.assert_array_equal(np.isinf(density), np.isinf(expected.log_density))
    finite = np.isfinite(density)
    assert np.median(np.abs(density - expected.log_density)[finite]) < 1e-4
    np.testing.assert_allclose(density[finite], expected.log_density[finite], atol=2e-2)


@pytest.fixture(scope="module")
def reading_rho(tmp_path_factory):
    """A bundle of random weights that reads rho beside the jet."""
    folder = tmp_path_factory.mktemp("rho") / "bundle"
    make = "import(process.argv[1]).then(({ makeTinyBundle }) => makeTinyBundle(process.argv[2], { extras: ['rho'] }))"
    subprocess.run(["node", "-e", make, (ROOT / "dist" / "test" / "tiny-bundle.js").as_uri(), folder], check=True)
    return folder


def test_extra_inputs_come_by_name_or_column_or_event(tmp_path, reading_rho, jets):
    model = jet_iqn.load(reading_rho)
    rho = np.linspace(5, 40, len(jets), dtype="f4")
    table = pd.DataFrame(jets, columns=[f"gen_{v}" for v in VARIABLES]).assign(rho=rho)
    table.to_csv(tmp_path / "jets.csv", index=False)
    command("sample", reading_rho, tmp_path / "jets.csv", "-o", tmp_path / "out", "--samples", 20, "--seed", 3)
    made = model.sample(table, samples=20, seed=3)
    agree(made.reset_index(drop=True), pd.read_parquet(tmp_path / "out"))
    one = model.sample(table, seed=3).to_numpy()
    np.testing.assert_array_equal(model.sample(jets, seed=3, rho=rho), one)
    np.testing.assert_array_equal(model.sample(np.column_stack([jets, rho]), seed=3), one)
    nested = ak.unflatten(as_awkward(jets), [150, 0, 50])
    by_event = model.sample(nested, seed=3, key="row", rho=ak.Array([10.0, 20.0, 30.0]))
    by_jet = model.sample(jets, seed=3, rho=np.repeat([10.0, 30.0], [150, 50]))
    np.testing.assert_array_equal(as_rows(ak.flatten(by_event)), by_jet)
    with pytest.raises(jet_iqn.InputError, match="reads rho.*give rho="):
        model.sample(jets)
    with pytest.raises(jet_iqn.InputError, match="area: not an extra input.*takes rho"):
        model.sample(jets, rho=1.0, area=2.0)
    with pytest.raises(jet_iqn.InputError, match="rho has 2 values for 3 events"):
        model.sample(nested, key="row", rho=[1.0, 2.0])


# Jets in, jets out


def as_awkward(jets, **fields):
    return ak.zip({**dict(zip(VARIABLES, jets.T)), **fields}, with_name="Momentum4D", behavior=vector.backends.awkward.behavior)


def as_rows(records):
    return np.stack([ak.to_numpy(records[v]) for v in VARIABLES], axis=-1)


def test_every_form_gives_the_same_jets_in_its_own_form(model, jets):
    one, many = model.sample(jets, seed=5), model.sample(jets, seed=5, samples=30)
    assert one.dtype == np.float32 and one.shape == (200, 4) and many.shape == (200, 30, 4)
    structured = np.empty(200, [(v, "f8") for v in ("mass", "phi", "eta", "pt")])
    for k, v in enumerate(VARIABLES):
        structured[v] = jets[:, k]
    made = model.sample(structured, seed=5, samples=30)
    assert made.dtype.names == tuple(VARIABLES) and made["pt"].shape == (200, 30)
    np.testing.assert_array_equal(np.stack([made[v] for v in VARIABLES], axis=-1), many)
    frame = pd.DataFrame(jets, columns=VARIABLES, index=[f"jet{i}" for i in range(200)])
    made = model.sample(frame, seed=5, samples=30)
    assert made.index.names == [None, "sample"] and list(made.index[31]) == ["jet1", 1]
    np.testing.assert_array_equal(made.to_numpy().reshape(200, 30, 4), many)
    pd.testing.assert_frame_equal(model.sample(frame, seed=5), pd.DataFrame(one, columns=VARIABLES, index=frame.index))
    pd.testing.assert_series_equal(model.log_density(frame, one), pd.Series(model.log_density(jets, one), index=frame.index))
    # vector's own coordinates, numpy and awkward: what the records make of them counts.
    momenta = vector.array({v: jets[:, k].astype("f8") for k, v in enumerate(VARIABLES)})
    cartesian = vector.array({"px": momenta.px, "py": momenta.py, "pz": momenta.pz, "E": momenta.E})
    np.testing.assert_allclose(model.sample(cartesian, seed=5)["pt"], one[:, 0], rtol=2e-3)
    for counts in ([[120, 0, 80]], [[0, 3, 1], [90, 30, 40, 40]]):
        nested = as_awkward(jets)
        for lengths in reversed(counts):
            nested = ak.unflatten(nested, lengths)
        made = model.sample(nested, seed=5, samples=30, key="row")
        for depth, lengths in enumerate(counts):
            assert ak.flatten(ak.num(made.pt, axis=depth + 1), axis=None).tolist() == lengths
        flat = made
        for _ in counts:
            flat = ak.flatten(flat)
        np.testing.assert_array_equal(as_rows(flat), many)
        np.testing.assert_allclose(ak.to_numpy(flat.px), many[..., 0] * np.cos(many[..., 2]), rtol=1e-4, atol=1e-3)
        quantiles = model.quantiles(nested, [0.2, 0.5], samples=30, key="row", seed=5)
        np.testing.assert_array_equal(as_rows(ak.flatten(quantiles, axis=1) if len(counts) == 1 else ak.flatten(ak.flatten(quantiles))),
                                      model.quantiles(jets, [0.2, 0.5], samples=30, seed=5))


def test_quantiles_are_numpys_of_the_samples_but_for_the_exact_ones_of_pt(model, jets):
    levels = [0.05, 0.5, 0.9]
    quantiles, drawn = model.quantiles(jets, levels, samples=400, seed=2), model.sample(jets, samples=400, seed=2)
    for k in (1, 3):
        np.testing.assert_allclose(quantiles[:, :, k], np.quantile(drawn[:, :, k].astype("f8"), levels, axis=1).T, rtol=1e-5, atol=1e-6)
    turn = (drawn[:, :, 2].astype("f8") - jets[:, 2, None] + np.pi) % (2 * np.pi) - np.pi
    there = (quantiles[:, :, 2].astype("f8") - jets[:, 2, None] + np.pi) % (2 * np.pi) - np.pi
    np.testing.assert_allclose(there, np.quantile(turn, levels, axis=1).T, atol=1e-5)
    at = np.stack([model.predict(jets, [level] * 4)[:, 0] for level in levels], axis=1)
    np.testing.assert_allclose(quantiles[:, :, 0], at, rtol=2e-6)


def test_the_cdf_undoes_the_quantiles_and_the_density_is_its_slope(model, jets):
    tau = np.random.default_rng(4).uniform(0.05, 0.95, (200, 4)).astype("f4")
    observed = model.predict(jets, tau)
    held = observed[:, 3] > 0  # a mass held at zero has no level of its own
    np.testing.assert_allclose(model.cdf(jets, observed)[held], tau[held], atol=2e-4)
    # Only of pt: the density of the four over that with pt moved along is the slope of its CDF.
    step = 1e-3 * observed[:, 0]
    up, down = observed.copy(), observed.copy()
    up[:, 0] += step
    down[:, 0] -= step
    slope = (model.cdf(jets, up)[:, 0] - model.cdf(jets, down)[:, 0]) / (2.0 * step)
    around = np.log(slope[held])
    levels = np.clip(model.cdf(jets, observed), 1e-6, 1 - 1e-6)
    rest = np.zeros(200)
    for k in (1, 2, 3):  # 1 / slope of the others by differences of the quantile function
        h = np.float32(1e-3)
        ends = [model.predict(jets, levels + sign * h * (np.arange(4) == k)) for sign in (1, -1)]
        rest -= np.log(np.abs(ends[0][:, k] - ends[1][:, k]) / (2 * h))
    density = model.log_density(jets, observed)
    assert np.median(np.abs(density[held] - (around + rest[held]))) < 0.02


# Keys


def test_a_shuffle_a_skim_and_a_cut_in_three_give_the_same_jets(model, events):
    whole = model.sample(events.GenJet, seed=9, key=events)
    assert ak.num(whole).tolist() == ak.num(events.GenJet).tolist() and 0 in ak.num(whole).tolist()
    same = lambda some, chosen: np.testing.assert_array_equal(as_rows(ak.flatten(some)), as_rows(ak.flatten(whole[chosen])))
    orders = [np.random.default_rng(1).permutation(len(events)), np.arange(len(events)) % 3 == 1]
    orders += [slice(0, 7), slice(7, 8), slice(8, None)]
    for chosen in orders:
        same(model.sample(events[chosen].GenJet, seed=9, key=events[chosen]), chosen)
    # Jets that were cut away are no event's: index says which are left.
    index = ak.local_index(events.GenJet)
    cut = events.GenJet.pt > 30
    np.testing.assert_array_equal(as_rows(ak.flatten(model.sample(events.GenJet[cut], seed=9, key=events, index=index[cut]))),
                                  as_rows(ak.flatten(whole[cut])))
    # A flat table says it by its columns.
    flat = ak.to_dataframe(events.GenJet).reset_index(drop=True)
    for name in ("run", "luminosityBlock", "event"):
        flat[name] = ak.to_numpy(ak.flatten(ak.broadcast_arrays(events[name], index)[0]))
    flat["genJetIdx"] = ak.to_numpy(ak.flatten(index))
    np.testing.assert_array_equal(model.sample(flat.sample(frac=1, random_state=2), seed=9).sort_index(), as_rows(ak.flatten(whole)))
    many = model.sample(events.GenJet, seed=9, key=events, samples=30)
    np.testing.assert_allclose(as_rows(ak.flatten(many))[:, 0], as_rows(ak.flatten(whole)), rtol=2e-5, atol=2e-5)
    other = model.sample(events.GenJet, seed=10, key=events)
    assert not np.any(ak.flatten(other.pt) == ak.flatten(whole.pt))


def test_rows_go_on_where_the_chunk_before_ended(model, jets):
    whole = model.sample(jets, samples=16)
    parts = [model.sample(jets[at:at + 77], samples=16, first_row=at) for at in (0, 77, 154)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


# Processes


def draw(model, jets):
    made = model.sample(jets), model.sample(jets, samples=30), model.cdf(jets, jets)
    return [array.tobytes() for array in made], len(graphs._sessions)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_model_is_pickled_by_its_name_and_opens_a_session_of_each_graph_in_a_process(model, jets, method):
    assert len(pickle.dumps(model)) < 500
    here, _ = draw(model, jets)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
        for _ in range(2):
            there, sessions = pool.submit(draw, model, jets).result(60)
            assert there == here and sessions == 3
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert [made for made, _ in pool.map(draw, [model] * 4, [jets] * 4)] == [here] * 4


def test_a_worker_refuses_another_bundle_at_the_path(tmp_path):
    shutil.copytree(ROOT / "models" / "simulation-paper", tmp_path / "bundle")
    sent = pickle.dumps(jet_iqn.load(tmp_path / "bundle"))
    assert pickle.loads(sent).name == "simulation-paper"
    shutil.rmtree(tmp_path / "bundle")
    shutil.copytree(ROOT / "models" / "simulation-fast", tmp_path / "bundle")
    with pytest.raises(jet_iqn.BundleError, match="not the bundle that was sent"):
        pickle.loads(sent)


# What cannot be used


def broken_bundle(folder, break_it):
    shutil.copytree(ROOT / "models" / "simulation-paper", folder)
    break_it(folder)
    return jet_iqn.load(folder).sample(np.ones((1, 4)) * [50, 0, 0, 5])


def rewrite(folder, name, change):
    (folder / name).write_bytes(change((folder / name).read_bytes()))


@pytest.mark.parametrize("break_it, says", [
    (lambda folder: (folder / "model.json").unlink(), "no bundle with a model.json.*simulation-fast"),
    (lambda folder: rewrite(folder, "model.json", lambda b: b[:100]), "no JSON"),
    (lambda folder: rewrite(folder, "model.json", lambda b: b.replace(b"bundle/2", b"bundle/9")), "bundle/9.*update"),
    (lambda folder: (folder / "sampler.onnx").unlink(), "whole bundle"),
    (lambda folder: rewrite(folder, "sampler.onnx", lambda b: b[:-1] + b"x"), "not the file that model.json names"),
])
def test_a_damaged_bundle_is_refused(tmp_path, monkeypatch, break_it, says):
    monkeypatch.setattr(graphs, "_sessions", {})  # that of an undamaged file would serve: it goes by the content
    with pytest.raises(jet_iqn.BundleError, match=says):
        broken_bundle(tmp_path / "bundle", break_it)


GOOD = np.array([[50, 0.5, 1, 8], [80, -1, 2, 9]], "f4")
EVENT = {"run": [1], "luminosityBlock": [1], "event": [7]}


def changed(column, value):
    made = GOOD.copy()
    made[1, column] = value
    return made


NESTED = ak.unflatten(ak.zip(dict(zip(VARIABLES, GOOD.T))), [2])


@pytest.mark.parametrize("call, says", [
    (lambda m: m.sample(GOOD[0]), r"shape \(4,\); give \[N, 4\]"),
    (lambda m: m.sample(GOOD[:, :3]), r"shape \(2, 3\)"),
    (lambda m: m.sample(GOOD.tolist()), "a builtins.list; give a numpy array"),
    (lambda m: m.sample(None), "jets is None"),
    (lambda m: m.sample(GOOD.astype(str)), "type <U.*give numbers"),
    (lambda m: m.sample(GOOD > 1), "type bool"),
    (lambda m: m.sample(pd.DataFrame(GOOD, columns=["pt", "eta", "phi", "m"])), "no mass, only pt, eta, phi, m"),
    (lambda m: m.sample(changed(0, np.nan)), "pt of 1 of 2 jets is not finite, first in jet 1"),
    (lambda m: m.sample(changed(0, 0)), "pt of 1 of 2 jets is not above 0"),
    (lambda m: m.sample(changed(1, 1e10)), "eta .* above 10"),
    (lambda m: m.sample(changed(2, 90)), "phi .* not in radians"),
    (lambda m: m.sample(changed(3, -5)), "mass .* negative"),
    (lambda m: m.sample(GOOD * [1000, 1, 1, 1000]), "median pt is 65000.*divide MeV by 1000"),
    (lambda m: m.sample(GOOD * [1, 1, 1, 1000]), "median mass is 8500.*divide MeV by 1000"),
    (lambda m: m.sample(GOOD, rho=1.0), "rho: not an extra input of this model, which takes none"),
    (lambda m: m.sample(GOOD, samples=0), "samples is 0"),
    (lambda m: m.sample(GOOD, seed=-1), "seed is -1"),
    (lambda m: m.sample(GOOD, first_row=2**32 - 1), "first_row is"),
    (lambda m: m.sample(GOOD, key="event"), "key is 'event'"),
    (lambda m: m.sample(GOOD, key=EVENT), "no genJetIdx; give index="),
    (lambda m: m.sample(NESTED), "jets in lists need a key"),
    (lambda m: m.sample(NESTED, key={"run": [1], "event": [2]}), "the key has no luminosityBlock"),
    (lambda m: m.sample(NESTED, key={**EVENT, "event": [1.0]}), "event is of the type float64.*whole numbers"),
    (lambda m: m.sample(NESTED, key={**EVENT, "run": [-1]}), "run has values from -1"),
    (lambda m: m.sample(NESTED, key={**EVENT, "run": [1, 1]}), "run has 2 values for 1 events"),
    (lambda m: m.sample(NESTED, key=EVENT, index=ak.Array([[0]])), "index is not in the lists that the jets are in"),
    (lambda m: m.sample(ak.Array([[{"pt": 5.0}, None]]), key=EVENT), "1 of 2 entries are missing .*drop_none"),
    (lambda m: m.sample(NESTED.pt, key=EVENT), "awkward array of float32; give records"),
    (lambda m: m.quantiles(GOOD, [0.5, 1.5]), r"give numbers in \(0, 1\)"),
    (lambda m: m.cdf(GOOD, GOOD[:1]), "observed are 1 jets for 2"),
    (lambda m: m.predict(GOOD, [0.5, 0.5, 1, 0.5]), r"tau has the shape \(4,\)"),
    (lambda m: jet_iqn.load("correction").sample(pd.DataFrame(GOOD, columns=VARIABLES).assign(rawFactor=0.1)), "raw_jets"),
    (lambda m: jet_iqn.load("nowhere"), "no bundle with a model.json there.*simulation"),
    (lambda m: jet_iqn.load("simulation", threads=0), "threads is 0"),
    (lambda m: m.no_such_entry, "card has format, name, task"),
])
def test_what_cannot_be_used_is_refused_with_the_remedy(model, call, says):
    with pytest.raises((jet_iqn.InputError, AttributeError), match=says):
        call(model)


def test_no_jets_and_empty_events_are_jets_like_others(model, events):
    assert model.sample(np.empty((0, 4))).shape == (0, 4) and model.sample(np.empty((0, 4)), samples=20).shape == (0, 20, 4)
    assert model.cdf(np.empty((0, 4)), np.empty((0, 4))).shape == (0, 4)
    none = events[ak.num(events.GenJet) == 0]
    assert len(none) > 0 and model.sample(none.GenJet, key=none).tolist() == [[]] * len(none)
    assert model.sample(events[:0].GenJet, key=events[:0]).tolist() == []


def test_what_is_mended_or_unlike_training_is_said(model):
    with pytest.warns(jet_iqn.RangeWarning, match="eta of 1 of 2 jets is outside.*extrapolates"):
        model.sample(changed(1, 5.5))
    with pytest.warns(jet_iqn.RangeWarning, match="1 masses between -0.1 and 0") as said:
        made = model.predict(changed(3, -0.05), [0.5] * 4)
    assert said[0].filename == __file__
    np.testing.assert_array_equal(made, model.predict(changed(3, 0), [0.5] * 4))
    np.testing.assert_allclose(model.predict(changed(2, 2 + 2 * np.pi - 4), [0.5] * 4), model.predict(changed(2, 2 * np.pi - 2 - 2 * np.pi), [0.5] * 4), atol=1e-5)
    with pytest.warns(jet_iqn.RangeWarning, match="2 values lie beyond"):
        assert np.isneginf(model.log_density(GOOD, changed(0, 7000) * [1, 1, 1, 1] + [7000, 0, 0, 0])).all()
    twice = ak.concatenate([NESTED, NESTED])
    with pytest.warns(jet_iqn.RangeWarning, match="2 of 4 jets have the run, luminosityBlock, event and index of another"):
        model.sample(twice, key={name: values * 2 for name, values in EVENT.items()})


@pytest.mark.parametrize("name", BUNDLES)
def test_jets_of_nanoaod_are_those_of_the_command_line(tmp_path, events, name):
    """By event, of a file and of a shuffled skim of its table: raw jets are NanoAOD's before correction."""
    source, model = FILES / "nanoaod-v9.root", jet_iqn.load(name)
    if model.stage == "gen":
        jets = events.GenJet
    else:
        tree = uproot.open(source)["Events"].arrays()
        corrected = ak.zip({v: tree[f"Jet_{v}"] for v in (*VARIABLES, "rawFactor")}, with_name="Momentum4D")
        jets = jet_iqn.raw_jets(corrected)
        assert jets.layout.purelist_parameter("__record__") == "Momentum4D" and ak.fields(jets) == VARIABLES
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", jet_iqn.RangeWarning)
        made = ak.flatten(model.sample(jets, seed=2, key=events))
    command("sample", ROOT / "models" / name, source, "-o", tmp_path / "out", "--samples", 1, "--seed", 2)
    agree({v: ak.to_numpy(made[v]) for v in VARIABLES}, pd.read_parquet(tmp_path / "out"))
    table = pd.DataFrame({f"{model.stage}_{v}": ak.to_numpy(ak.flatten(jets[v])) for v in VARIABLES})
    index = ak.local_index(jets)
    for column in ("run", "luminosityBlock", "event"):
        table[column] = ak.to_numpy(ak.flatten(ak.broadcast_arrays(events[column], index)[0]))
    table["genJetIdx" if model.stage == "gen" else "jetIdx"] = ak.to_numpy(ak.flatten(index))
    skim = table.sample(frac=0.6, random_state=1)
    skim.to_parquet(tmp_path / "skim.parquet", index=False)
    command("sample", ROOT / "models" / name, tmp_path / "skim.parquet", "-o", tmp_path / "some", "--samples", 1, "--seed", 2)
    agree({v: ak.to_numpy(made[v])[skim.index] for v in VARIABLES}, pd.read_parquet(tmp_path / "some"))

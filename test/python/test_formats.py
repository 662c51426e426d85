"""The field's own readers against jet-iqn: what it writes, they read; what they write, it reads.

Run by `npm run test:python`, which installs requirements.txt and sets JET_IQN_CLI.
"""
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys

import awkward as ak
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
import uproot

ROOT = pathlib.Path(__file__).parents[2]
FILES = ROOT / "test" / "files" / "cases"
SAMPLE = ROOT / "models" / "jets-sample.parquet"
TWELVE = [f"{s}_{v}" for s in ("raw", "reco", "gen") for v in ("pt", "eta", "phi", "mass")]


def jet_iqn(*arguments):
    """The command line; its --json, read."""
    run = subprocess.run(["node", os.environ["JET_IQN_CLI"], *map(str, arguments), "--json", "--quiet"],
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_fixtures_are_what_their_script_makes(tmp_path):
    subprocess.run([sys.executable, FILES / "make.py", tmp_path], check=True)
    made = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) > 40
    assert [path for path in made if not (FILES / path).is_file()] == []
    for name in ("jets.json", "events.json"):
        made, kept = (json.loads((folder / name).read_text()) for folder in (tmp_path, FILES))
        assert_same(made, kept)


def assert_same(made, kept):
    """Equal but for two roundings of float32: numpy's sine differs by one between processors."""
    if isinstance(kept, dict):
        assert made.keys() == kept.keys()
        for key in kept:
            assert_same(made[key], kept[key])
    elif isinstance(kept, list):
        assert len(made) == len(kept)
        for one, other in zip(made, kept):
            assert_same(one, other)
    elif isinstance(kept, float):
        assert made == pytest.approx(kept, rel=2**-22, nan_ok=True)
    else:
        assert made == kept


READERS = {
    "parquet": [lambda p: pq.read_table(p).to_pandas(), pd.read_parquet, lambda p: pl.read_parquet(p).to_pandas(),
                lambda p: ak.to_dataframe(ak.from_parquet(p))],
    "arrow": [lambda p: pyarrow.feather.read_table(p).to_pandas(), lambda p: pa.ipc.open_file(p).read_pandas(),
              lambda p: pl.read_ipc(p).to_pandas()],
    "csv": [lambda p: pd.read_csv(p, dtype={name: "f4" for name in TWELVE})],
    "npy": [lambda p: pd.DataFrame(np.load(p))],
}


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("source", ["jets-zstd.parquet", "jets.csv", "jets-12.npy", "jets-lz4.feather", "jets-columns.h5",
                                    "jets-15.txt"])
def test_python_reads_what_convert_writes(tmp_path, source, ending):
    output = tmp_path / f"jets.{ending}"
    account = jet_iqn("convert", FILES / source, "-o", output)
    assert account["kept"] == 50
    expected = json.loads((FILES / "jets.json").read_text())
    for read in READERS[ending]:
        table = read(output)
        for name in TWELVE:
            assert table[name].dtype == np.float32
            np.testing.assert_array_equal(table[name], np.array(expected[name], dtype="f4"))


def test_units_and_versions_are_in_the_metadata(tmp_path):
    for ending, metadata in (("parquet", lambda p: pq.read_schema(p).metadata), ("arrow", lambda p: pa.ipc.open_file(p).schema.metadata)):
        output = tmp_path / f"jets.{ending}"
        jet_iqn("convert", FILES / "jets.csv", "-o", output)
        found = {key.decode(): value.decode() for key, value in metadata(output).items()}
        assert json.loads(found["units"])["gen_pt"] == "GeV"
        assert found["jet-iqn"] == json.loads((ROOT / "package.json").read_text())["version"]


def matched_with_awkward(path):
    """The matched jets of a NanoAOD, as an analyst takes them with uproot and awkward."""
    return matched_jets(uproot.open(path)["Events"].arrays())


def matched_jets(events):
    jets = ak.zip({v: events[f"Jet_{v}"] for v in ("pt", "eta", "phi", "mass", "rawFactor", "genJetIdx")})
    gens = ak.zip({v: events[f"GenJet_{v}"] for v in ("pt", "eta", "phi", "mass")})
    good = (jets.genJetIdx >= 0) & (jets.genJetIdx < ak.num(gens))
    place = ak.local_index(jets)[good]
    gen, jets = gens[jets.genJetIdx[good]], jets[good]
    raw = 1 - ak.values_astype(jets.rawFactor, "f8")
    columns = {f"gen_{v}": gen[v] for v in ("pt", "eta", "phi", "mass")}
    columns |= {f"reco_{v}": jets[v] for v in ("pt", "eta", "phi", "mass")}
    columns |= {"raw_pt": ak.values_astype(ak.values_astype(jets.pt, "f8") * raw, "f4"), "raw_eta": jets.eta,
                "raw_phi": jets.phi, "raw_mass": ak.values_astype(ak.values_astype(jets.mass, "f8") * raw, "f4")}
    table = pd.DataFrame({name: ak.to_numpy(ak.flatten(values)) for name, values in columns.items()})
    for name in ("run", "luminosityBlock", "event"):
        table[name] = ak.to_numpy(ak.flatten(ak.broadcast_arrays(events[name], place)[0]))
    table["jetIdx"] = ak.to_numpy(ak.flatten(place))
    table["genJetIdx"] = ak.to_numpy(ak.flatten(jets.genJetIdx))
    return table


def gens_with_awkward(path):
    """All gen jets of a NanoAOD."""
    events = uproot.open(path)["Events"].arrays()
    pt = events["GenJet_pt"]
    place = ak.local_index(pt)
    table = pd.DataFrame({"gen_pt": ak.to_numpy(ak.flatten(pt)), "genJetIdx": ak.to_numpy(ak.flatten(place))})
    for name in ("run", "luminosityBlock", "event"):
        table[name] = ak.to_numpy(ak.flatten(ak.broadcast_arrays(events[name], place)[0]))
    return table


@pytest.mark.parametrize("version", ["v5", "v7", "v9", "v12", "v15"])
def test_a_nanoaod_user_joins_back_by_event_and_jet(tmp_path, version):
    source = FILES / f"nanoaod-{version}.root"
    output = tmp_path / "jets.parquet"
    keys = ["run", "luminosityBlock", "event", "jetIdx", "genJetIdx"]
    jet_iqn("convert", source, "-o", output)
    ours, theirs = pd.read_parquet(output), matched_with_awkward(source)
    joined = ours.merge(theirs, on=keys, suffixes=("", "_theirs"), validate="one_to_one")
    assert len(joined) == len(ours) == len(theirs)
    for name in TWELVE:
        np.testing.assert_array_equal(joined[name], joined[f"{name}_theirs"])


@pytest.fixture(scope="module")
def predictions(tmp_path_factory):
    """Predictions of 200 jets, 50 samples each, in both formats."""
    folders = {}
    for ending in ("parquet", "arrow"):
        folders[ending] = tmp_path_factory.mktemp(ending) / "out"
        jet_iqn("sample", ROOT / "models" / "simulation", SAMPLE, "-o", folders[ending], "--samples", 50, "--limit", 200,
                "--seed", 7, "--format", ending)
    return folders


def test_predictions_are_read_alike_from_parquet_and_arrow(predictions):
    parquet = pd.concat(pd.read_parquet(p) for p in sorted(predictions["parquet"].glob("*.parquet")))
    arrow = pd.concat(pa.ipc.open_file(p).read_pandas() for p in sorted(predictions["arrow"].glob("*.arrow")))
    pd.testing.assert_frame_equal(parquet, arrow)
    assert len(parquet) == 200 * 50
    assert (parquet.jet_index == np.repeat(np.arange(200), 50)).all()
    assert (parquet.sample_index == np.tile(np.arange(50), 200)).all()


def test_the_folder_of_sample_is_one_table_to_every_reader(tmp_path):
    folder = tmp_path / "out"
    jet_iqn("sample", ROOT / "models" / "simulation", SAMPLE, "-o", folder, "--samples", 1500, "--limit", 400, "--seed", 7)
    assert len(list(folder.glob("*.parquet"))) > 2
    assert (folder / "_manifest.json").exists()
    expected = pd.concat(pd.read_parquet(p) for p in sorted(folder.glob("*.parquet"))).reset_index(drop=True)
    for table in (pd.read_parquet(folder), pq.read_table(folder).to_pandas(), ak.to_dataframe(ak.from_parquet(folder)),
                  pyarrow.dataset.dataset(folder, format="parquet").to_table().to_pandas(),
                  pl.read_parquet(folder / "*.parquet").to_pandas(),
                  pl.scan_parquet(folder, hidden_file_prefix="_").collect().to_pandas()):
        pd.testing.assert_frame_equal(table.sort_values(["jet_index", "sample_index"], ignore_index=True), expected,
                                      check_index_type=False)


KEYS = ["run", "luminosityBlock", "event", "genJetIdx"]
VARIABLES = ["pt", "eta", "phi", "mass"]
NANOAOD = FILES / "nanoaod-v9.root"


def sampled(folder, *options):
    """The one file that `sample` makes of the gen jets of a NanoAOD, 20 samples each."""
    jet_iqn("sample", ROOT / "models" / "simulation", NANOAOD, "-o", folder, "--samples", 20, "--seed", 7, *options)
    [file] = folder.glob("predictions-*")
    return file


@pytest.fixture(scope="module")
def flat(tmp_path_factory):
    """One row a prediction."""
    return pd.read_parquet(sampled(tmp_path_factory.mktemp("flat") / "out"))


def test_awkward_reads_nested_predictions_as_jagged_arrays_and_joins_them_to_nanoaod(tmp_path, flat):
    jets = ak.from_parquet(sampled(tmp_path / "out", "--nested"))
    assert ak.all(ak.num(jets.pt) == 20)
    for name in VARIABLES:
        assert str(ak.type(jets[name]).content).startswith("var * "), ak.type(jets[name])
        np.testing.assert_array_equal(ak.to_numpy(ak.flatten(jets[name])), flat[name])
    # Back into the NanoAOD: each jet's predictions beside the jet that uproot reads.
    theirs = gens_with_awkward(NANOAOD)
    ours = pd.DataFrame({name: ak.to_numpy(jets[name]) for name in ["jet_index", *KEYS]})
    joined = ours.merge(theirs, on=KEYS, validate="one_to_one")
    assert len(joined) == len(ours) == len(theirs)
    ratio = np.median(ak.to_numpy(jets.pt), axis=1)[joined.jet_index] / joined.gen_pt
    assert np.abs(np.median(ratio) - 1) < 0.1


def test_other_readers_see_the_same_lists(tmp_path, flat):
    expected = flat.pt.to_numpy().reshape(-1, 20)
    parquet, arrow, npy, csv = (sampled(tmp_path / ending, "--nested", "--format", ending)
                                for ending in ("parquet", "arrow", "npy", "csv"))
    for table in (pq.read_table(parquet), pyarrow.feather.read_table(arrow), pl.read_parquet(parquet).to_arrow(),
                  pl.read_ipc(arrow).to_arrow()):
        np.testing.assert_array_equal(np.stack(table["pt"].to_pandas()), expected)
        assert table["event"].type == pa.uint64()
    np.testing.assert_array_equal(ak.to_numpy(ak.from_feather(arrow).pt), expected)
    np.testing.assert_array_equal(np.load(npy)["pt"], expected)
    np.testing.assert_array_equal(pd.read_csv(csv)[[f"pt_{i}" for i in range(20)]].to_numpy("f4"), expected)


@pytest.mark.parametrize("ending", ["arrow", "csv", "npy"])
def test_every_format_holds_the_same_predictions_and_keys(tmp_path, flat, ending):
    table = READERS[ending][0](sampled(tmp_path / "out", "--format", ending))
    assert list(table.columns) == ["jet_index", *KEYS, "sample_index", *VARIABLES]
    for name in table.columns:
        np.testing.assert_array_equal(table[name].astype(flat[name].dtype), flat[name])


@pytest.mark.parametrize("ending", ["parquet", "arrow", "csv", "npy"])
def test_quantiles_come_with_the_keys(tmp_path, flat, ending):
    sampled_quantiles = READERS[ending][0](sampled(tmp_path / "out", "--quantiles", "0.16,0.5,0.84", "--format", ending))
    levels = ["q16", "q50", "q84"]
    names = [f"{variable}_{level}" for variable in VARIABLES for level in levels]
    assert list(sampled_quantiles.columns) == ["jet_index", *KEYS, *names]
    ofpt = flat.groupby("jet_index").pt.quantile([0.16, 0.5, 0.84]).unstack().to_numpy()
    np.testing.assert_allclose(sampled_quantiles[[f"pt_{level}" for level in levels]], ofpt, rtol=1e-5)
    output = tmp_path / f"predicted.{ending}"
    jet_iqn("predict", ROOT / "models" / "simulation", NANOAOD, "-o", output, "--samples", 20)
    predicted = READERS[ending][0](output)
    assert list(predicted.columns) == ["jet_index", *KEYS, *names]
    for name in KEYS:
        np.testing.assert_array_equal(predicted[name], sampled_quantiles[name])


def test_predictions_say_what_they_were_made_of(tmp_path):
    bundle = ROOT / "models" / "simulation"
    # What `sha256sum sampler.onnx conditional.onnx block.onnx quantiles.onnx | sha256sum` says in the bundle's folder.
    sums = [f"{hashlib.sha256((bundle / name).read_bytes()).hexdigest()}  {name}\n" for name in ("sampler.onnx", "conditional.onnx", "block.onnx", "quantiles.onnx")]
    for ending, read in (("parquet", lambda p: pq.read_schema(p).metadata), ("arrow", lambda p: pa.ipc.open_file(p).schema.metadata)):
        files = [sampled(tmp_path / f"{ending}{len(options)}", "--format", ending, *options)
                 for options in ([], ["--nested"], ["--quantiles", "0.5"])]
        output = tmp_path / f"predicted.{ending}"
        jet_iqn("predict", bundle, NANOAOD, "-o", output, "--seed", 7, "--samples", 20)
        for file in [*files, output]:
            found = {key.decode(): value.decode() for key, value in read(file).items()}
            assert set(json.loads(found["units"]).values()) == {"GeV", "rad"}
            assert found["jet-iqn"] == json.loads((ROOT / "package.json").read_text())["version"]
            assert found["input"] == hashlib.sha256(NANOAOD.read_bytes()).hexdigest()
            assert (found["seed"], found["samples"]) == ("7", "20")
            assert found["bundle"] == hashlib.sha256("".join(sums).encode()).hexdigest()


def agree(theirs, ours):
    """To float rounding: phi may come out at the other end of (-pi, pi]."""
    for name in ("pt", "eta", "mass"):
        np.testing.assert_allclose(theirs[name], ours[name], rtol=2e-5, atol=2e-5)
    turn = np.abs(np.asarray(theirs["phi"], dtype="f8") - ours["phi"])
    assert np.minimum(turn, np.abs(turn - 2 * np.pi)).max() < 2e-5


def test_hist_reads_the_histograms_of_a_report(tmp_path):
    import boost_histogram
    import uhi.io.json

    out = tmp_path / "out"
    report = jet_iqn("study", ROOT / "models" / "simulation", SAMPLE, "-o", out, "--samples", 20, "--limit", 300)
    cli = ["node", os.environ["JET_IQN_CLI"], "histograms", out / "report.json", "-o"]
    subprocess.run([*cli, tmp_path / "spectra.json"], check=True)
    assert (out / "histograms.json").read_bytes() == (tmp_path / "spectra.json").read_bytes()
    spectra = json.loads((out / "histograms.json").read_text(), object_hook=uhi.io.json.object_hook)
    for variable in ("pt", "eta", "phi", "mass"):
        marginal = report["variables"][variable]["marginal"]
        true = boost_histogram.Histogram(spectra[f"{variable}/true"])
        np.testing.assert_array_equal(true.values(), marginal["truth"])
        np.testing.assert_allclose(true.axes[0].edges, marginal["edges"])
        assert true.sum(flow=True) == 300
        np.testing.assert_array_equal(boost_histogram.Histogram(spectra[f"{variable}/predicted"]).values(), marginal["median"])
    subprocess.run([*cli, tmp_path / "spectra.csv"], check=True)
    table = pd.read_csv(tmp_path / "spectra.csv").set_index("histogram")
    assert table.loc["pt/true", "value"].sum() == 300


def ours_of(predictions):
    return pd.concat(pd.read_parquet(p) for p in sorted(predictions["parquet"].glob("*.parquet"))).reset_index(drop=True)


def test_the_python_example_makes_the_same_predictions(predictions, tmp_path):
    output = tmp_path / "predictions.parquet"
    subprocess.run([sys.executable, ROOT / "examples" / "python" / "sample.py", ROOT / "models" / "simulation", SAMPLE, output,
                    "--samples", "50", "--limit", "200", "--seed", "7"], check=True)
    agree(pd.read_parquet(output), ours_of(predictions))


@pytest.mark.skipif("ONNXRUNTIME_INCLUDE" not in os.environ or shutil.which("g++") is None,
                    reason="needs g++ and the headers that scripts/onnxruntime-headers.sh finds")
def test_the_cpp_example_makes_the_same_predictions(predictions, tmp_path):
    # The headers' version is older than the library's, which still serves it: the C interface is versioned.
    [library] = ROOT.glob("node_modules/onnxruntime-node/bin/napi-v*/linux/x64/libonnxruntime.so.1")
    binary = tmp_path / "sample"
    subprocess.run(["g++", "-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", ROOT / "examples" / "cpp" / "sample.cc",
                    "-I", ROOT / "python" / "jet_iqn" / "include", "-isystem", os.environ["ONNXRUNTIME_INCLUDE"], library, f"-Wl,-rpath,{library.parent}", "-o", binary], check=True)
    jets = pq.read_table(SAMPLE).to_pandas()[[f"gen_{v}" for v in ("pt", "eta", "phi", "mass")]].head(200)
    text = "\n".join(" ".join(f"{value:.9g}" for value in row) for row in jets.to_numpy())
    run = subprocess.run([binary, ROOT / "models" / "simulation" / "sampler.onnx", "50", "7"], input=text, text=True,
                         capture_output=True, check=True)
    theirs = pd.read_csv(io.StringIO(run.stdout), sep=" ", names=["jet_index", "sample_index", "pt", "eta", "phi", "mass"])
    agree(theirs, ours_of(predictions))

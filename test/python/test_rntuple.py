"""RNTuples: what jet-iqn reads is what uproot reads, column by column, and an imported NanoAOD gives the jets of its tree.

Needs ROOT to import (`npm run test:python -- --analysis` installs 6.40), and JET_IQN_CMS_NANO, a folder of real NanoAOD files.
"""
import json
import os
import pathlib
import warnings

import awkward as ak
import numpy as np
import pandas as pd
import pytest
import uproot

from test_formats import FILES, TWELVE, jet_iqn, matched_jets

KEYS = ["run", "luminosityBlock", "event", "jetIdx", "genJetIdx"]
REAL = sorted(pathlib.Path(os.environ.get("JET_IQN_CMS_NANO", "/none")).glob("*.root")) or [
    pytest.param(None, marks=pytest.mark.skip(reason="JET_IQN_CMS_NANO does not name a folder of NanoAOD files"))]


class Flat(dict):
    """Jet_pt of records named Jet, or as it is."""

    def __init__(self, arrays):
        super().__init__({name: arrays[name] for name in arrays.fields})

    def __missing__(self, name):
        record, member = name.split("_", 1)
        return self[record][member]


@pytest.mark.parametrize("kind", ["imported", "native", "projected", "uproot"])
def test_pairs_are_those_of_uproot_and_awkward(tmp_path, kind):
    source = FILES / f"rntuple-{kind}.root"
    jet_iqn("convert", source, "-o", tmp_path / "jets.parquet", "--columns", "hadronFlavour", "area")
    ours = pd.read_parquet(tmp_path / "jets.parquet")
    events = Flat(uproot.open(source)["Events"].arrays())
    theirs = matched_jets(events)
    joined = ours.merge(theirs, on=KEYS, suffixes=("", "_theirs"), validate="one_to_one")
    assert len(joined) == len(ours) == len(theirs)
    for name in TWELVE:
        np.testing.assert_array_equal(joined[name], joined[f"{name}_theirs"])
    assert ours.event.dtype == np.uint64
    first = int(events["event"][0])
    for name in ("hadronFlavour", "area"):
        values = ak.to_list(events[f"Jet_{name}"])
        assert ours[name].tolist() == [values[event - first][jet] for event, jet in zip(ours.event.tolist(), ours.jetIdx)]


@pytest.mark.parametrize("name", ["rntuple-jets.root", "rntuple-jets-plain.root"])
def test_columns_of_every_encoding_are_those_of_uproot(tmp_path, name):
    theirs = uproot.open(FILES / name)["AK4jets/jetTree"].arrays()
    columns = [*json.loads((FILES / "rntuple.json").read_text())[name], "atomic", "letter", "rho", "event"]
    jet_iqn("convert", FILES / name, "-o", tmp_path / "jets.parquet", "--columns", *columns)
    ours = pd.read_parquet(tmp_path / "jets.parquet")
    matched = ak.to_numpy(theirs["jetGenMatch"]) != 0
    for column in columns:
        np.testing.assert_array_equal(ours[column], ak.to_numpy(theirs[column])[matched])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("source", REAL, ids=lambda path: path and path.name)
def test_a_real_nanoaod_imported_gives_the_jets_of_its_tree(tmp_path, source):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its wheel is an alpha
        ROOT = pytest.importorskip("ROOT", reason="ROOT is not here: npm run test:python -- --analysis installs it")
    importer = ROOT.Experimental.RNTupleImporter.Create(str(source), "Events", str(tmp_path / "imported.root"))
    importer.SetIsQuiet(True)
    importer.Import()
    accounts, tables = [], []
    for input in (source, tmp_path / "imported.root"):
        account = jet_iqn("convert", input, "-o", tmp_path / "jets.parquet")
        accounts.append({name: account[name] for name in ("jets", "kept", "dropped")})
        tables.append(pd.read_parquet(tmp_path / "jets.parquet"))
    print(source.name, accounts[0])
    assert accounts[0] == accounts[1]
    pd.testing.assert_frame_equal(*tables, check_exact=True)

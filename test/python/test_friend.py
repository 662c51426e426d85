"""`python -m jet_iqn friend`: a tree with exactly the entries of Events, read back by uproot. By ROOT: test_root.py."""
import os
import pathlib
import re
import subprocess
import sys
import warnings

import awkward as ak
import numpy as np
import pytest
import uproot

import jet_iqn
from jet_iqn.__main__ import main
from jet_iqn.friend import write_friend
from test_formats import FILES, VARIABLES

REAL = sorted(pathlib.Path(os.environ.get("JET_IQN_CMS_NANO", "/none")).glob("*.root"))
KEYS = ("run", "luminosityBlock", "event")


@pytest.mark.parametrize("source", [FILES / "nanoaod-v9.root", FILES / "nanoaod-v15.root", *REAL], ids=lambda path: path.name)
@pytest.mark.parametrize("bundle, collection", [("simulation-fast", "GenJet"), ("correction-fast", "Jet")])
def test_a_friend_has_the_entries_of_events_and_the_jets_of_sample(tmp_path, source, bundle, collection):
    output = tmp_path / "friend.root"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", jet_iqn.RangeWarning)
        assert main(["friend", bundle, str(source), "-o", str(output), "--seed", "3"]) == 0
        events, friend = uproot.open(source)["Events"], uproot.open(output)["Events"]
        table = events.arrays([f"{collection}_{v}" for v in VARIABLES] + list(KEYS) + (["Jet_rawFactor"] if collection == "Jet" else []))
        jets = ak.zip({name.removeprefix(f"{collection}_"): table[name] for name in table.fields if name.startswith(collection)})
        expected = jet_iqn.load(bundle).sample(jets if collection == "GenJet" else jet_iqn.raw_jets(jets), seed=3, key=table)
    assert friend.num_entries == events.num_entries
    assert 0 in friend[f"n{collection}"].array() or source in REAL
    np.testing.assert_array_equal(friend[f"n{collection}"].array(), events[f"n{collection}"].array())
    for name in KEYS:
        np.testing.assert_array_equal(friend[name].array(), events[name].array())
    for v in VARIABLES:
        assert friend[f"{collection}_iqn_{v}"].array().tolist() == expected[v].tolist()
    assert "seed 3, key event" in friend.title and jet_iqn.load(bundle).digest in friend.title


def test_a_file_in_several_steps_is_that_of_one(tmp_path, monkeypatch):
    model = jet_iqn.load("simulation-fast")
    for key in ("event", "row"):
        made = []
        for step in (1000, 7):
            monkeypatch.setattr("jet_iqn.friend.STEP", step)
            output = tmp_path / f"{key}-{step}.root"
            assert write_friend(model, FILES / "nanoaod-v9.root", output, key=key) == {"events": 30, "jets": 80}
            made.append(uproot.open(output)["Events"].arrays().tolist())
        assert made[0] == made[1]


@pytest.mark.parametrize("arguments, says", [
    (["simulation-fast", FILES / "nanoaod-data.root"], "Events has no GenJet_pt"),
    (["simulation-fast", FILES / "nano-good.root"], "Events has no run, luminosityBlock, event; choose .*--key row"),
    (["simulation-fast", FILES / "nowhere.root"], "nowhere.root"),
    (["nowhere", FILES / "nanoaod-v9.root"], "no bundle"),
    (["simulation-fast", FILES / "nanoaod-v9.root", "--collection", "GenJetAK8"], "no GenJetAK8_pt"),
])
def test_what_has_no_friend_ends_in_one_line_and_leaves_nothing(tmp_path, capsys, arguments, says):
    assert main(["friend", *map(str, arguments), "-o", str(tmp_path / "friend.root")]) == 2
    stdout, stderr = capsys.readouterr()
    assert stdout == "" and len(stderr.splitlines()) == 1 and re.search(says, stderr), stderr
    assert list(tmp_path.iterdir()) == []


def test_it_is_a_program(tmp_path):
    command = [sys.executable, "-m", "jet_iqn", "friend", "simulation-fast", FILES / "nanoaod-v9.root", "-o", tmp_path / "friend.root"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0 and run.stdout == f"{tmp_path}/friend.root: 80 jets in 30 events\n"
    assert re.match("jet_iqn: pt of 19 of 80 jets is outside 10 to 4008, where the model was trained", run.stderr)


def test_an_output_that_is_there_is_kept(tmp_path):
    output = tmp_path / "friend.root"
    output.write_text("mine")
    with pytest.raises(jet_iqn.InputError, match="is there; give another name, or --overwrite"):
        write_friend(jet_iqn.load("simulation-fast"), FILES / "nanoaod-v9.root", output)
    assert output.read_text() == "mine"
    assert write_friend(jet_iqn.load("simulation-fast"), FILES / "nanoaod-v9.root", output, overwrite=True)["events"] == 30
    with pytest.raises(jet_iqn.InputError, match="is there; give another name$"):
        write_friend(jet_iqn.load("simulation-fast"), output, output, overwrite=True)

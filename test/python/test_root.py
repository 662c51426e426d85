"""jet_iqn.hpp in RDataFrame, and friend trees read by ROOT.

Needs ROOT (`npm run test:python -- --analysis` installs 6.40) and, for the header, what scripts/onnxruntime-headers.sh finds.
"""
import os
import pathlib
import re
import warnings

import awkward as ak
import numpy as np
import pytest
import uproot

import jet_iqn
from jet_iqn.friend import write_friend
from test_formats import FILES, ROOT as PROJECT, VARIABLES, agree

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its wheel is an alpha
    ROOT = pytest.importorskip("ROOT", reason="ROOT is not here: npm run test:python -- --analysis installs it")

NANOAOD = FILES / "nanoaod-v9.root"
COLUMNS = ["run", "luminosityBlock", "event", *(f"GenJet_{v}" for v in VARIABLES)]
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def expected():
    """Gen jets in their events, and what Python makes of them."""
    events = uproot.open(NANOAOD)["Events"].arrays(COLUMNS)
    gen = ak.zip({v: events[f"GenJet_{v}"] for v in VARIABLES})
    return gen, jet_iqn.load("simulation").sample(gen, seed=5, key=events)


def test_root_reads_a_friend_beside_events(tmp_path, expected):
    gen, reco = expected
    write_friend(jet_iqn.load("simulation"), NANOAOD, tmp_path / "friend.root", seed=5)
    file = ROOT.TFile.Open(str(NANOAOD))
    tree = file.Get("Events")
    tree.AddFriend("iqn = Events", str(tmp_path / "friend.root"))
    frame = ROOT.RDataFrame(tree).Define("response", "GenJet_iqn_pt / GenJet_pt").Define("n", "(int) GenJet_iqn_pt.size()")
    columns = frame.AsNumpy(["n", "response"])
    assert columns["n"].tolist() == ak.num(gen.pt).tolist()
    made = np.concatenate([np.asarray(values) for values in columns["response"]])
    np.testing.assert_allclose(made, ak.to_numpy(ak.flatten(reco.pt / gen.pt)), rtol=1e-6)


@pytest.fixture(scope="module")
def header():
    if "ONNXRUNTIME_INCLUDE" not in os.environ:
        pytest.skip("needs the headers that scripts/onnxruntime-headers.sh finds")
    import onnxruntime

    assert ROOT.gSystem.Load("libROOTDataFrame") >= 0  # the interpreter does not find it for a function that is compiled whole
    library, *_ = (pathlib.Path(onnxruntime.__file__).parent / "capi").glob("libonnxruntime.so*")
    assert ROOT.gSystem.Load(str(library)) >= 0
    for folder in (os.environ["ONNXRUNTIME_INCLUDE"], jet_iqn.INCLUDE):
        ROOT.gInterpreter.AddIncludePath(folder)
    assert ROOT.gInterpreter.Declare('#include "jet_iqn.hpp"')


@pytest.mark.parametrize("threads", [0, 2])
def test_a_data_frame_samples_the_jets_of_python_and_snapshots_a_friend(tmp_path, header, expected, threads):
    gen, reco = expected
    if threads:
        ROOT.EnableImplicitMT(threads)
    try:
        frame = ROOT.RDataFrame("Events", str(NANOAOD))
        name = f"sampler{threads}"
        ROOT.gInterpreter.Declare(f'jet_iqn::Sampler {name}("{PROJECT}/models/simulation", {frame.GetNSlots()}, 5);')
        frame = frame.Define("made", f"{name}(rdfslot_, {', '.join(COLUMNS)})")
        for v in VARIABLES:
            frame = frame.Define(f"GenJet_iqn_{v}", f"made.{v}")
        output = tmp_path / "friend.root"
        frame.Snapshot("Events", str(output), ["run", "luminosityBlock", "event", *(f"GenJet_iqn_{v}" for v in VARIABLES)])
    finally:
        if threads:
            ROOT.DisableImplicitMT()
    friend = uproot.open(output)["Events"].arrays()
    order = np.argsort(friend.event)  # threads write in an order of their own
    here = np.argsort(uproot.open(NANOAOD)["Events"]["event"].array())
    assert len(friend) == len(gen)
    assert ak.num(friend.GenJet_iqn_pt[order]).tolist() == ak.num(gen.pt[here]).tolist()
    flat = lambda jets: ak.to_numpy(ak.flatten(jets))
    agree({v: flat(friend[f"GenJet_iqn_{v}"][order]) for v in VARIABLES}, {v: flat(reco[v][here]) for v in VARIABLES})


def test_the_page_of_the_docs_runs_as_it_stands(tmp_path, monkeypatch, header, expected):
    gen, reco = expected
    keys = uproot.open(NANOAOD)["Events"].arrays(["run", "luminosityBlock", "event"])
    with uproot.recreate(tmp_path / "nano.root") as file:  # as in NanoAOD, float and not double
        columns = {**{name: keys[name] for name in keys.fields}, "GenJet": ak.values_astype(gen, "f4")}
        file.mktree("Events", {name: ak.type(values) for name, values in columns.items()}).extend(columns)
    (tmp_path / "models").symlink_to(PROJECT / "models")
    monkeypatch.chdir(tmp_path)
    [block] = re.findall(r"^```cpp\n#include \"jet_iqn.hpp\"\n(.*?)^```$", (PROJECT / "docs" / "python-and-cpp.md").read_text(), re.M | re.S)
    assert ROOT.gInterpreter.Declare(f"void on_the_page() {{ {block} }}")
    ROOT.on_the_page()
    ROOT.DisableImplicitMT()
    friend = uproot.open("friend.root")["Events"].arrays()
    expected = ak.flatten(jet_iqn.load("simulation").sample(gen, seed=1, key=keys)[np.argsort(keys.event)])
    np.testing.assert_allclose(ak.flatten(friend.GenJet_iqn_pt[np.argsort(friend.event)]), expected.pt, rtol=2e-5)


@pytest.mark.parametrize("call, says", [
    ('jet_iqn::Sampler("nowhere", 1)', "nowhere"),
    ('jet_iqn::Sampler("BUNDLE", 0)', "give frame.GetNSlots()"),
    ('jet_iqn::Sampler("BUNDLE", 1)(3, 1u, 1u, 1ull, one, one, one, one)', "slot 3 of 1"),
    ('jet_iqn::Sampler("BUNDLE", 1)(0, 1u, 1u, 1ull, one, one, one, std::vector<float>{})', "give columns of the same jets"),
    ('jet_iqn::Sampler("BUNDLE", 1)(0, 1u, 1u, 1ull, one, one, one, one, 20.f)', "reads 4 columns a jet, not 5"),
])
def test_what_it_cannot_use_is_an_exception_that_names_the_remedy(header, call, says):
    call = call.replace("BUNDLE", str(PROJECT / "models" / "simulation-paper"))
    name = f"said{abs(hash(call))}"
    ROOT.gInterpreter.Declare(f"""std::string {name}() {{
        std::vector<float> one{{50.f}};
        try {{ {call}; }} catch (const std::exception& error) {{ return error.what(); }}
        return "nothing"; }}""")
    assert says in str(getattr(ROOT, name)())

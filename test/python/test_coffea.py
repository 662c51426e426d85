"""The package in coffea: one processor, by any executor and for any cut of the files, gives the same jets.

Needs coffea and dask: `npm run test:python -- --analysis` installs them. The files are NanoAOD of this project's tests, and those in
JET_IQN_CMS_NANO, a folder of real ones.
"""
import os
import pathlib
import sys

import numpy as np
import pytest

import jet_iqn
from jet_iqn.friend import write_friend
from test_formats import FILES

coffea = pytest.importorskip("coffea", reason="coffea is not here: npm run test:python -- --analysis installs it")
distributed = pytest.importorskip("distributed", reason="dask is not here: npm run test:python -- --analysis installs it")

import awkward as ak
import cloudpickle
from coffea import processor
from coffea.nanoevents import BaseSchema, NanoAODSchema

cloudpickle.register_pickle_by_value(sys.modules[__name__])  # the workers do not have this file

VARIABLES = ("pt", "eta", "phi", "mass")


class Smear(processor.ProcessorABC):
    """The four numbers of each predicted jet, behind run, luminosityBlock, event and place."""

    def __init__(self):
        self.model = jet_iqn.load("simulation-fast")

    def process(self, events):
        reco = self.model.sample(events.GenJet, seed=11, key=events)
        assert reco.pt.ndim == 2 and len(reco) == len(events)
        some = ak.num(reco) > 1
        assert ak.all((reco[some, 0] + reco[some, 1]).mass > 0)  # coffea's behaviours, those of GenJet
        names = ("run", "luminosityBlock", "event")
        place = ak.local_index(reco.pt)
        keys = [ak.flatten(ak.broadcast_arrays(events[name], place)[0]) for name in names]
        columns = [*keys, ak.flatten(place), *(ak.flatten(reco[v]) for v in VARIABLES)]
        return {"jets": processor.column_accumulator(np.stack([ak.to_numpy(column).astype("f8") for column in columns], axis=1)),
                "processes": {str(os.getpid())}, "chunks": 1}

    def postprocess(self, accumulator):
        return accumulator


def run(files, executor, chunksize):
    runner = processor.Runner(executor=executor, schema=NanoAODSchema, chunksize=chunksize)
    fileset = {f"set{i}": {"files": {str(file): "Events"}} for i, file in enumerate(files)}
    out = runner(fileset, processor_instance=Smear())
    jets = out["jets"].value
    return jets[np.lexsort(jets.T[::-1])], out["chunks"]


def fixtures():
    return [FILES / "nanoaod-v9.root", FILES / "nanoaod-v12.root"]  # 30 events each


def real():
    return sorted(pathlib.Path(os.environ["JET_IQN_CMS_NANO"]).glob("*.root"))


def test_coffea_reads_a_friend_tree(tmp_path):
    from coffea.nanoevents import NanoEventsFactory

    write_friend(jet_iqn.load("simulation-fast"), fixtures()[0], tmp_path / "friend.root", seed=11)
    events = NanoEventsFactory.from_root({str(fixtures()[0]): "Events"}, schemaclass=NanoAODSchema).events()
    # NanoAODSchema would make momenta of GenJet, whose pt is in the other file.
    friend = NanoEventsFactory.from_root({str(tmp_path / "friend.root"): "Events"}, schemaclass=BaseSchema).events()
    assert ak.all(friend.event == events.event)
    expected = jet_iqn.load("simulation-fast").sample(events.GenJet, seed=11, key=events)
    assert friend["GenJet_iqn_pt"].tolist() == expected.pt.tolist()


@pytest.fixture(scope="module", params=[fixtures, pytest.param(real, marks=pytest.mark.skipif(
    "JET_IQN_CMS_NANO" not in os.environ, reason="JET_IQN_CMS_NANO does not name a folder of NanoAOD files"))])
def files(request):
    return request.param()


@pytest.fixture(scope="module")
def whole(files):
    """All events of a file at once, in this process; chunks are cut to a third and less."""
    jets, chunks = run(files, processor.IterativeExecutor(status=False), 10**6)
    assert chunks == len(files) and len(jets) > 50
    return jets


def in_chunks(files, executor, part):
    """Chunks of a part of the longest file's events."""
    jets, chunks = run(files, executor, int(part * (30 if "nanoaod-v" in files[0].name else 1000)))
    assert chunks > len(files)
    return jets


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("workers, part", [(1, 0.25), (2, 0.4)])
def test_futures_give_the_same_jets(files, whole, workers, part):
    np.testing.assert_array_equal(in_chunks(files, processor.FuturesExecutor(workers=workers, status=False), part), whole)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("workers, part", [(1, 0.4), (2, 0.3)])
def test_a_dask_cluster_gives_the_same_jets(files, whole, workers, part):
    with (distributed.LocalCluster(workers, threads_per_worker=1, dashboard_address=None) as cluster,
          distributed.Client(cluster) as client):
        jets = in_chunks(files, processor.DaskExecutor(client=client, status=False), part)
    np.testing.assert_array_equal(jets, whole)

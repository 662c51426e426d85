"""Python's readers of jets, timed by themselves, by processor time, on one core: formats.py READER PATH, or write-nanoaod PATH EVENTS."""
import json
import os
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"
VARIABLES = ("pt", "eta", "phi", "mass")


def pyarrow_parquet(path):
    import pyarrow.parquet as pq

    return lambda: pq.read_table(path, use_threads=False).num_rows


def polars_parquet(path):
    import polars as pl

    return lambda: len(pl.read_parquet(path))


def pyarrow_csv(path):
    import pyarrow as pa
    from pyarrow import csv

    names = [f"{s}_{v}" for s in ("raw", "reco", "gen") for v in VARIABLES]
    convert = csv.ConvertOptions(column_types={name: pa.float32() for name in names})
    return lambda: csv.read_csv(path, csv.ReadOptions(use_threads=False), convert_options=convert).num_rows


def polars_csv(path):
    import polars as pl

    return lambda: len(pl.read_csv(path))


def uproot_nanoaod(path):
    import awkward as ak
    import uproot

    jet = [*VARIABLES, "rawFactor", "genJetIdx"]

    def read():
        names = [f"Jet_{v}" for v in jet] + [f"GenJet_{v}" for v in VARIABLES]
        events = uproot.open(path)["Events"].arrays(names)
        jets = ak.zip({v: events[f"Jet_{v}"] for v in jet})
        gens = ak.zip({v: events[f"GenJet_{v}"] for v in VARIABLES})
        good = (jets.genJetIdx >= 0) & (jets.genJetIdx < ak.num(gens))
        gen, jets = gens[jets.genJetIdx[good]], jets[good]
        raw = 1 - jets.rawFactor
        columns = [*(gen[v] for v in VARIABLES), *(jets[v] for v in VARIABLES), jets.pt * raw, jets.mass * raw]
        return [len(ak.to_numpy(ak.flatten(values))) for values in columns][0]

    return read


def write_nanoaod(path, events):
    import awkward as ak
    import numpy as np
    import uproot

    random = np.random.default_rng(1)
    counts = random.poisson(6, events)
    total = int(counts.sum())

    def smeared(scale):
        return ak.unflatten((scale * random.random(total)).astype("f4"), counts)

    index = ak.values_astype(ak.local_index(ak.unflatten(np.zeros(total), counts)), "i4")
    lost = ak.unflatten(random.random(total) < 0.2, counts)
    jet = {"pt": 20 + smeared(100), "eta": smeared(2), "phi": smeared(3), "mass": smeared(20), "rawFactor": smeared(0.1),
           "genJetIdx": ak.where(lost, -1, index)}
    jet = {name: ak.values_astype(values, "i4" if name == "genJetIdx" else "f4") for name, values in jet.items()}
    gen = {"pt": 20 + smeared(100), "eta": smeared(2), "phi": smeared(3), "mass": smeared(20)}
    branches = {"Jet": ak.zip(jet), "GenJet": ak.zip({k: ak.values_astype(v, "f4") for k, v in gen.items()})}
    with uproot.recreate(path, compression=uproot.ZLIB(1)) as file:
        tree = file.mktree("Events", {name: values.type for name, values in branches.items()})
        for start in range(0, events, 20_000):
            tree.extend({name: values[start : start + 20_000] for name, values in branches.items()})
    return int(ak.sum(ak.num(index)) - ak.sum(lost))


READERS = {"pyarrow-parquet": pyarrow_parquet, "polars-parquet": polars_parquet, "pyarrow-csv": pyarrow_csv,
           "polars-csv": polars_csv, "uproot": uproot_nanoaod}

if sys.argv[1] == "write-nanoaod":
    print(json.dumps({"jets": write_nanoaod(sys.argv[2], int(sys.argv[3])), "seconds": 0}))
else:
    read = READERS[sys.argv[1]](sys.argv[2])
    read()  # imports, caches
    start = time.process_time()
    jets = read()
    print(json.dumps({"jets": jets, "seconds": time.process_time() - start}))

"""Makes the files beside it, with the field's own writers and values that the tests know.

    python test/files/cases/make.py [FOLDER]

Versions: see test/python/requirements.txt. jets.*: the table of jets.json in every format. events.json: what
NanoAOD, Delphes and JetNTuple files must give. The numbers come from one seeded generator; angles, masses and
transverse momenta are rounded to float32 before anything is written.
"""
import gzip
import json
import lzma
import pathlib
import sys

import awkward as ak
import h5py
import hist
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq
import uproot
import uhi.io.json
import zstandard

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
random = np.random.default_rng(20261123)
STAGES = ("raw", "reco", "gen")
VARIABLES = ("pt", "eta", "phi", "mass")


def f4(values):
    return np.asarray(values, dtype="f4")


def jets(rows):
    """A jets table: gen falling, reco smeared, raw below reco."""
    gen = {
        "pt": f4(15 + random.exponential(60, rows)),
        "eta": f4(random.normal(0, 1.6, rows).clip(-4.7, 4.7)),
        "phi": f4(random.uniform(-np.pi, np.pi, rows)),
        "mass": f4(1 + random.exponential(8, rows)),
    }
    reco = {
        "pt": f4(gen["pt"] * random.normal(1, 0.1, rows).clip(0.5, 1.5)),
        "eta": f4(gen["eta"] + random.normal(0, 0.02, rows)),
        "phi": f4(np.arctan2(np.sin(gen["phi"] + 0.01), np.cos(gen["phi"] + 0.01))),
        "mass": f4(gen["mass"] * random.normal(1.1, 0.2, rows).clip(0.3, 2)),
    }
    factor = f4(random.uniform(0.02, 0.2, rows))
    raw = dict(reco, pt=f4(reco["pt"].astype("f8") * (1 - factor.astype("f8"))),
               mass=f4(reco["mass"].astype("f8") * (1 - factor.astype("f8"))))
    return {"raw": raw, "reco": reco, "gen": gen}, factor


def flat(stages):
    return {f"{stage}_{variable}": stages[stage][variable] for stage in STAGES for variable in VARIABLES}


# ---- one table in every format -------------------------------------------------------------------------------------
ROWS = 50
table, _ = jets(ROWS)
columns = flat(table)
columns["event"] = np.arange(ROWS, dtype="u8") + 2**53 + 1  # beyond what a double holds
columns["flavour"] = random.integers(0, 6, ROWS).astype("i2")
(folder / "jets.json").write_text(json.dumps(
    {name: [int(v) if values.dtype.kind in "iu" else float(v) for v in values] for name, values in columns.items()
     if name != "event"} | {"event": [str(v) for v in columns["event"]]}) + "\n")

arrow = pa.table({**columns, "name": [f"jet {i}" for i in range(ROWS)]})
shuffled = arrow.select(sorted(arrow.column_names, reverse=True))
for codec in ("none", "snappy", "gzip", "brotli", "lz4", "zstd"):
    pq.write_table(arrow, folder / f"jets-{codec}.parquet", compression=codec, row_group_size=20)
pq.write_table(shuffled, folder / "jets-shuffled.parquet", compression="zstd", use_dictionary=False,
               column_encoding={name: "BYTE_STREAM_SPLIT" for name in flat(table)})
pq.write_table(shuffled, folder / "jets-pages-v2.parquet", data_page_version="2.0", data_page_size=64)
doubles = arrow.cast(pa.schema([pa.field(f.name, pa.float64() if f.type == pa.float32() else f.type)
                                for f in arrow.schema]))
pq.write_table(doubles, folder / "jets-doubles.parquet")
pl.from_arrow(arrow).write_parquet(folder / "jets-polars.parquet")
for codec in ("uncompressed", "lz4", "zstd"):
    pyarrow.feather.write_feather(arrow, folder / f"jets-{codec}.feather", compression=codec, chunksize=20)
with pa.ipc.new_stream(folder / "jets-stream.arrows", arrow.schema) as stream:
    stream.write_table(arrow, max_chunksize=20)

twelve = np.stack([columns[f"{s}_{v}"] for s in STAGES for v in VARIABLES], axis=1)
np.save(folder / "jets-12.npy", twelve)
np.save(folder / "jets-12-fortran.npy", np.asfortranarray(twelve))
np.save(folder / "jets-12-big-endian.npy", twelve.astype(">f8"))
structured = np.zeros(ROWS, dtype=[(name, values.dtype) for name, values in columns.items()])
for name, values in columns.items():
    structured[name] = values
np.save(folder / "jets-structured.npy", structured)
fifteen = np.concatenate([twelve, random.integers(0, 6, (ROWS, 3))], axis=1).astype("f4")
np.save(folder / "jets-15.npy", fifteen)
np.savetxt(folder / "jets-15.txt", fifteen, delimiter="\t", fmt="%.9g")  # the paper's own text
np.savetxt(folder / "jets-savetxt.txt", twelve, header=" ".join(flat(table)), fmt="%.9g")

text = arrow.to_pandas().to_csv(index=False, float_format="%.9g")
(folder / "jets.csv").write_text(text)
(folder / "jets-crlf.tsv").write_bytes(("\ufeff" + text.replace(",", "\t").replace("\n", "\r\n")).encode())
(folder / "jets-semicolon.csv").write_text(text.replace(",", ";").rstrip("\n"))
(folder / "jets-gzip.csv").write_bytes(gzip.compress(text.encode(), mtime=0))
(folder / "jets-zstd.csv").write_bytes(zstandard.compress(text.encode()))

with h5py.File(folder / "jets-columns.h5", "w") as file:
    for name, values in columns.items():
        file.create_dataset(f"selected/jets/{name}", data=values, compression="gzip", shuffle=True, chunks=(20,))
with h5py.File(folder / "jets-12.h5", "w") as file:
    file["jets"] = twelve

# ---- events ---------------------------------------------------------------------------------------------------------
EVENTS = 30
counts = random.integers(0, 6, EVENTS)
total = int(counts.sum())
event_jets, factor = jets(total)
gen_counts = np.array([c + int(random.integers(0, 2)) for c in counts])  # sometimes one gen jet more
index = np.concatenate([random.permutation(g)[:c] for c, g in zip(counts, gen_counts)] or [[]]).astype("i4")
gens = {v: [] for v in VARIABLES}
at = 0
for c, g in zip(counts, gen_counts):
    for v in VARIABLES:
        values = np.full(g, 5.0 if v == "pt" else 0.1, dtype="f4")
        values[index[at:at + c]] = event_jets["gen"][v][at:at + c]
        gens[v].append(values)
    at += c
lost = random.random(total) < 0.2      # no match
beyond = ~lost & (np.arange(total) % 9 == 4)  # matched to a gen jet that the file does not hold
given = np.where(lost, -1, np.where(beyond, 50, index)).astype("i4")
matched = ~lost & ~beyond
jet_id = random.choice([0, 2, 6], total).astype("i4")
flavour = random.integers(0, 6, total).astype("i4")
events = np.arange(EVENTS, dtype="u8") + 2**53 + 1
jet_event = np.repeat(np.arange(EVENTS), counts)
place = np.concatenate([np.arange(c) for c in counts]).astype("i4")


def listed(values, per=counts):
    return ak.unflatten(values, per)


def nano(path, compression, idx_type, id_type, rho, collection="Jet", gen="GenJet", gen_index="genJetIdx", data=False):
    jet = {v: listed(event_jets["reco"][v]) for v in VARIABLES}
    jet |= {"rawFactor": listed(factor), "hadronFlavour": listed(flavour.astype("u1")), "area": listed(f4(flavour) / 8)}
    if id_type:
        jet["jetId"] = listed(jet_id.astype(id_type))
    if not data:
        jet[gen_index] = listed(given.astype(idx_type))
    branches = {
        collection: ak.zip(jet),
        "run": np.full(EVENTS, 1, "u4"),
        "luminosityBlock": np.arange(EVENTS, dtype="u4") // 10,
        "event": events,
        rho: f4(20 + np.arange(EVENTS) / 4),
        "HLT_PFJet500": np.arange(EVENTS) % 2 == 0,
    }
    if not data:
        branches[gen] = ak.zip({v: ak.Array(gens[v]) for v in VARIABLES})
        branches["genWeight"] = f4(1 - 2 * (np.arange(EVENTS) % 5 == 0))
    with uproot.recreate(folder / path, compression=compression) as file:
        tree = file.mktree("Events", {k: (v.type if isinstance(v, ak.Array) else v.dtype) for k, v in branches.items()})
        for part in (slice(0, 13), slice(13, EVENTS)):  # two baskets a branch
            tree.extend({k: v[part] for k, v in branches.items()})


nano("nanoaod-v5.root", uproot.LZMA(6), "i4", "i4", "fixedGridRhoFastjetAll")
nano("nanoaod-v7.root", uproot.ZLIB(4), "i4", "i4", "fixedGridRhoFastjetAll")
nano("nanoaod-v9.root", None, "i4", "i4", "fixedGridRhoFastjetAll")
nano("nanoaod-v12.root", uproot.ZSTD(5), "i2", "u1", "Rho_fixedGridRhoFastjetAll")
nano("nanoaod-v15.root", uproot.LZ4(4), "i2", None, "Rho_fixedGridRhoFastjetAll")
nano("nanoaod-fat.root", uproot.ZLIB(1), "i4", "i4", "fixedGridRhoFastjetAll", "FatJet", "GenJetAK8", "genJetAK8Idx")
nano("nanoaod-data.root", uproot.ZLIB(1), "i4", "i4", "fixedGridRhoFastjetAll", data=True)

# NanoGEN: gen jets and no others.
with uproot.recreate(folder / "nanogen.root", compression=uproot.ZLIB(1)) as file:
    gen_flavour = ak.unflatten(np.arange(gen_counts.sum()).astype("u1") % 6, gen_counts)
    branches = {
        "GenJet": ak.zip({v: ak.Array(gens[v]) for v in VARIABLES} | {"hadronFlavour": gen_flavour}),
        "run": np.full(EVENTS, 1, "u4"),
        "luminosityBlock": np.arange(EVENTS, dtype="u4") // 10,
        "event": events,
        "genWeight": f4(1 - 2 * (np.arange(EVENTS) % 5 == 0)),
    }
    file.mktree("Events", {k: (v.type if isinstance(v, ak.Array) else v.dtype) for k, v in branches.items()})
    file["Events"].extend(branches)

# Delphes: no index, jets and gen jets near each other or, where lost, apart; branches named as Delphes names them.
delphes_eta = f4(event_jets["reco"]["eta"] + lost)
with uproot.recreate(folder / "delphes.root", compression=uproot.ZLIB(1)) as file:
    names = {"pt": "PT", "eta": "Eta", "phi": "Phi", "mass": "Mass"}
    branches = {
        "Jet": ak.zip({names[v]: listed(event_jets["reco"][v]) for v in VARIABLES}
                      | {"Eta": listed(delphes_eta), "Flavor": listed(flavour)}),
        "GenJet": ak.zip({names[v]: ak.Array(gens[v]) for v in VARIABLES}),
    }
    file.mktree("Delphes", {k: v.type for k, v in branches.items()},
                counter_name=lambda outer: f"{outer}_size", field_name=lambda outer, inner: f"{outer}.{inner}")
    file["Delphes"].extend(branches)


def nearest_pairs(eta, limit):
    """deltaR < limit, nearest pair first, by plain loops."""
    at = 0
    for event in range(EVENTS):
        jet_range = range(at, at + counts[event])
        at += counts[event]
        pairs = []
        for j in jet_range:
            for g in range(gen_counts[event]):
                dphi = float(event_jets["reco"]["phi"][j]) - float(gens["phi"][event][g])
                dphi = (dphi + np.pi) % (2 * np.pi) - np.pi
                dr = np.hypot(float(eta[j]) - float(gens["eta"][event][g]), dphi)
                if dr < limit:
                    pairs.append((dr, j, g))
        jets_taken, gens_taken, found = set(), set(), []
        for _, j, g in sorted(pairs):
            if j not in jets_taken and g not in gens_taken:
                jets_taken.add(j)
                gens_taken.add(g)
                found.append((j, event, g))
        yield from sorted(found)


# truth.csv with the gen jets in a column of records.
truth = pa.csv.read_csv(pathlib.Path(__file__).with_name("truth.csv"))
fields = [f"gen_{variable}" for variable in VARIABLES]
records = pa.StructArray.from_arrays([truth[name].combine_chunks() for name in fields], VARIABLES)
of_records = truth.drop_columns(fields).append_column("gen", records)
pq.write_table(of_records, folder / "parquet-gen-records.parquet")
pa.feather.write_feather(of_records, folder / "arrow-gen-records.arrow", compression="uncompressed")

# JetNTuple: a row a jet, in a directory.
with uproot.recreate(folder / "jet-ntuple.root", compression=uproot.LZMA(1)) as file:
    gen_match = matched.astype("u4")
    branches = {
        "jetPt": event_jets["reco"]["pt"], "jetEta": event_jets["reco"]["eta"], "jetPhi": event_jets["reco"]["phi"],
        "jetMass": event_jets["reco"]["mass"], "jetRawPt": event_jets["raw"]["pt"], "jetRawMass": event_jets["raw"]["mass"],
        "genJetPt": np.where(matched, event_jets["gen"]["pt"], 0).astype("f4"),
        "genJetEta": np.where(matched, event_jets["gen"]["eta"], 0).astype("f4"),
        "genJetPhi": np.where(matched, event_jets["gen"]["phi"], 0).astype("f4"),
        "genJetMass": np.where(matched, event_jets["gen"]["mass"], 0).astype("f4"),
        "jetGenMatch": gen_match, "rho": f4(flavour) + 20, "event": events[jet_event],
    }
    file.mkdir("AK4jets")
    file.mktree("AK4jets/jetTree", {k: v.dtype for k, v in branches.items()})
    file["AK4jets/jetTree"].extend(branches)

# The same with as many jets as a training needs, and the selection of CERN Open Data's record 12100.
sample = pq.read_table(pathlib.Path(__file__).parents[3] / "models" / "jets-sample.parquet").to_pandas()
sample = sample[(sample.reco_pt > 30) & (sample.reco_eta.abs() < 2.5)][:800]
with uproot.recreate(folder / "jet-ntuple-800.root", compression=uproot.LZMA(1)) as file:
    branches = {
        **{f"jet{v.capitalize()}": f4(sample[f"reco_{v}"]) for v in VARIABLES},
        **{f"jetRaw{v.capitalize()}": f4(sample[f"raw_{v}"]) for v in ("pt", "mass")},
        **{f"genJet{v.capitalize()}": f4(sample[f"gen_{v}"]) for v in VARIABLES},
        "jetGenMatch": np.ones(len(sample), "u4"),
    }
    file.mkdir("AK4jets")
    file.mktree("AK4jets/jetTree", {k: v.dtype for k, v in branches.items()})
    file["AK4jets/jetTree"].extend(branches)

# Whole files with no jets: no rows, a pt that is none, lists where a number belongs.
one = {name: np.ones(1, "f4") for name in ("jetPt", "jetEta", "jetPhi", "jetMass", "jetRawPt", "jetRawMass", "genJetPt",
                                           "genJetEta", "genJetPhi", "genJetMass")} | {"jetGenMatch": np.ones(1, "u4")}
for name, branches in (("no-rows", {name: values[:0] for name, values in one.items()}),
                       ("nan", one | {"jetPt": np.full(1, np.nan, "f4")}),
                       ("lists", one | {"jetPt": ak.Array([f4([1.5])])})):
    with uproot.recreate(folder / "unfit" / f"{name}.root", compression=uproot.ZLIB(1)) as file:
        file.mkdir("AK4jets")
        file.mktree("AK4jets/jetTree", {k: v.type if isinstance(v, ak.Array) else v.dtype for k, v in branches.items()})
        if name != "no-rows":
            file["AK4jets/jetTree"].extend(branches)

pairs = list(nearest_pairs(delphes_eta, 0.2))
# NanoAOD's jets near no gen jet: by direction every jet finds its own, against what genJetIdx says.
by_direction = list(nearest_pairs(event_jets["reco"]["eta"], 0.02))
gen_event = np.repeat(np.arange(EVENTS), gen_counts)
gen_place = np.concatenate([np.arange(g) for g in gen_counts])
numbers = lambda values: [float(v) for v in values]
(folder / "events.json").write_text(json.dumps({
    "jets": total,
    "unmatched": int(lost.sum()),
    "beyond": int(beyond.sum()),
    "matched": {name: numbers(values[matched]) for name, values in flat(event_jets).items()}
    | {"event": [str(v) for v in events[jet_event][matched]], "jet": [int(v) for v in place[matched]],
       "jetIdx": [int(v) for v in place[matched]], "genJetIdx": [int(v) for v in index[matched]],
       "jetId": [int(v) for v in jet_id[matched]], "flavour": [int(v) for v in flavour[matched]],
       "rho": numbers(f4(20 + jet_event / 4)[matched]),
       "genWeight": numbers(f4(1 - 2 * (jet_event % 5 == 0))[matched])},
    "gensWithoutJet": int(gen_counts.sum() - matched.sum()),
    "all": {name: numbers(values) for name, values in flat(event_jets).items() if not name.startswith("gen")},
    "gens": {**{f"gen_{v}": numbers(np.concatenate(gens[v])) for v in VARIABLES},
             "event": [str(v) for v in events[gen_event]], "genJetIdx": [int(v) for v in gen_place]},
    "byDirection": {"event": [str(events[e]) for _, e, _ in by_direction],
                    "jetIdx": [int(place[j]) for j, _, _ in by_direction], "genJetIdx": [g for _, _, g in by_direction]},
    "delphes": {
        **{f"reco_{v}": numbers(event_jets["reco"][v][j] for j, _, _ in pairs) for v in VARIABLES},
        "reco_eta": numbers(delphes_eta[j] for j, _, _ in pairs),
        **{f"gen_{v}": numbers(gens[v][e][g] for _, e, g in pairs) for v in VARIABLES},
        "Flavor": [int(flavour[j]) for j, _, _ in pairs],
        "entry": [e for _, e, _ in pairs],
        "jet": [int(place[j]) for j, _, _ in pairs],
    },
}) + "\n")

# An .xz stream of two LZMA2 chunks, as ROOT has in large baskets: 2 MiB is the most that one chunk unpacks to.
period = bytes(range(251))
content = (period * (5 * 2**19 // len(period) + 1))[:5 * 2**19]
(folder / "two-chunks.xz").write_bytes(lzma.compress(content, check=lzma.CHECK_CRC32))

# Spectra as hist writes them, weighted in pt and eta, and plain ones in pt.
in_both = hist.Hist.new.Reg(4, 20, 100, name="pt", label="pt [GeV]").Var([-2, -1, 0, 1, 2], name="eta", flow=False).Weight()
in_both.fill(np.array([25, 25, 45, 90, 500.]), np.array([.5, -.5, 1.5, -1.5, 0]), weight=[1, 3, 2, 4, 5.])
in_pt = hist.Hist.new.Var([10, 20, 40, 80], name="pt", label="pt [GeV]").Int64()
in_pt.fill(np.array([15, 30, 30, 70, 5]))
for name, spectra in {"spectrum-pt-eta": {"spectrum": in_both}, "spectrum-pt": {"pt/gen": in_pt, "pt/raw": in_pt}}.items():
    (folder / f"{name}.json").write_text(json.dumps(spectra, default=uhi.io.json.default))

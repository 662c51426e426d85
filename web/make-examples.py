"""Makes the example files of the page (web/public/examples) from the sample of test jets, which is generated: Pythia 8
with an emulated detector. `python3 web/make-examples.py`, with uproot, awkward, pandas and pyarrow."""

import pathlib

import awkward as ak
import numpy as np
import pandas as pd
import uproot

ROOT = pathlib.Path(__file__).parent.parent
OUT = ROOT / "web" / "public" / "examples"
VARIABLES = ["pt", "eta", "phi", "mass"]
NANO_JETS, CSV_JETS = 2400, 2500

sample = pd.read_parquet(ROOT / "models" / "jets-sample.parquet")

# The layout of NanoAOD, two jets an event. Its corrected jet is reco, its raw one reco over 1 - rawFactor.
jets = sample[:NANO_JETS]
pairs = NANO_JETS // 2


def of_events(values, dtype):
    return ak.from_regular(np.asarray(values, dtype).reshape(pairs, 2), axis=1)


jet = {name: of_events(jets[f"reco_{name}"], "f4") for name in VARIABLES}
jet["rawFactor"] = of_events(1 - jets["raw_pt"] / jets["reco_pt"], "f4")
jet["genJetIdx"] = of_events(np.tile([0, 1], pairs), "i4")
gen = {name: of_events(jets[f"gen_{name}"], "f4") for name in VARIABLES}
branches = {
    "run": np.ones(pairs, "u4"),
    "luminosityBlock": np.ones(pairs, "u4"),
    "event": np.arange(1, pairs + 1, dtype="u8"),
    "Jet": ak.zip(jet),
    "GenJet": ak.zip(gen),
}
with uproot.recreate(OUT / "nano-generated.root", compression=uproot.ZLIB(9)) as file:
    types = {name: values.type if isinstance(values, ak.Array) else values.dtype for name, values in branches.items()}
    file.mktree("Events", types).extend(branches)

# A detector whose jets are measured 5 % lower.
low = sample[-CSV_JETS:].copy()
for stage in ("raw", "reco"):
    for name in ("pt", "mass"):
        low[f"{stage}_{name}"] *= 0.95
low.to_csv(OUT / "another-detector.csv", index=False, float_format="%.5g", columns=[
    f"{stage}_{name}" for stage in ("gen", "raw", "reco") for name in VARIABLES
])

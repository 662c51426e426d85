"""Samples a jet-iqn bundle with ONNX Runtime and numpy: the predictions of `jet-iqn sample`, to float rounding.

    pip install numpy onnxruntime pyarrow
    python sample.py models/simulation models/jets-sample.parquet predictions.parquet --samples 100 --limit 1000

All that a bundle needs is in its sampler.onnx (jets [N, 4] and tau [N, 4] in, predictions [N, 4] out, physical units)
and in how tau is drawn: Philox4x32-10 with key = seed and counter = (row, sample, 0, 0), as for tables that do not say
the jets' events.
"""
import argparse
import json
import os
import pathlib

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the import: from 1.29 on, ONNX Runtime reports the models that it runs

import numpy as np
import onnxruntime
import pyarrow
import pyarrow.parquet


def philox4x32(counter, key):
    """Ten rounds (Salmon et al., SC 2011). counter: four uint32 arrays of one shape; key: two words."""
    c0, c1, c2, c3 = (np.asarray(c, dtype=np.uint64) for c in counter)
    k0, k1 = key
    for _ in range(10):
        low, high = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)  # 64-bit products
        c0, c2 = (high >> np.uint64(32)) ^ c1 ^ np.uint64(k0), (low >> np.uint64(32)) ^ c3 ^ np.uint64(k1)
        c1, c3 = high & np.uint64(0xFFFFFFFF), low & np.uint64(0xFFFFFFFF)
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=-1).astype(np.uint32)


def tau_of(jets, samples, seed):
    """tau of pt, eta, phi, mass [N, 4] float32 in (0, 1), for the prediction `samples[i]` of jet `jets[i]`."""
    zeros = np.zeros_like(jets)
    words = philox4x32((jets, samples, zeros, zeros), (seed & 0xFFFFFFFF, seed >> 32))
    return ((words >> np.uint32(9)) + np.float32(0.5)).astype(np.float32) * np.float32(2**-23)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=pathlib.Path)
    parser.add_argument("jets", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    task = json.loads((options.bundle / "model.json").read_text())["task"]
    stage = {"simulation": "gen", "correction": "raw"}[task]
    table = pyarrow.parquet.read_table(options.jets, columns=[f"{stage}_{v}" for v in ("pt", "eta", "phi", "mass")])
    jets = np.stack([table[name].to_numpy() for name in table.column_names], axis=1).astype("f4")[: options.limit]

    jet_index = np.repeat(np.arange(len(jets), dtype=np.uint32), options.samples)
    sample_index = np.tile(np.arange(options.samples, dtype=np.uint32), len(jets))
    session = onnxruntime.InferenceSession(options.bundle / "sampler.onnx", providers=["CPUExecutionProvider"])
    predictions = np.empty((len(jet_index), 4), dtype="f4")
    for start in range(0, len(jet_index), 8192):
        rows = slice(start, start + 8192)
        feeds = {"jets": jets[jet_index[rows]], "tau": tau_of(jet_index[rows], sample_index[rows], options.seed)}
        predictions[rows] = session.run(["predictions"], feeds)[0]
    columns = {"jet_index": jet_index, "sample_index": sample_index.astype(np.uint16 if options.samples <= 65536 else np.uint32)}
    columns |= dict(zip(("pt", "eta", "phi", "mass"), predictions.T))
    pyarrow.parquet.write_table(pyarrow.table(columns), options.output, compression="zstd")


if __name__ == "__main__":
    main()

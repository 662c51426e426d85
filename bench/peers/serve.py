"""One peer as a process that takes turns, once it has shown that it predicts what sampler.onnx does:
serve.py PEER BUNDLE CORES BATCH,BATCH,…
"""

import sys

import numpy as np

from network import Bundle
from peers import PEERS, onnxruntime
from turns import inputs, take_turns

# Float32 through six layers and four steps, added up in another order.
TOLERANCE = 1e-4


def main():
    name, folder, cores, batches = sys.argv[1:]
    bundle, cores = Bundle(folder), int(cores)
    predict = PEERS[name](bundle, cores)
    error = largest_error(bundle, predict)
    if not error < TOLERANCE:
        raise SystemExit(f"{name} predicts something else than sampler.onnx: off by {error:.2g}")
    take_turns(predict, [int(batch) for batch in batches.split(",")], error=error)


def largest_error(bundle, predict):
    """Largest difference to sampler.onnx, relative to the size of the value or to 1; that of phi on the circle."""
    jets, tau = inputs(10_000)
    ours, theirs = predict(jets, tau), onnxruntime(bundle, 1)(jets, tau)
    difference = np.abs(ours - theirs)
    difference[:, 2] = np.minimum(difference[:, 2], 2 * np.pi - difference[:, 2])
    return float(np.max(difference / np.maximum(np.abs(theirs), 1)))


main()

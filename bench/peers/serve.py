"""One peer as a process that takes turns: serve.py PEER BUNDLE CORES BATCH,BATCH,…

First it checks that it predicts what sampler.onnx does and finds its best batch; then it answers every line on standard
input with one line of JSON: how long so many predictions took.
"""

import json
import sys
import time

import numpy as np

from network import Bundle
from peers import PEERS, onnxruntime

# Float32 through six layers and four steps, added up in another order.
TOLERANCE = 1e-4


def main():
    name, folder, cores, batches = sys.argv[1:]
    bundle, cores = Bundle(folder), int(cores)
    predict = PEERS[name](bundle, cores)
    error = largest_error(bundle, predict)
    if not error < TOLERANCE:
        raise SystemExit(f"{name} predicts something else than sampler.onnx: off by {error:.2g}")
    speeds = {batch: speed(predict, batch, 1.0) for batch in map(int, batches.split(","))}
    best = max(speeds, key=speeds.get)
    # Predictions of a turn: about a second's.
    calls = max(1, round(speeds[best] / best))
    answer({"batch": best, "predictions": calls * best, "error": error, "speeds": speeds})
    jets, tau = inputs(best)
    for _ in sys.stdin:
        start = time.perf_counter()
        for _ in range(calls):
            predictions = predict(jets, tau)
        seconds = time.perf_counter() - start
        answer({"seconds": seconds, "finite": bool(np.isfinite(predictions).all())})


def inputs(count):
    """Jets of a falling spectrum, float32."""
    random = np.random.default_rng(1)
    pt = 20 * random.pareto(3, count) + 20
    mass = 0.15 * pt * random.uniform(0.3, 1, count)
    jets = [pt, random.uniform(-4.5, 4.5, count), random.uniform(-np.pi, np.pi, count), mass]
    tau = random.uniform(1e-6, 1 - 1e-6, (count, 4))
    return np.stack(jets, axis=1).astype(np.float32), tau.astype(np.float32)


def largest_error(bundle, predict):
    """Largest difference to sampler.onnx, relative to the size of the value or to 1; that of phi on the circle."""
    jets, tau = inputs(10_000)
    ours, theirs = predict(jets, tau), onnxruntime(bundle, 1)(jets, tau)
    difference = np.abs(ours - theirs)
    difference[:, 2] = np.minimum(difference[:, 2], 2 * np.pi - difference[:, 2])
    return float(np.max(difference / np.maximum(np.abs(theirs), 1)))


def speed(predict, batch, seconds):
    """Predictions a second, after a call that may compile."""
    jets, tau = inputs(batch)
    predict(jets, tau)
    calls, start = 0, time.perf_counter()
    while calls == 0 or time.perf_counter() - start < seconds:
        predict(jets, tau)
        calls += 1
    return calls * batch / (time.perf_counter() - start)


def answer(value):
    print(json.dumps(value), flush=True)


main()

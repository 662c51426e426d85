"""What else predicts with the paper's network, as processes that take turns with a study: peers.py PEER BUNDLE CORES BATCH,…

Each peer is the network as one writes it by hand, rows of inputs, layer after layer, step after step, over the few array
functions that it needs, so that NumPy, torch and TensorFlow do the same thing. Weights come from a bundle's
conditional.onnx, transforms from its card. A peer first shows that it predicts what sampler.onnx does.

Kronheim, Kuchera, Prosper, Ramanujan, section 3.2: x, one-hot step, known targets, tau -> 5 x 50, LeakyReLU -> 1.
"""

import json
import os
import pathlib
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np

STEPS = 4
KNOWN = 3


class Bundle:
    """Weights as float32 arrays [outputs, inputs] and [outputs], and the card."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.card = json.loads((folder / "model.json").read_text())
        self.sampler = str(folder / "sampler.onnx")
        spec = self.card["network"]
        if spec["kind"] != "paper":
            raise SystemExit(f"{folder} is no bundle of the paper's network")
        self.slope = spec["slope"]
        self.tau_input = spec["tauInput"]
        import onnx

        graph = onnx.load(folder / "conditional.onnx").graph
        values = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
        self.layers = [
            (values[f"dense.{layer}.weight"][:, :, 0], values[f"dense.{layer}.bias"])
            for layer in range(spec["depth"] + 1)
        ]


class NumpyOps:
    """The array functions that `predict` needs, here in NumPy."""

    float32 = staticmethod(lambda value: np.asarray(value, np.float32))
    rows = staticmethod(lambda row, like: np.broadcast_to(row, (like.shape[0], row.shape[0])))
    concat = staticmethod(lambda columns: np.concatenate(columns, axis=1))
    dense = staticmethod(lambda h, kernel, bias: h @ kernel.T + bias)
    leaky = staticmethod(lambda z, slope: np.where(z > 0, z, slope * z))
    log, exp, ceil = np.log, np.exp, np.ceil
    at_least = staticmethod(np.maximum)


class Predictor:
    """jets [N, 4] and tau [N, 4] -> predictions [N, 4], all float32 of the library that `ops` stands for."""

    def __init__(self, bundle, ops, network=None):
        self.bundle, self.ops = bundle, ops
        self.layers = [(ops.float32(kernel), ops.float32(bias)) for kernel, bias in bundle.layers]
        self.one_hot = [ops.float32(row) for row in np.eye(STEPS)]
        self.zero = [ops.float32(np.zeros(count)) for count in range(KNOWN + 1)]
        if network:
            self.network = network

    def __call__(self, jets, tau):
        ops = self.ops
        x = ops.concat([self.standardised(jets[:, i : i + 1], i) for i in range(STEPS)])
        features = self.tau_features(tau)
        known, physical = [], []
        for step in range(STEPS):
            columns = [x, ops.rows(self.one_hot[step], jets), *known]
            if step < KNOWN:
                columns.append(ops.rows(self.zero[KNOWN - step], jets))
            columns += [feature[:, step : step + 1] for feature in features]
            y = self.network(ops.concat(columns))
            if step < KNOWN:
                known.append(y)
            physical.append(self.physical(y, jets[:, step : step + 1], step))
        return ops.concat(physical)

    def network(self, h):
        for kernel, bias in self.layers[:-1]:
            h = self.ops.leaky(self.ops.dense(h, kernel, bias), self.bundle.slope)
        return self.ops.dense(h, *self.layers[-1])

    def standardised(self, column, index):
        transform = self.bundle.card["inputs"][index]
        if transform["transform"] == "log":
            column = self.ops.log(column + transform["offset"])
        return (column - transform["mean"]) / transform["sd"]

    def tau_features(self, tau):
        affine, logit = 6 * tau - 3, 0.5 * self.ops.log(tau / (1 - tau))
        return {"affine": [affine], "logit": [logit], "both": [affine, logit]}[self.bundle.tau_input]

    def physical(self, y, column, step):
        target = self.bundle.card["targets"][step]
        value = y * target["sd"] + target["mean"]
        if target["transform"] == "difference":
            return column + value
        if target["transform"] == "wrapped-difference":
            phi = column + value
            return phi - 2 * np.pi * self.ops.ceil((phi - np.pi) / (2 * np.pi))
        value = self.ops.exp(value) * (column + target["offset"]) - target["offset"]
        return self.ops.at_least(value, 0) if target["variable"] == "mass" else value


def onnxruntime(bundle, cores):
    """ONNX Runtime in Python: sampler.onnx itself."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = cores
    session = ort.InferenceSession(bundle.sampler, options, providers=["CPUExecutionProvider"])
    return lambda jets, tau: session.run(None, {"jets": jets, "tau": tau})[0]


def torch_eager(bundle, cores):
    """torch, one operator after the other."""
    predictor, torch = _torch(bundle, cores)

    def predict(jets, tau):
        with torch.inference_mode():
            return predictor(torch.from_numpy(jets), torch.from_numpy(tau)).numpy()

    return predict


def torch_compile(bundle, cores):
    """torch.compile of the whole prediction, once for each batch size."""
    predictor, torch = _torch(bundle, cores)
    compiled = torch.compile(lambda jets, tau: predictor(jets, tau), dynamic=False)

    def predict(jets, tau):
        with torch.inference_mode():
            return compiled(torch.from_numpy(jets), torch.from_numpy(tau)).numpy()

    return predict


def _torch(bundle, cores):
    import torch

    torch.set_num_threads(cores)

    class TorchOps:
        float32 = staticmethod(lambda value: torch.tensor(np.asarray(value, np.float32)))
        rows = staticmethod(lambda row, like: row.expand(like.shape[0], -1))
        concat = staticmethod(lambda columns: torch.cat(columns, dim=1))
        dense = staticmethod(torch.nn.functional.linear)
        leaky = staticmethod(torch.nn.functional.leaky_relu)
        log, exp, ceil = torch.log, torch.exp, torch.ceil
        at_least = staticmethod(lambda value, least: torch.clamp(value, min=least))

    return Predictor(bundle, TorchOps), torch


def tf_function(bundle, cores):
    """A TensorFlow function of the whole prediction."""
    return _tensorflow(bundle, cores, jit_compile=False)


def tf_function_xla(bundle, cores):
    """The same, compiled by XLA."""
    return _tensorflow(bundle, cores, jit_compile=True)


def _tensorflow(bundle, cores, jit_compile):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(cores)

    class TensorflowOps:
        float32 = staticmethod(lambda value: tf.constant(np.asarray(value, np.float32)))
        rows = staticmethod(lambda row, like: tf.tile(row[None, :], [tf.shape(like)[0], 1]))
        concat = staticmethod(lambda columns: tf.concat(columns, axis=1))
        dense = staticmethod(lambda h, kernel, bias: tf.matmul(h, kernel, transpose_b=True) + bias)
        leaky = staticmethod(tf.nn.leaky_relu)
        log, exp, ceil = tf.math.log, tf.exp, tf.math.ceil
        at_least = staticmethod(tf.maximum)

    predictor = Predictor(bundle, TensorflowOps)
    function = tf.function(lambda jets, tau: predictor(jets, tau), jit_compile=jit_compile)
    return lambda jets, tau: function(tf.constant(jets), tf.constant(tau)).numpy()


def keras_predict(bundle, cores):
    """Keras' predict for each step, the rest in NumPy: what the paper's published code does."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(cores)
    keras = tf.keras
    layers = [keras.Input((bundle.layers[0][0].shape[1],))]
    for index, (kernel, _) in enumerate(bundle.layers):
        layers.append(keras.layers.Dense(kernel.shape[0]))
        if index + 1 < len(bundle.layers):
            layers.append(keras.layers.LeakyReLU(negative_slope=bundle.slope))
    model = keras.Sequential(layers)
    model.set_weights([weight for kernel, bias in bundle.layers for weight in (kernel.T, bias)])

    def network(rows):
        return model.predict(rows, batch_size=len(rows), verbose=0)

    predictor = Predictor(bundle, NumpyOps, network)
    return lambda jets, tau: predictor(jets, tau)


PEERS = {
    "ONNX Runtime, Python": onnxruntime,
    "torch": torch_eager,
    "torch.compile": torch_compile,
    "tf.function": tf_function,
    "tf.function, XLA": tf_function_xla,
    "Keras predict": keras_predict,
}

def take_turns(predict, batches, **said):
    """predict(jets [N, 4], tau [N, 4]) -> [N, 4], all float32. What else is said goes into the first line."""
    speeds = {batch: speed(predict, batch, 1.0) for batch in batches}
    best = max(speeds, key=speeds.get)
    # Predictions of a turn: about a second's.
    calls = max(1, round(speeds[best] / best))
    answer({"batch": best, "predictions": calls * best, "speeds": speeds, **said})
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


if __name__ == "__main__":
    main()

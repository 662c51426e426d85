"""The paper's network as one writes it by hand: rows of inputs, layer after layer, step after step.

Weights come from a bundle's conditional.onnx, transforms from its card. Written once over the few array functions that
it needs, so that NumPy, torch and TensorFlow do the same thing.

Kronheim, Kuchera, Prosper, Ramanujan, section 3.2: x, one-hot step, known targets, tau -> 5 x 50, LeakyReLU -> 1.
"""

import json
import pathlib

import numpy as np
import onnx

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

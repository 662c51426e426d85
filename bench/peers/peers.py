"""The peers: each a function of a bundle and the number of cores that returns how to predict.

jets, tau [N, 4] float32 NumPy arrays -> predictions [N, 4]. What returns is given back as a NumPy array.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np

from network import NumpyOps, Predictor


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
    """torch.compile of the whole prediction, for each batch size anew."""
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

"""A bundle's graphs in ONNX Runtime: a session of each a process, whoever asks for it.

The same bits wherever a prediction lies: vectorised code treats the last few numbers of an array differently, so runs
are filled up to multiples of 16 rows or samples, the widest vector there is. What is filled in is computed and thrown
away.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import threading

import numpy as np

from .errors import BundleError

os.environ.setdefault(
    "ORT_DISABLE_TELEMETRY", "1"
)  # before the import: from 1.29 on it reports the models that it runs
import onnxruntime  # noqa: E402

VECTOR = 16
BLOCK_JETS = 4
"""Jets in one run of block.onnx: fixed in the graph."""
MOST_SAMPLES = 1024
"""Samples in one run of block.onnx at most, so that its layers stay in a core's cache."""
MOST_ROWS = 2048
"""Rows in one run of the others: fastest at 512 to 2048 on the shipped bundles (AMD EPYC, November 2026)."""

_sessions: dict[tuple[str, int], onnxruntime.InferenceSession] = {}
_lock = threading.Lock()


def _forget() -> None:
    """A forked child opens its own sessions: their threads stay behind in the parent, and the lock may be held
    there."""
    global _lock
    _lock = threading.Lock()
    _sessions.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def session(path: pathlib.Path, sha256: str, threads: int) -> onnxruntime.InferenceSession:
    """The process's session of a graph file.

    :param sha256: that the card gives; a file of another one is refused.
    """
    with _lock:
        if (sha256, threads) not in _sessions:
            try:
                graph = path.read_bytes()
            except OSError as error:
                raise BundleError(f"{path}: {error.strerror}; give the folder of a whole bundle") from error
            if hashlib.sha256(graph).hexdigest() != sha256:
                raise BundleError(f"{path} is not the file that model.json names; take graphs and card of one export")
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            _sessions[sha256, threads] = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        return _sessions[sha256, threads]


def run_rows(graph: onnxruntime.InferenceSession, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Runs a graph over arrays of N rows, some at a time; a list of its outputs, [N, …] each."""
    rows = len(next(iter(feeds.values())))
    parts = []
    for first in range(0, rows, MOST_ROWS):
        some = min(MOST_ROWS, rows - first)
        parts.append(
            [
                made[:some]
                for made in graph.run(
                    None,
                    {
                        name: filled(values[first : first + some], -(-some // VECTOR) * VECTOR)
                        for name, values in feeds.items()
                    },
                )
            ]
        )
    if not parts:
        return [np.empty((0, *output.shape[1:]), np.float32) for output in graph.get_outputs()]
    return [np.concatenate(made) if len(made) > 1 else made[0] for made in zip(*parts)]


def filled(values: np.ndarray, rows: int) -> np.ndarray:
    """With its last row repeated until there are as many rows."""
    missing = rows - len(values)
    return values if missing == 0 else np.concatenate([values, np.repeat(values[-1:], missing, axis=0)])

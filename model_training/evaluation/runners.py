"""Run a network on preprocessed slices, by Keras or by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

Runner = Callable[[np.ndarray], np.ndarray]
"""(S, S, C) float32 in, (S, S) float32 tumour probability out."""

BatchRunner = Callable[[np.ndarray], np.ndarray]
"""(N, S, S, C) float32 in, (N, S, S) float32 tumour probability out."""

BATCH = 16

# Keras and ONNX Runtime are imported where they are used: a cross-validation runs where there
# is only one of them.


def keras_runner(model: keras.Model) -> Runner:
    """Return a runner over a Keras model, whatever its backend."""
    run_batch = keras_batches(model)
    return lambda image: run_batch(image[None])[0]


def keras_batches(model: keras.Model) -> BatchRunner:
    """Return a runner of batches over a Keras model, whatever its backend and device.

    Any number of slices may be given; the network sees `BATCH` of them at a time, or one. A part
    that is not full is filled up with its first slice, so that no more than these two sizes are
    ever compiled.
    """
    from keras import ops

    def run(images: np.ndarray) -> np.ndarray:
        size = 1 if len(images) == 1 else BATCH
        parts = []
        for start in range(0, len(images), size):
            part = images[start : start + size]
            filled = np.concatenate([part, np.repeat(part[:1], size - len(part), axis=0)])
            answer = ops.convert_to_numpy(model.predict_on_batch(filled))
            parts.append(answer[: len(part), ..., 0].astype(np.float32))
        return np.concatenate(parts)

    return run


def onnx_runner(path: Path) -> Runner:
    """Return a runner over an ONNX file, on the CPU."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(image: np.ndarray) -> np.ndarray:
        answer: np.ndarray = session.run(None, {name: image[None]})[0]
        return answer[0, ..., 0]

    return run


def one_by_one(run: Runner) -> BatchRunner:
    """Return a runner of batches that gives a runner one slice after the other."""
    return lambda images: np.stack([run(image) for image in images])

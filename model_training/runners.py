"""Run a network on one preprocessed slice, by Keras or by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import onnxruntime

Runner = Callable[[np.ndarray], np.ndarray]
"""(S, S, C) float32 in, (S, S) float32 tumour probability out."""


def keras_runner(model: keras.Model) -> Runner:
    """Return a runner over a Keras model, whatever its backend."""

    def run(image: np.ndarray) -> np.ndarray:
        answer = keras.ops.convert_to_numpy(model.predict_on_batch(image[None]))
        return answer[0, ..., 0].astype(np.float32)

    return run


def onnx_runner(path: Path) -> Runner:
    """Return a runner over an ONNX file, on the CPU."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(image: np.ndarray) -> np.ndarray:
        answer: np.ndarray = session.run(None, {name: image[None]})[0]
        return answer[0, ..., 0]

    return run

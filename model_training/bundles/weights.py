"""The weights of a bundle, small: `model.keras`, and `model.onnx`, its twin for ONNX Runtime."""

from __future__ import annotations

import tempfile
import warnings
import zipfile
from pathlib import Path

import keras
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from brainseg_gui.inference.model_card import KERAS_FILE, ONNX_FILE


def round_weights(model: keras.Model) -> None:
    """Round the weights to float16 values, in place, so that a bundle is half as large.

    Arithmetic stays float32. Kernels lose their last digits, which changes a probability by some
    1e-4; both files hold the very same numbers.
    """
    model.set_weights(
        [np.float16(np.clip(w, -65504, 65504)).astype(np.float32) for w in model.get_weights()]
    )


def save_keras(model: keras.Model, path: Path) -> None:
    """Write `model.keras`, compressed: Keras stores its archive as it is.

    LZMA finds that half of each weight's bits are zero (see `round_weights`), which deflate does
    not: a fifth less. Keras reads either.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / KERAS_FILE
        model.save(plain)
        with (
            zipfile.ZipFile(plain) as source,
            zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as target,
        ):
            for name in source.namelist():
                target.writestr(name, source.read(name))


def save_onnx(model: keras.Model, path: Path) -> None:
    """Write `model.onnx` with its large weights as float16, cast back when it is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / ONNX_FILE
        model.predict_on_batch(np.zeros((1, *model.input_shape[1:]), np.float32))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # Keras asks numpy for np.object
            model.export(plain, format="onnx", verbose=False)
        graph = onnx.load(plain)
    casts = []
    for weights in graph.graph.initializer:
        array = numpy_helper.to_array(weights)
        if array.dtype != np.float32 or array.size < 64 or not _fits_half(array):
            continue
        name = weights.name
        weights.CopyFrom(numpy_helper.from_array(array.astype(np.float16), f"{name}:half"))
        casts.append(helper.make_node("Cast", [f"{name}:half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    onnx.checker.check_model(graph)
    path.write_bytes(graph.SerializeToString())


def _fits_half(array: np.ndarray) -> bool:
    return bool((array.astype(np.float16).astype(np.float32) == array).all())

"""A bundle at work in Keras on TensorFlow: the reference, and the engine for a GPU."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.types import Pixels, Probability
from brainseg_gui.extras import GPU, is_installed, missing
from brainseg_gui.inference.model_card import KERAS_FILE, ModelCard
from brainseg_gui.inference.segmenter import EngineError, finite, one_line
from brainseg_gui.inference.weights import refuse_bomb, whole


class KerasSegmenter:
    """`model.keras` of a bundle as a compiled graph of fixed shape, traced and run once.

    Parameters
    ----------
    bundle : Path
    card : ModelCard
        As read, and checked, by `read_card`.
    device : str
        `auto`, `cpu` or `gpu`.

    Raises
    ------
    BundleError
        If its file is no longer the one of the card, or larger than any when unpacked.
    EngineError
        If TensorFlow is not installed, cannot load the network, or sees no GPU to use.
    """

    engine = "tensorflow"

    def __init__(self, bundle: Path, card: ModelCard, device: str = "auto") -> None:
        tensorflow, keras = _import_quietly()
        gpus = _usable_gpus(tensorflow, device)
        self.device = f"GPU {_name_of(tensorflow, gpus[0])}".strip() if gpus else "CPU"
        self._place = "/GPU:0" if gpus else "/CPU:0"
        self._preprocessing = card.preprocessing
        self._tensorflow = tensorflow
        content = whole(bundle, KERAS_FILE, card.sizes, card.sha256)
        refuse_bomb(content, bundle.name)
        side, channels = card.preprocessing.size, len(card.preprocessing.channels)
        try:
            with tempfile.TemporaryDirectory(prefix="brainseg-") as folder:
                path = Path(folder) / KERAS_FILE  # Keras reads files only
                path.write_bytes(content)
                self._graph = self._trace(keras, path, (1, side, side, channels))
            self._run(np.zeros((1, side, side, channels), np.float32))
        except Exception as error:  # Keras raises whatever its layers raise
            raise EngineError(f"TensorFlow cannot load {bundle.name}: {one_line(error)}") from error

    def probability(self, pixels: Pixels) -> Probability:
        """Return the (H, W) float32 tumour probability of (H, W) pixels of any scale."""
        answer = self._run(self._preprocessing.apply(pixels)[np.newaxis])
        return self._preprocessing.restore(finite(answer[0, :, :, 0]), pixels.shape)

    def _trace(self, keras: Any, path: Path, shape: tuple[int, ...]) -> Any:
        """Compile the network for one input shape: `predict` would cost 40 ms a call beside it."""
        tensorflow = self._tensorflow
        with tensorflow.device(self._place):
            model = keras.models.load_model(path, compile=False, safe_mode=True)
            call = tensorflow.function(lambda batch: model(batch, training=False))
            return call.get_concrete_function(tensorflow.TensorSpec(shape, tensorflow.float32))

    def _run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        with self._tensorflow.device(self._place):
            answer: NDArray[np.float32] = self._graph(self._tensorflow.constant(batch)).numpy()
        return answer


def _import_quietly() -> tuple[Any, Any]:
    """Import TensorFlow, then Keras on top of it, without TensorFlow's notes on stderr."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    if not is_installed("tensorflow"):
        raise EngineError(missing("TensorFlow is", GPU))
    try:
        import keras
        import tensorflow
    except ImportError as error:
        raise EngineError(f"TensorFlow cannot be loaded: {error}.") from error

    if keras.backend.backend() != "tensorflow":
        raise EngineError(f"Keras runs on {keras.backend.backend()} here, not on TensorFlow.")
    tensorflow.get_logger().setLevel("ERROR")
    return tensorflow, keras


def _usable_gpus(tensorflow: Any, device: str) -> list[Any]:
    if device == "cpu":
        return []
    gpus: list[Any] = tensorflow.config.list_physical_devices("GPU")
    if device == "gpu" and not gpus:
        raise EngineError("TensorFlow sees no GPU on this machine; use device cpu or auto.")
    for gpu in gpus:
        tensorflow.config.experimental.set_memory_growth(gpu, True)
    # TF32 keeps 10 bits of each factor: enough to move the edge of a mask.
    tensorflow.config.experimental.enable_tensor_float_32_execution(False)
    return gpus


def _name_of(tensorflow: Any, gpu: Any) -> str:
    details = tensorflow.config.experimental.get_device_details(gpu)
    return str(details.get("device_name", ""))

"""A bundle at work in Keras, mostly on TensorFlow: the reference, and the engine for a GPU."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.clicks.maps import MAPS
from brainseg_gui.core.image.preprocess import LastViews
from brainseg_gui.core.types import Pixels, Probability
from brainseg_gui.extras import GPU, is_installed, missing
from brainseg_gui.inference.model_card import CORRECTOR, KERAS_FILE, ModelCard
from brainseg_gui.inference.segmenter import EngineError, finite, one_line, prepared
from brainseg_gui.inference.weights import refuse_bomb, whole

BACKENDS = {"tensorflow": "TensorFlow", "torch": "PyTorch", "jax": "JAX"}
Answer = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""(1, S, S, C) input of the network to its (1, S, S, 1) probability."""


class KerasNetwork:
    """`model.keras` of a bundle, compiled for inputs of one shape and run once.

    Keras runs on TensorFlow, or on what `KERAS_BACKEND` names, if that is installed: so a machine
    whose GPU only PyTorch or JAX can use is of use.

    Parameters
    ----------
    bundle : Path
    card : ModelCard
        As read, and checked, by `read_card`.
    device : str
        `auto`, `cpu` or `gpu`.

    Attributes
    ----------
    engine : str
        One of `BACKENDS`.
    device : str
        `CPU`, or `GPU` and which.

    Raises
    ------
    BundleError
        If its file is no longer the one of the card, or larger than any when unpacked.
    EngineError
        If the backend is not installed, cannot load the network, or sees no GPU to use.
    """

    def __init__(self, bundle: Path, card: ModelCard, device: str = "auto") -> None:
        self.engine = _chosen_backend()
        keras = _import_quietly(self.engine)
        gpu = None if device == "cpu" else _GPU[self.engine]()
        if device == "gpu" and gpu is None:
            name = BACKENDS[self.engine]
            raise EngineError(f"{name} sees no GPU on this machine; use device cpu or auto.")
        self.device = "CPU" if gpu is None else f"GPU {gpu}".strip()
        content = whole(bundle, KERAS_FILE, card.sizes, card.sha256)
        refuse_bomb(content, bundle.name)
        side, channels = card.preprocessing.size, len(card.preprocessing.channels)
        maps = MAPS if card.kind == CORRECTOR else 0
        blank = np.zeros((1, side, side, channels + maps), np.float32)
        self._place = partial(keras.device, "cpu:0" if gpu is None else "gpu:0")
        try:
            with tempfile.TemporaryDirectory(prefix="brainseg-") as folder, self._place():
                path = Path(folder) / KERAS_FILE  # Keras reads files only
                path.write_bytes(content)
                model = keras.models.load_model(path, compile=False, safe_mode=True)
                self._call = _compiled(self.engine, keras, model, blank)
            self.run(blank)
        except Exception as error:  # Keras raises whatever its layers raise
            what = f"{BACKENDS[self.engine]} cannot load {bundle.name}"
            raise EngineError(f"{what}: {one_line(error)}") from error

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the (1, S, S, 1) answer to a (1, S, S, C) input."""
        with self._place():
            return self._call(batch)


class KerasSegmenter:
    """A segmenter's bundle at work in Keras.

    Parameters
    ----------
    bundle, card, device
        As for `KerasNetwork`, whose errors it raises.

    Attributes
    ----------
    engine, device : str
        As of `KerasNetwork`.
    views : LastViews, optional
        As of `OnnxSegmenter`.
    """

    def __init__(self, bundle: Path, card: ModelCard, device: str = "auto") -> None:
        self._network = KerasNetwork(bundle, card, device)
        self._preprocessing = card.preprocessing
        self.views: LastViews | None = None
        self.engine, self.device = self._network.engine, self._network.device

    def probability(self, pixels: Pixels) -> Probability:
        """Return the (H, W) float32 tumour probability of (H, W) pixels of any scale."""
        answer = self._network.run(prepared(self._preprocessing, self.views, pixels))
        return self._preprocessing.restore(finite(answer[0, :, :, 0]), pixels.shape)


def _chosen_backend() -> str:
    wanted = os.environ.get("KERAS_BACKEND", "tensorflow")
    return wanted if wanted in BACKENDS and is_installed(wanted) else "tensorflow"


def _import_quietly(backend: str) -> Any:
    """Import what Keras runs on, and Keras, without TensorFlow's notes on stderr."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = backend
    if not is_installed(backend):
        raise EngineError(missing(f"{BACKENDS[backend]} is", GPU))
    try:
        import keras
    except ImportError as error:
        raise EngineError(f"{BACKENDS[backend]} cannot be loaded: {error}.") from error
    if (found := keras.backend.backend()) != backend:
        raise EngineError(f"Keras runs on {found} here, not on {BACKENDS[backend]}.")
    return keras


def _compiled(backend: str, keras: Any, model: Any, blank: NDArray[np.float32]) -> Answer:
    """Return the network as a function of arrays of one shape."""
    if backend != "tensorflow":
        return lambda batch: keras.ops.convert_to_numpy(model.predict_on_batch(batch))
    import tensorflow

    # A graph of fixed shape: `predict` would cost 40 ms a call beside it.
    call = tensorflow.function(lambda batch: model(batch, training=False))
    graph = call.get_concrete_function(tensorflow.TensorSpec(blank.shape, tensorflow.float32))
    return lambda batch: graph(tensorflow.constant(batch)).numpy()


# What each backend calls its first GPU, None where it has none. All keep the 23 bits of a factor:
# the 10 of TensorFloat-32 are enough to move the edge of a mask.


def _gpu_of_tensorflow() -> str | None:
    import tensorflow

    tensorflow.get_logger().setLevel("ERROR")
    gpus: list[Any] = tensorflow.config.list_physical_devices("GPU")
    for gpu in gpus:
        tensorflow.config.experimental.set_memory_growth(gpu, True)
    tensorflow.config.experimental.enable_tensor_float_32_execution(False)
    if not gpus:
        return None
    details = tensorflow.config.experimental.get_device_details(gpus[0])
    return str(details.get("device_name", ""))


def _gpu_of_torch() -> str | None:
    import torch

    torch.backends.cudnn.allow_tf32 = False
    return str(torch.cuda.get_device_name(0)) if torch.cuda.is_available() else None


def _gpu_of_jax() -> str | None:
    import jax

    jax.config.update("jax_default_matmul_precision", "float32")
    first = jax.devices()[0]
    return str(first.device_kind) if first.platform in {"gpu", "cuda", "rocm"} else None


_GPU: dict[str, Callable[[], str | None]] = {
    "tensorflow": _gpu_of_tensorflow,
    "torch": _gpu_of_torch,
    "jax": _gpu_of_jax,
}

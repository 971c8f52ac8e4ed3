"""A bundle at work in ONNX Runtime, the engine for machines without a GPU."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.core.image.preprocess import LastViews
from brainseg_gui.core.types import Pixels, Probability
from brainseg_gui.inference.model_card import ModelCard
from brainseg_gui.inference.onnx_session import CUDA, open_session
from brainseg_gui.inference.segmenter import finite, prepared


class OnnxSegmenter:
    """`model.onnx` of a bundle, on the processor or, where CUDA is built in, on the GPU.

    Parameters
    ----------
    bundle : Path
    card : ModelCard
        As read, and checked, by `read_card`.
    device : str
        `auto`, `cpu` or `gpu`.
    view : str
        Its switch for an answer that is that of one view of many; the mean of all where empty.

    Attributes
    ----------
    views : LastViews, optional
        What makes the channels of a slice, where another network of the process needs them too.

    Raises
    ------
    BundleError
        If its file is no longer the one of the card, or takes weights from others.
    EngineError
        If ONNX Runtime is not installed, cannot load the network, or has no GPU to offer.
    """

    engine = "onnxruntime"

    def __init__(self, bundle: Path, card: ModelCard, device: str = "auto", view: str = "") -> None:
        self._preprocessing = card.preprocessing
        self.views: LastViews | None = None
        self._session = open_session(bundle, card, device, view=view)
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name

    @property
    def device(self) -> str:
        """Return `GPU` or `CPU`."""
        return "GPU" if CUDA in self._session.get_providers() else "CPU"

    def probability(self, pixels: Pixels) -> Probability:
        """Return the (H, W) float32 tumour probability of (H, W) pixels of any scale."""
        batch = prepared(self._preprocessing, self.views, pixels)
        (answer,) = self._session.run([self._output], {self._input: batch})
        return self._preprocessing.restore(finite(answer.reshape(batch.shape[1:3])), pixels.shape)

"""What every engine offers, and the ways in which one can fail."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.preprocess import LastViews, Preprocessing
from brainseg_gui.core.types import Pixels, Probability

ENGINES = ("auto", "onnxruntime", "tensorflow")
DEVICES = ("auto", "cpu", "gpu")


class Segmenter(Protocol):
    """A network ready to be asked about slices."""

    @property
    def engine(self) -> str:
        """Return `onnxruntime`, `tensorflow`, or what else Keras runs on."""

    @property
    def device(self) -> str:
        """Return where it runs: `CPU`, or `GPU` and which."""

    def probability(self, pixels: Pixels) -> Probability:
        """Return the (H, W) float32 tumour probability of (H, W) pixels of any scale."""


class EngineError(Exception):
    """An engine that cannot be used, or could not answer; the message is one sentence."""


class EngineDied(EngineError):  # noqa: N818
    """The engine's process ended while it was needed, twice in a row."""


class EngineStopped(EngineDied):
    """The engine was stopped on purpose, by `kill` or `close`."""


def prepared(
    preprocessing: Preprocessing, views: LastViews | None, pixels: Pixels
) -> NDArray[np.float32]:
    """Return the (1, S, S, C) input for a slice; what another network sees too is made once."""
    if views is None:
        return preprocessing.apply(pixels)[np.newaxis]
    return preprocessing.squared(views(pixels))[np.newaxis]


def finite(answer: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what a network said; an EngineError where it is no numbers, and so no mask."""
    if not np.isfinite(answer).all():
        raise EngineError("The network's answer to this slice is no number (NaN or infinite).")
    return answer


def one_line(error: BaseException) -> str:
    """Return the first line of an engine's error, which may run over a hundred lines."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:300]

"""What the network said about the slices of this session, thousands of them in little memory."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.compare import dice
from brainseg_gui.core.packing import pack_mask, unpack_mask
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Slice


@dataclass(frozen=True, eq=False)
class PredictionView:
    """A prediction ready for the screen.

    Attributes
    ----------
    mask : (H, W) bool, read-only
    percent : (H, W) uint8
        Probability in percent, for the read-out.
    risk : float
    dice : float or None
        Against the reference; None where there is none, or both are empty.
    """

    mask: np.ndarray
    percent: np.ndarray
    risk: float
    dice: float | None


@dataclass(frozen=True, eq=False)
class _Packed:
    shape: tuple[int, int]
    mask: bytes
    percent: bytes
    risk: float
    dice: float | None


class PredictionShelf:
    """Predictions by `Slice.digest`; they are never edited, only replaced by a newer one."""

    def __init__(self) -> None:
        self._packed: dict[str, _Packed] = {}

    def __contains__(self, digest: str) -> bool:
        return digest in self._packed

    def __len__(self) -> int:
        return len(self._packed)

    def put(self, slice_: Slice, prediction: Prediction) -> None:
        """Keep a prediction, packed to a few kilobytes; safe to call from a worker thread."""
        reference = slice_.reference
        percent = np.rint(prediction.probability * 100).astype(np.uint8)
        self._packed[slice_.digest] = _Packed(
            slice_.shape,
            pack_mask(prediction.mask),
            zlib.compress(percent.tobytes(), 1),
            prediction.risk,
            None if reference is None else dice(prediction.mask, reference),
        )

    def get(self, digest: str) -> PredictionView | None:
        """Return the prediction for a slice, or None."""
        packed = self._packed.get(digest)
        if packed is None:
            return None
        percent = np.frombuffer(zlib.decompress(packed.percent), np.uint8).reshape(packed.shape)
        mask = unpack_mask(packed.mask, packed.shape)
        mask.setflags(write=False)
        return PredictionView(mask, percent, packed.risk, packed.dice)

    def clear(self) -> None:
        """Forget all, because another network was chosen."""
        self._packed.clear()

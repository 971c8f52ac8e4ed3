"""What the network said about the slices of this session, thousands of them in little memory."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.masks.packing import pack_mask, unpack_mask
from brainseg_gui.core.measures.band import AreaBand, area_band
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.verdict import ModelUse

UNPACKED = 8  # kept ready for the screen: the slice shown and its neighbours


@dataclass(frozen=True, eq=False)
class PredictionView:
    """A prediction ready for the screen.

    Attributes
    ----------
    mask : (H, W) bool, read-only
    packed : bytes or None
        The probability; None where only the mask was kept.
    risk : float
    dice : float or None
        Against the reference; None where there is none, or both are empty.
    model : ModelUse or None
        The network that said so.
    judges : int
        How many other networks had a say in the risk; 0 where that is not known any more.
    """

    mask: Mask
    packed: bytes | None
    risk: float
    dice: float | None
    model: ModelUse | None = None
    judges: int = 0

    @cached_property
    def percent(self) -> NDArray[np.uint8] | None:
        """Return the (H, W) probability in percent; None where only the mask was kept."""
        if self.packed is None:
            return None
        return np.frombuffer(zlib.decompress(self.packed), np.uint8).reshape(self.mask.shape)

    @cached_property
    def outline(self) -> list[NDArray[np.float64]]:
        """Return the mask's contours, each (N, 2) row, column."""
        return contours(self.mask)

    @cached_property
    def area(self) -> int:
        """Return how many pixels the mask has."""
        return int(np.count_nonzero(self.mask))

    @cached_property
    def band(self) -> AreaBand | None:
        """Return how far the area moves with the threshold; None where only the mask was kept."""
        return None if self.percent is None else area_band(self.percent)


@dataclass(frozen=True, eq=False)
class _Packed:
    shape: tuple[int, int]
    mask: bytes
    percent: bytes | None
    risk: float
    dice: float | None
    model: ModelUse | None
    judges: int = 0


class PredictionCache:
    """Predictions by `Slice.digest`; they are never edited, only replaced by a newer one."""

    def __init__(self) -> None:
        self._packed: dict[str, _Packed] = {}
        self._unpacked: OrderedDict[str, tuple[_Packed, PredictionView]] = OrderedDict()

    def __contains__(self, digest: str) -> bool:
        return digest in self._packed

    def __len__(self) -> int:
        return len(self._packed)

    def put(self, slice_: Slice, prediction: Prediction, model: ModelUse | None = None) -> None:
        """Keep a prediction, packed to a few kilobytes; safe to call from a worker thread.

        The mask of one that was `put_kept` stays as it is: it is what the review says.
        """
        reference = slice_.reference
        percent = np.rint(prediction.probability * 100).astype(np.uint8)
        packed_percent = zlib.compress(percent.tobytes(), 1)
        old = self._packed.get(slice_.digest)
        if old is not None and old.percent is None:
            self._packed[slice_.digest] = replace(old, percent=packed_percent)
            return
        self._packed[slice_.digest] = _Packed(
            slice_.shape,
            pack_mask(prediction.mask),
            packed_percent,
            prediction.risk,
            None if reference is None else dice(prediction.mask, reference),
            model,
            prediction.judges,
        )

    def put_kept(
        self, slice_: Slice, mask: Mask, risk: float, model: ModelUse | None = None
    ) -> None:
        """Take a prediction as the review keeps it, unless there is one with its probabilities."""
        score = None if slice_.reference is None else dice(mask, slice_.reference)
        kept = _Packed(slice_.shape, pack_mask(mask), None, risk, score, model)
        self._packed.setdefault(slice_.digest, kept)

    def has_probability(self, digest: str) -> bool:
        """Tell whether more than the mask of a slice is here."""
        packed = self._packed.get(digest)
        return packed is not None and packed.percent is not None

    def get(self, digest: str) -> PredictionView | None:
        """Return the prediction for a slice, or None; it is kept ready, as one that is shown."""
        found = self._find(digest)
        if found is None:
            return None
        self._unpacked.pop(digest, None)
        self._unpacked[digest] = found  # the last to be let go of
        while len(self._unpacked) > UNPACKED:
            self._unpacked.popitem(last=False)
        return found[1]

    def once(self, digest: str) -> PredictionView | None:
        """Return the prediction for a slice, or None; what is kept ready stays as it is."""
        found = self._find(digest)
        return None if found is None else found[1]

    def _find(self, digest: str) -> tuple[_Packed, PredictionView] | None:
        packed = self._packed.get(digest)
        if packed is None:
            return None
        ready = self._unpacked.get(digest)
        if ready is not None and ready[0] is packed:
            return ready
        mask = unpack_mask(packed.mask, packed.shape)
        mask.setflags(write=False)
        told = packed.percent, packed.risk, packed.dice, packed.model, packed.judges
        return packed, PredictionView(mask, *told)

    def mask_of(self, digest: str) -> Mask | None:
        """Return the mask of a slice's prediction, or None; any thread, nothing is kept ready."""
        packed = self._packed.get(digest)
        return None if packed is None else unpack_mask(packed.mask, packed.shape)

    def prepare(self, digest: str) -> None:
        """Have the prediction for a slice ready for the screen; for the thread that reads ahead."""
        view = self.get(digest)
        if view is not None:
            _ = view.outline, view.area, view.band

    def clear(self) -> None:
        """Forget all, because another network was chosen."""
        self._packed.clear()
        self._unpacked.clear()

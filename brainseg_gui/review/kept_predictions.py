"""What the network in use says, on its way to the review and back."""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from brainseg_gui.core.masks.packing import pack_mask, unpack_mask
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import KeptPrediction, ModelUse

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore

AT_ONCE = 64  # predictions that are written together: they can be made again, edits cannot


class KeptPredictions:
    """Predictions of the network in use by slice, and those that are not on the disk yet.

    They are written many at once, or with what depends on them: see `write`.
    """

    def __init__(self, store: ReviewStore | None, *, read_only: bool) -> None:
        self._store, self._read_only = store, read_only
        self._in_use: dict[str, tuple[KeptPrediction, bytes]] = {}  # by `Slice.digest`
        self._unwritten: list[tuple[KeptPrediction, bytes]] = []

    def keep(self, prediction: KeptPrediction, mask: Mask) -> None:
        """Keep a prediction, unless this slice has one by these weights and this threshold."""
        known = self._in_use.get(prediction.digest)
        if known is not None and known[0].model == prediction.model:
            return
        kept = prediction, pack_mask(mask)
        self._in_use[prediction.digest] = kept
        self._unwritten.append(kept)
        if len(self._unwritten) >= AT_ONCE:
            with suppress(StoreError):
                self.write()

    def adopt(self, kept: KeptPrediction, shape: tuple[int, int]) -> Mask | None:
        """Take what the review keeps for what the network in use says; None if unreadable."""
        with suppress(StoreError, ValueError, zlib.error):
            if self._store is not None:
                decisions = self._store.decisions
                mask = decisions.predicted_mask(kept.digest, kept.model, shape)
                if mask is not None:
                    self._in_use[kept.digest] = kept, pack_mask(mask)
                return mask
        return None

    def keep_beside(self, prediction: KeptPrediction, mask: Mask) -> None:
        """Keep what a network says that is not the one in use; it starts no correction."""
        self._unwritten.append((prediction, pack_mask(mask)))
        with suppress(StoreError):  # it stays, for the next time
            self.write()

    def of_slice(self, digest: str, shape: tuple[int, int]) -> dict[ModelUse, Mask]:
        """Return the (H, W) mask that each network said of a slice, in use or not, oldest first.

        What cannot be read is left out.
        """
        found: dict[ModelUse, Mask] = {}
        with suppress(StoreError, ValueError, zlib.error):
            if self._store is not None:
                found = self._store.decisions.predicted_masks(digest, shape)
        for prediction, packed in self._unwritten:
            if prediction.digest == digest and prediction.model not in found:
                found[prediction.model] = unpack_mask(packed, shape)
        return found

    def forget(self) -> None:
        """Take no prediction for one of the network in use any more."""
        self._in_use.clear()

    def model_of(self, digest: str) -> ModelUse | None:
        """Return the network that a slice has a prediction of."""
        kept = self._in_use.get(digest)
        return kept[0].model if kept else None

    def mask_of(self, digest: str, shape: tuple[int, int]) -> Mask | None:
        """Return the (H, W) mask that the network in use says, or None."""
        kept = self._in_use.get(digest)
        return unpack_mask(kept[1], shape) if kept else None

    def all(self) -> tuple[KeptPrediction, ...]:
        """Return what networks said about the slices of this review, oldest first.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        kept = self._store.decisions.predictions() if self._store else ()
        return (*kept, *(prediction for prediction, _ in self._unwritten))

    def write(self) -> None:
        """Write what is not on the disk yet; nothing where the review is not ours to write.

        Raises
        ------
        StoreError
            If it cannot be written; it is kept for the next time.
        """
        if self._unwritten and self._store is not None and not self._read_only:
            self._store.decisions.keep_predictions(self._unwritten)
            self._unwritten.clear()

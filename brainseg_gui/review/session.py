"""What the reader is doing: the open slice, its correction, and what is decided about it."""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from brainseg_gui.core.masks.packing import pack_mask, unpack_mask
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.drafts import Drafts
from brainseg_gui.review.edits import EditSession, OpenSlice
from brainseg_gui.review.values.access import Access
from brainseg_gui.review.values.record import LAST_SLICE, SPACING, Decision, SliceLabel, now
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import (
    Difficulty,
    Draft,
    KeptPrediction,
    ModelUse,
    SliceStatus,
    Verdict,
    Version,
)

if TYPE_CHECKING:
    from brainseg_gui.review.storage.lock import ReviewLock
    from brainseg_gui.review.storage.store import ReviewStore

__all__ = ["OpenSlice", "ReviewSession"]

AT_ONCE = 64  # predictions that are written together: they can be made again, edits cannot


class ReviewSession(EditSession):
    """Edits, verdicts and predictions of the slices of one data set.

    Attributes
    ----------
    recovered : str
        One line on what a program that ended unexpectedly left; empty where there is nothing.
    recovered_slice : str
        Name of the slice that it edited last.
    spacing_mm : float or None
        Side of a pixel as it was declared for the data set; None where it was not.
    contents : Contents
        All that the review holds, by all readers.
    last_slice : str
        Name of the slice where the reader was; after a crash, of the one edited last, else of the
        one decided last.
    """

    def __init__(
        self,
        store: ReviewStore | None,
        reader: str,
        access: Access = Access(),  # noqa: B008
        lock: ReviewLock | None = None,
    ) -> None:
        super().__init__(store, reader, access)
        self._lock = lock
        self.contents, self._drafts = Contents(store), Drafts(store)
        self.recovered = self.recovered_slice = self.last_slice = ""
        self.spacing_mm: float | None = None
        self._predicted: dict[str, tuple[KeptPrediction, bytes]] = {}  # of the network in use
        self._unkept: list[tuple[KeptPrediction, bytes]] = []
        if store is None:
            return
        self.last_slice = store.setting(LAST_SLICE) or ""
        self.spacing_mm = float(store.setting(SPACING) or 0) or None
        if not self.read_only:
            with suppress(StoreError):  # a disk that is full today is told at the first edit
                found = store.begin()
                self.recovered, self.recovered_slice = found.sentence, found.slice_name
                self.last_slice = found.slice_name or self.last_slice

    def close(self) -> None:
        """Remember where the reader was, and let go of the review."""
        if self._store is not None:
            if not self.read_only:
                with suppress(StoreError):  # conveniences, no reason to keep anybody
                    self._keep_predictions()
                    if self.current is not None:
                        self._store.set_setting(LAST_SLICE, self.current.name)
                    self._store.end()
            self._store.close()
        if self._lock is not None:
            self._lock.release()

    def declare_spacing(self, millimetres: float) -> None:
        """Remember the side of a pixel with the review; 0 is unknown.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        if self._store is None:
            raise StoreError("There is no review file to keep the pixel size in.")
        self._store.set_setting(SPACING, str(millimetres))
        self.spacing_mm = millimetres or None

    # --- a comment without a verdict ---

    def draft(self) -> Draft | None:
        """Return what the reader noted about the current slice and did not decide, or None.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        opened = self._current()
        return self._drafts.of(opened.slice.digest, opened.reader)

    def keep_draft(self, draft: Draft | None) -> None:
        """Keep what waits for a verdict on the current slice; None: nothing does any more.

        Raises
        ------
        StoreError
            If it cannot be written; it is kept in memory, and tried again with the next and by
            `save_drafts`.
        """
        opened = self._current()
        self._drafts.keep(opened.slice.digest, opened.reader, draft)

    def save_drafts(self) -> None:
        """Write every draft that could not be written.

        Raises
        ------
        StoreError
            If one cannot be written; nothing is dropped.
        """
        self._drafts.save()

    # --- verdicts ---

    def decide(
        self, verdict: Verdict, comment: str = "", difficulty: Difficulty = Difficulty.NONE
    ) -> Version:
        """Give the current slice a verdict, as a new version.

        The mask decided about is the correction, or else the prediction; rejecting or flagging
        does without either. ACCEPTED says that the prediction is right as it is: with a
        correction that differs from the prediction it becomes CORRECTED.

        Raises
        ------
        StoreError
            If it cannot be written, or there is no mask to accept or to call corrected.
        ValueError
            If nobody decides that: "unreviewed" and "in progress" come about by themselves.
        """
        if not verdict.is_decision:
            raise ValueError(f"a reader does not decide {verdict.value!r}")
        opened = self._editable()
        self.save_all()
        self._keep_predictions()
        verdict, mask, start, model = self._decided(opened, verdict)
        return self._writable().decisions.add(
            Decision(
                label=SliceLabel.of(opened.name, opened.slice),
                reader=opened.reader,
                at=now(),
                verdict=verdict,
                comment=comment,
                difficulty=difficulty,
                start=start,
                model=model,
                edited_pixels=self._edited_pixels(opened, mask, start, model),
                mask=pack_mask(mask),
                seconds=self._spent(),
            )
        )

    def withdraw(self) -> bool:
        """Take the reader's last verdict on the current slice back; history stays."""
        opened = self._editable()
        return self._writable().decisions.withdraw(opened.slice.digest, opened.reader)

    def versions(self) -> tuple[Version, ...]:
        """Return the versions of the current slice by all readers, oldest first."""
        digest = self._current().slice.digest
        return self._store.decisions.versions(digest) if self._store else ()

    def version_mask(self, version: int) -> np.ndarray:
        """Return the (H, W) bool mask of a version."""
        return self._writable().decisions.mask(version)

    def restore_version(self, version: Version) -> bool:
        """Make the mask that of a version, whoever's it is, as one step that can be undone."""
        opened = self._editable()
        self.save_all()
        model = None
        if version.model and version.threshold is not None:
            model = ModelUse(version.model, version.model_sum, version.threshold)
        text = f"Restore {version.reader}'s version"
        mask = self.version_mask(version.id)
        return self._replace(opened, text, mask, version.start, "restore", model)

    def status(self) -> SliceStatus:
        """Return what this reader made of the current slice; one slice of `statuses`."""
        opened = self._current()
        digest = opened.slice.digest
        found = self._store.decisions.statuses(opened.reader, digest) if self._store else {}
        untouched = SliceStatus(
            Verdict.UNREVIEWED, opened.reader, "", Difficulty.NONE, corrected=False, at=""
        )
        return found.get(digest, untouched)

    def statuses(self) -> dict[str, SliceStatus]:
        """Return what this reader made of each slice it touched, by digest."""
        return self._store.decisions.statuses(self.reader) if self._store else {}

    # --- predictions ---

    def keep_prediction(
        self,
        digest: str,
        mask: np.ndarray,
        model: str,
        model_sum: str,
        threshold: float,
        risk: float,
        dice: float | None,
        area: int,
    ) -> None:
        """Keep what a network said; never replaced for the same slice, weights and threshold.

        Written with the next edit or verdict that can depend on it, or many at once.
        """
        use = ModelUse(model, model_sum, threshold)
        known = self._predicted.get(digest)
        if known is not None and known[0].model == use:
            return
        kept = KeptPrediction(digest, use, risk, dice, area), pack_mask(mask)
        self._predicted[digest] = kept
        self._unkept.append(kept)
        if len(self._unkept) >= AT_ONCE:
            with suppress(StoreError):
                self._keep_predictions()

    def adopt_prediction(self, kept: KeptPrediction, shape: tuple[int, int]) -> np.ndarray | None:
        """Take what the review keeps for what the network in use says of a slice.

        Returns
        -------
        (H, W) bool or None
            Its mask; None where it cannot be read.
        """
        with suppress(StoreError, ValueError, zlib.error):
            mask = self._writable().decisions.predicted_mask(kept.digest, kept.model, shape)
            if mask is not None:
                self._predicted[kept.digest] = kept, pack_mask(mask)
            return mask
        return None

    def forget_predictions(self) -> None:
        """Take no prediction for one of the network in use any more: another one was chosen."""
        self._predicted.clear()

    def predictions(self) -> tuple[KeptPrediction, ...]:
        """Return what networks said about the slices of this review, oldest first."""
        kept = self._store.decisions.predictions() if self._store else ()
        return (*kept, *(prediction for prediction, _ in self._unkept))

    def save_all(self) -> None:
        """Write everything that is not on disk yet; see `EditSession.save_all`."""
        if self._unkept and any(record.model for record in self._pending):
            self._keep_predictions()  # before an edit that starts from one
        super().save_all()

    def _keep_predictions(self) -> None:
        if self._unkept and self._store is not None and not self.read_only:
            self._store.decisions.keep_predictions(self._unkept)
            self._unkept.clear()

    def _model_of(self, layer: str, digest: str) -> ModelUse | None:
        kept = self._predicted.get(digest) if layer == "prediction" else None
        return kept[0].model if kept else None

    def _decided(
        self, opened: OpenSlice, verdict: Verdict
    ) -> tuple[Verdict, np.ndarray, str, ModelUse | None]:
        """Return the verdict that fits, and the mask that it is about with its start."""
        correction, kept = opened.correction, self._predicted.get(opened.slice.digest)
        predicted = unpack_mask(kept[1], opened.slice.shape) if kept else None
        if correction.start is not None:
            as_predicted = predicted is not None and np.array_equal(predicted, correction.mask)
            if verdict is Verdict.ACCEPTED and not as_predicted:
                verdict = Verdict.CORRECTED
            return verdict, correction.mask, correction.start, correction.model
        if verdict is Verdict.CORRECTED:
            raise StoreError("There is no correction yet: draw one, or accept the prediction.")
        if kept is not None and predicted is not None:
            return verdict, predicted, "prediction", kept[0].model
        if verdict is Verdict.ACCEPTED:
            raise StoreError("There is nothing to accept: the slice has no prediction yet.")
        return verdict, np.zeros(opened.slice.shape, bool), "nothing", None

    def _edited_pixels(
        self, opened: OpenSlice, mask: np.ndarray, start: str, model: ModelUse | None
    ) -> int:
        """Count the pixels unlike the start layer; step by step where that was not kept."""
        layer: np.ndarray | None = np.zeros_like(mask)
        if start == "reference":
            layer = opened.slice.reference
        elif start == "prediction":
            decisions, digest = self._writable().decisions, opened.slice.digest
            layer = decisions.predicted_mask(digest, model, mask.shape) if model else None  # type: ignore[arg-type]
        if layer is None:
            return sum(edit.changed for edit in opened.correction.history.done)
        return int(np.count_nonzero(mask != layer))

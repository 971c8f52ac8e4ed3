"""Verdicts, on the open slice or on many, and the versions that they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.types import Mask
from brainseg_gui.review.open_review import OpenReview
from brainseg_gui.review.open_slice import dice_of
from brainseg_gui.review.ruling import edited_pixels, ruled
from brainseg_gui.review.values.history import Correction
from brainseg_gui.review.values.record import Decision, SliceLabel, now
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import (
    NO_REMARKS,
    Remarks,
    SliceStatus,
    Verdict,
    Version,
)


class Verdicts(OpenReview):
    """Decides on slices; what concerns the open one raises RuntimeError where none is open."""

    def decide(self, verdict: Verdict, remarks: Remarks = NO_REMARKS) -> Version:
        """Give the current slice a verdict, as a new version; see `ruling.ruled`.

        Raises
        ------
        StoreError
            If it cannot be written, or there is no mask to accept or to call corrected.
        ValueError
            If nobody decides that: "unreviewed" and "in progress" come about by themselves.
        """
        opened = self._editable()
        label, reference = SliceLabel.of(opened.name, opened.slice), opened.slice.reference
        self._prepare(verdict)
        made = self._decision(label, verdict, remarks, opened.correction, reference)
        (version,) = self._add([replace(made, seconds=self._spent())])
        return version

    def decide_on(
        self, slices: Sequence[tuple[SliceLabel, Remarks]], verdict: Verdict
    ) -> tuple[Version, ...]:
        """Give slices that need not be open the same verdict, all of them or none.

        The mask of each is this reader's correction, else the prediction of the network in use.

        Raises
        ------
        StoreError, ValueError
            As `decide`; no slice has its verdict then.
        """
        if self.read_only:
            raise StoreError(self.holder)
        self._prepare(verdict)
        return self._add(
            [
                self._decision(
                    label,
                    verdict,
                    remarks,
                    self.correction_at(label.digest, label.shape, self.reader),
                )
                for label, remarks in slices
            ]
        )

    def _prepare(self, verdict: Verdict) -> None:
        """Write what a verdict is about."""
        if not verdict.is_decision:
            raise ValueError(f"a reader does not decide {verdict.value!r}")
        self.save_all()
        self._predicted.write()

    def _decision(
        self,
        label: SliceLabel,
        verdict: Verdict,
        remarks: Remarks,
        correction: Correction,
        reference: Mask | None = None,
    ) -> Decision:
        digest, shape = label.digest, label.shape
        said = self._predicted.mask_of(digest, shape), self._predicted.model_of(digest)
        given, decisions = ruled(correction, verdict, *said), self._writable().decisions
        layer = decisions.predicted_mask(digest, given.model, shape) if given.model else None
        return Decision(
            label=label,
            reader=self.reader,
            at=now(),
            verdict=given.verdict,
            remarks=remarks,
            start=given.start,
            model=given.model,
            edited_pixels=edited_pixels(correction, given, layer, reference),
            mask=pack_mask(given.mask),
            seconds=0.0,
            reference_hidden=self.blinding.unseen(digest, self.reader),
        )

    def _add(self, made: Sequence[Decision]) -> tuple[Version, ...]:
        for it in made:
            self._note_work(it.label.digest)
        versions = self._writable().decisions.add(*made)
        for it in made:
            self.blinding.note_decided(it.label.digest, it.reader)
        return versions

    def hide_reference(self, on: bool) -> None:
        """Keep the references of this review hidden until the verdict, or show them.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        if self.read_only:
            raise StoreError(self.holder)
        self.blinding.hide(on)
        if self.current is not None:
            self.blinding.note_open(self.current.slice, self.current.reader)

    def withdraw(self) -> bool:
        """Take the reader's last verdict on the current slice back; history stays.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        opened = self._editable()
        return self._writable().decisions.withdraw(opened.reader, opened.slice.digest) > 0

    def withdraw_from(self, digests: Sequence[str]) -> int:
        """Take the reader's last verdicts on some slices back; return on how many one stood.

        Raises
        ------
        StoreError
            If it cannot be written; then every verdict stands.
        """
        if self.read_only:
            raise StoreError(self.holder)
        return self._writable().decisions.withdraw(self.reader, *digests)

    def versions(self) -> tuple[Version, ...]:
        """Return the versions of the current slice by all readers, oldest first.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        digest = self._current().slice.digest
        return self._store.decisions.versions(digest) if self._store else ()

    def version_mask(self, version: int) -> Mask:
        """Return the (H, W) mask of a version.

        Raises
        ------
        StoreError
            If it cannot be read.
        """
        return self._writable().decisions.mask(version)

    def status(self) -> SliceStatus:
        """Return what this reader made of the current slice; one slice of `statuses`.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        opened = self._current()
        digest = opened.slice.digest
        found: dict[str, SliceStatus] = {}
        if self._store and self._may_hold(digest, opened.reader):
            found = self._store.decisions.statuses(opened.reader, digest)
        status = found.get(digest, SliceStatus.untouched(opened.reader))
        if status.corrected and status.dice is None:  # kept before there was a place for it
            return replace(status, dice=dice_of(opened))
        return status

    def statuses(self) -> dict[str, SliceStatus]:
        """Return what this reader made of each slice it touched, by digest.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return self._store.decisions.statuses(self.reader) if self._store else {}

"""What can be exported of what is open, and the job that does it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from PyQt5.QtCore import QObject

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.files.key_file import KeyFileError
from brainseg_gui.review.exports import ALL, Export, Wanted, read_export
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.stored import PackedCorrection, StoreError
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.review.worklist.stacks import stack_ends
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.dialogs.export_choice import ExportChoice, Offer, export_folder
from brainseg_gui.ui.dialogs.export_scope import Scope
from brainseg_gui.ui.jobs.exporter import Exporter
from brainseg_gui.ui.worklist.panel import WorklistPanel

Read = Callable[[], Export]


def offer_of(data_set: DataSet, worklist: WorklistPanel, scope: Scope) -> Offer:
    """Return what can be exported now, as it is listed and chosen."""
    model, digests = worklist.model, dict[Scope, frozenset[str] | None]()
    this = _on_screen(data_set)
    if this is not None:
        digests[Scope.SLICE] = frozenset()
    review = data_set.session.path
    if review is not None:
        chosen = [it for path in worklist.selected if (it := model.entry(path)) is not None]
        if len(chosen) > 1:
            digests[Scope.CHOSEN] = frozenset(it.digest for it in chosen) - {""}
        if model.arrangement.filters.are_on:
            entries = model.entries()
            listed = (entries[number].digest for number in model.order)
            digests[Scope.FILTERED] = frozenset(listed) - {""}
        digests[Scope.ALL] = None
    folder = export_folder(data_set.folder)
    return Offer(scope, digests, this, folder, review, stack_ends(model.entries()))


def reads_whole(data_set: DataSet) -> Read:
    """Return what reads, in whatever thread, all that the open review hands over."""
    review, slices = data_set.session.path, data_set.folder
    spacing_mm = data_set.session.spacing_mm

    def read() -> Export:
        if review is None:
            raise StoreError("There is no review to export from.")
        with closing(look_at(review)) as found:
            return read_export(
                found.contents,
                ALL,
                slices=slices,
                spacing_mm=spacing_mm,
                review=review.name,
            )

    return read


def exporter(offer: Offer, choice: ExportChoice, whole: Read, parent: QObject) -> Exporter | str:
    """Return the job that exports what was chosen, which is remembered; or why there is none."""
    try:
        options = choice.options()
    except KeyFileError as error:
        return str(error)
    choice.remember()
    this = offer.this

    def read() -> Export:
        if choice.scope is Scope.SLICE and this is not None:
            return _with_verdicts(this, offer.review)
        return offer.of(choice.scope, whole())

    return Exporter(read, choice.folder, options, parent)


def _on_screen(data_set: DataSet) -> Export | None:
    """Return the mask on the screen, with every edit, whether it could be written or not."""
    now, folder, session = data_set.screen.now, data_set.folder, data_set.session
    if now is None or now.correction is None or folder is None:
        return None
    status = now.status.verdict
    verdict = status if status.is_decision else Verdict.IN_PROGRESS
    mask = PackedCorrection(
        digest=now.slice.digest,
        name=now.name,
        patient=now.slice.patient,
        packed=pack_mask(now.correction),
        shape=now.slice.shape,
        start=now.start or Layer.NOTHING,
        reader=now.reader,
        review="",
        verdict=verdict,
        turn=now.slice.turn,
        origin=session.current.correction.origin if session.current else "",
    )
    leaves = verdict is not Verdict.REJECTED
    return Export(
        corrections=(mask,) if leaves else (),
        others=() if leaves else (mask,),
        turned_away=(),
        by_reader=False,
        decided=(),
        where=Whereabouts(folder, {mask.digest: (now.name,)}, session.turns),
        spacing_mm=now.spacing_mm,
        review="" if session.path is None else session.path.name,
        partial=True,
    )


def _with_verdicts(this: Export, review: Path | None) -> Export:
    """Return the mask on the screen with what the review says of it, where that can be read."""
    digests = {it.digest for it in (*this.corrections, *this.others)}
    with suppress(StoreError):
        if review is not None:
            with closing(look_at(review)) as found:
                decided = read_export(found.contents, Wanted(only=digests)).decided
            return replace(this, decided=decided)
    return this

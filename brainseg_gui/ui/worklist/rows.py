"""The rows of the worklist: what files, review and network say of each slice, put together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from brainseg_gui.core.image.orientation import Turn, turned_digest
from brainseg_gui.files.reading import wishes
from brainseg_gui.review.prediction_cache import PredictionView
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.turns import Turns
from brainseg_gui.review.values.verdict import KeptPrediction, ModelUse, SliceStatus
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.rows import Standing, with_status
from brainseg_gui.ui.canvas.slice_view import SliceView
from brainseg_gui.ui.worklist.panel import WorklistPanel
from brainseg_gui.ui.worklist.seen_rows import SeenRows


def is_unsaid(entry: Entry) -> bool:
    """Tell whether the mask of a slice holds classes, and nobody said which of them are tumour."""
    return entry.reference_px is None and bool(entry.classes)


def _described(old: Entry, new: Entry) -> Entry:
    """Return a row with what reading its file taught."""
    # What was read without the mask takes nothing from what is known of it.
    told = new if new.digest or new.classes or new.reference_px is not None else old
    return replace(
        old,
        patient=new.patient,
        tumour=new.tumour,
        digest=new.digest or old.digest,
        problem=new.problem or old.problem,
        reference_px=told.reference_px,
        place=new.place or old.place,
        classes=told.classes,
        fits_if=new.fits_if if new.digest else old.fits_if,
        turn=new.turn if new.digest else old.turn,
    )


class Rows:
    """Writes the worklist's rows.

    A slice is known by its pixels, a row by its path: what is said of a slice is said in the rows
    of all files that hold it.

    Attributes
    ----------
    seen : SeenRows
        Which of them are of patients that the network was trained on.
    unsaid : bool
        Whether a mask was found of which nobody said which classes are tumour.
    """

    def __init__(self, worklist: WorklistPanel) -> None:
        self._worklist, self._model = worklist, worklist.model
        self._standing = Standing()
        self._turns = Turns()
        self._kept: Mapping[str, KeptPrediction] = {}
        self._hides_from: Callable[[str], bool] = lambda _digest: False
        self.seen = SeenRows(self._model)
        self.unsaid = False

    # --- from files ---

    def add(self, entries: list[Entry]) -> list[Entry]:
        """Add what was found; return it with what is known of it."""
        entries = [self.seen.marked(self._blinded(self._known(self._turned(it)))) for it in entries]
        self._worklist.append(entries)
        self.unsaid |= any(map(is_unsaid, entries))
        return entries

    def describe(self, entries: list[Entry]) -> None:
        """Take what reading the files taught, and keep what this session learned meanwhile."""
        merged = []
        for new in map(self._turned, entries):
            old = self._model.entry(new.path)
            if old is None:
                continue
            described = _described(old, new)
            learned = described.digest != old.digest
            known = self._known(described) if learned else described
            merged.append(self.seen.marked(self._blinded(known)))
        self._worklist.learn(merged)
        self.unsaid |= any(map(is_unsaid, merged))

    def note(self, path: Path, **what: object) -> None:
        """Change fields of a row, for example `problem="..."`."""
        entry = self._model.entry(path)
        if entry is not None:
            self._model.replace(replace(entry, **what))  # type: ignore[arg-type]

    def note_slice(self, path: Path, ready: SliceView, *, corrected: bool) -> None:
        """Say in a row which slice it is, so that what is said of the slice finds it."""
        slice_ = ready.slice
        known = {"digest": slice_.digest, "fits_if": slice_.fits_if, "turn": slice_.turn}
        area = None if slice_.reference is None else ready.reference_px
        more = {"place": slice_.place, "classes": slice_.classes, "reference_px": area}
        self.note(path, corrected=corrected, problem="", **known, **more)

    # --- from the review ---

    def read_review(self, session: ReviewSession) -> None:
        """Take how the slices stand for the reader at work; rows that are there say so.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        self._turns = session.turns
        self._standing = Standing.of(session)
        self._hides_from = lambda digest: session.blinding.hides_from(digest, session.reader)
        entries = self._model.entries()
        self._model.replace(*(self._blinded(self._standing.apply(entry)) for entry in entries))

    def turn(self, turns: Turns) -> list[Path]:
        """Say how the slices are turned now; return those that were turned otherwise.

        Of a slice as it lies now nothing is known yet: `read_review` and `read_predictions` follow.
        """
        as_file = [it.as_file(turns.stored(it.digest)) for it in self._model.entries() if it.digest]
        self._turns = turns
        changed = [
            it
            for it in map(self._turned, as_file)
            if (old := self._model.entry(it.path)) is not None and old.turn is not it.turn
        ]
        self._model.replace(*changed)
        return [it.path for it in changed]

    def note_status(self, digest: str, status: SliceStatus) -> None:
        """Say what the reader at work made of a slice."""
        entries = self._model.with_digest(digest)
        self._model.replace(*(self._blinded(with_status(entry, status)) for entry in entries))

    def note_corrected(self, digest: str, corrected: bool) -> None:
        """Say whether a slice has a correction."""
        entries = self._model.with_digest(digest)
        self._model.replace(*(replace(entry, corrected=corrected) for entry in entries))

    # --- from the network ---

    def read_predictions(self, session: ReviewSession, networks: Collection[ModelUse]) -> None:
        """Take what the review keeps of networks' predictions; rows that are there say so."""
        self._kept = {}
        with suppress(StoreError):  # they can be made again
            if networks:
                kept = session.predictions()
                self._kept = {it.digest: it for it in kept if it.model in networks}
        said = [entry for entry in self._model.entries() if entry.digest in self._kept]
        self._model.replace(*map(self._with_kept, said))

    def kept(self, digest: str) -> KeptPrediction | None:
        """Return what the review keeps of the prediction for a slice, if anything."""
        return self._kept.get(digest)

    def note_prediction(self, path: Path, digest: str, view: PredictionView) -> None:
        """Say what the network said of a slice, unless it was turned meanwhile."""
        entry = self._model.entry(path)
        if entry is None or self._is_other_position(entry.digest, digest):
            return
        area = view.area
        said = {"predicted": True, "risk": view.risk, "predicted_px": area}
        self.note(path, digest=digest, dice=view.dice, **said)
        for entry in self._model.with_digest(digest):
            if entry.path != path:  # its reference may be another one
                self.note(entry.path, **said)

    def forget_predictions(self) -> None:
        """Take all predictions away."""
        self._kept = {}
        said = [entry for entry in self._model.entries() if entry.predicted]
        self._model.replace(*(entry.without_prediction() for entry in said))

    @property
    def have_references(self) -> bool:
        """Tell whether any slice is known to have a reference."""
        return any(entry.reference_px is not None for entry in self._model.entries())

    def unpredicted(self) -> list[Path]:
        """Return the slices that have no prediction yet, in the order of the worklist."""
        return [
            entry.path
            for entry in self._model.entries()
            if not entry.predicted and not entry.problem
        ]

    def sort_anew(self) -> None:
        """Sort the list by what is known now: a whole folder was predicted."""
        self._worklist.sort_anew()

    # --- put together ---

    def _turned(self, entry: Entry) -> Entry:
        """Return a row of a slice as its file has it as the row of the slice as it is turned."""
        turn = self._turns.turn(entry.digest, entry.fits_if)
        if turn is Turn.NONE:
            return entry
        return replace(entry, digest=turned_digest(entry.digest, turn), turn=turn)

    def _known(self, entry: Entry) -> Entry:
        """Return a row whose digest has just been learned, with all that is known of the slice."""
        twins = self._model.with_digest(entry.digest)
        if not twins:
            return self._with_kept(self._standing.apply(entry))
        # What was said of the slice meanwhile is in the row of its other file.
        return self._with_kept(
            replace(
                entry,
                corrected=twins[0].corrected,
                corrected_dice=twins[0].corrected_dice,
                verdict=twins[0].verdict,
                reader=twins[0].reader,
                readers=twins[0].readers,
                comment=twins[0].comment,
                difficulty=twins[0].difficulty,
                grade=twins[0].grade,
                unusable=twins[0].unusable,
                reasons=twins[0].reasons,
                predicted=twins[0].predicted,
                risk=twins[0].risk,
                predicted_px=twins[0].predicted_px,
            )
        )

    def _is_other_position(self, one: str, other: str) -> bool:
        """Tell whether two digests are of one slice that is turned in two ways."""
        return one != other and self._turns.stored(one) == self._turns.stored(other)

    def _blinded(self, entry: Entry) -> Entry:
        blind = self._hides_from(entry.digest)
        return entry if entry.blind == blind else replace(entry, blind=blind)

    def _with_kept(self, entry: Entry) -> Entry:
        kept = self._kept.get(entry.digest)
        if kept is None:
            return entry
        # It may have been measured against the reference of another file with these pixels.
        changes = entry.reference_px is None or len(entry.classes) > 1 or wishes().classes
        score = None if changes else kept.dice  # what is the reference, somebody says
        return replace(entry, predicted=True, risk=kept.risk, dice=score, predicted_px=kept.area)

"""Undo and redo of one slice's correction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.edit_kind import LOADED, EditKind
from brainseg_gui.review.values.verdict import ModelUse


@dataclass(eq=False)
class Edit:
    """One step that can be undone.

    Attributes
    ----------
    text : str
        What the reader did, as the undo button names it.
    start_before, start_after : Layer or None
        That the correction started from; None where there is no correction.
    kind : EditKind
        Never one that moves.
    model_before, model_after : ModelUse or None
        Network of the prediction that it started from.
    changed : int
        Pixels that the reader's hand changed, without those of the start layer.
    id : int or None
        In the ledger; None until it is there.
    patch : MaskPatch or None
        Changed pixels; None where only the start layer changed.
    fetch : callable or None
        Reads the patch of a step from an earlier session, when it is needed.
    """

    text: str
    start_before: Layer | None
    start_after: Layer | None
    kind: EditKind = EditKind.EDIT
    model_before: ModelUse | None = None
    model_after: ModelUse | None = None
    changed: int = 0
    id: int | None = None
    patch: MaskPatch | None = None
    fetch: Callable[[], MaskPatch | None] | None = None

    def load(self) -> MaskPatch | None:
        """Return the patch, from the ledger if need be.

        Raises
        ------
        StoreError
            If the ledger cannot be read; nothing is changed.
        """
        if self.fetch is not None:
            self.patch = self.fetch()
            self.fetch = None
        return self.patch


def origin_after(step: Edit, before: str, loaded: list[str]) -> str:
    """Return which file the mask after a step was loaded from, "" if from none.

    A mask that is drawn on keeps its origin; one that is begun anew has none. Which step was
    restored is not known: where it was one made elsewhere, all that were loaded may be it.

    Parameters
    ----------
    step : Edit
        One that does not move.
    before : str
        What this returned for the step that it was made on.
    loaded : list of str
        What was loaded on the slice by then; a step that loads adds to it.
    """
    if step.kind is EditKind.IMPORTED:
        origin = step.text.removeprefix(LOADED)
        if origin not in loaded:
            loaded.append(origin)
        return origin
    if step.kind is EditKind.EDIT:
        return before
    by_a_network = step.start_after is Layer.PREDICTION and step.model_after is None
    elsewhere = step.start_after is Layer.CORRECTION or by_a_network
    return " or ".join(loaded) if step.kind is EditKind.RESTORE and elsewhere else ""


@dataclass
class History:
    """What was done and can be undone, what was undone and can be redone, oldest first."""

    done: list[Edit] = field(default_factory=list)
    undone: list[Edit] = field(default_factory=list)

    @property
    def head(self) -> Edit | None:
        """Return the last step in effect."""
        return self.done[-1] if self.done else None

    def note(self, edit: Edit) -> None:
        """Add a step; what could be redone no longer can."""
        self.done.append(edit)
        self.undone.clear()

    def back(self) -> None:
        """Move over the last step, backwards.

        Raises
        ------
        IndexError
            If there is none.
        """
        self.undone.append(self.done.pop())

    def forth(self) -> None:
        """Move over the step undone last, forwards.

        Raises
        ------
        IndexError
            If there is none.
        """
        self.done.append(self.undone.pop())


@dataclass
class Correction:
    """The reader's working mask of one slice and how it came about.

    Attributes
    ----------
    mask : (H, W) bool
    start : Layer or None
        That it started from; None while there is no correction.
    model : ModelUse or None
        Network of the prediction that it started from, where that is known.
    history : History
    """

    mask: Mask
    start: Layer | None = None
    model: ModelUse | None = None
    history: History = field(default_factory=History)

    @property
    def exists(self) -> bool:
        """Tell whether the reader has begun to correct this slice."""
        return self.start is not None

    @property
    def origin(self) -> str:
        """Return which file the mask was loaded from, "" if from none."""
        found, loaded = "", list[str]()
        for step in self.history.done:
            found = origin_after(step, found, loaded)
        return found

    @property
    def undo_text(self) -> str:
        """Name the step that `undo` takes back; empty where there is none."""
        return self.history.done[-1].text if self.history.done else ""

    @property
    def redo_text(self) -> str:
        """Name the step that `redo` repeats; empty where there is none."""
        return self.history.undone[-1].text if self.history.undone else ""

    def replace(
        self,
        text: str,
        mask: Mask,
        start: Layer | None,
        kind: EditKind = EditKind.START,
        model: ModelUse | None = None,
    ) -> Edit | None:
        """Put another mask or start layer in place as one step; None if nothing changes."""
        patch = MaskPatch.between(self.mask, mask)
        if patch is None and start == self.start:
            return None
        edit = Edit(text, self.start, start, kind, self.model, model, patch=patch)
        if patch is not None:
            patch.redo(self.mask)
        self.start, self.model = start, model
        self.history.note(edit)
        return edit

    def undo(self) -> Edit | None:
        """Take the last step back and return it; None where there is none.

        Raises
        ------
        StoreError
            If it cannot be read from the ledger; nothing is changed.
        """
        edit = self.history.head
        if edit is None:
            return None
        patch = edit.load()  # may fail, so before anything has changed
        if patch is not None:
            patch.undo(self.mask)
        self.start, self.model = edit.start_before, edit.model_before
        self.history.back()
        return edit

    def redo(self) -> Edit | None:
        """Repeat the last step taken back and return it; None where there is none.

        Raises
        ------
        StoreError
            If it cannot be read from the ledger; nothing is changed.
        """
        if not self.history.undone:
            return None
        edit = self.history.undone[-1]
        patch = edit.load()
        if patch is not None:
            patch.redo(self.mask)
        self.start, self.model = edit.start_after, edit.model_after
        self.history.forth()
        return edit

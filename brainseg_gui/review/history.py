"""Undo and redo of one slice's correction."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from brainseg_gui.core.patch import MaskPatch


@dataclass(frozen=True, eq=False)
class Edit:
    """One step that can be undone.

    Attributes
    ----------
    text : str
        What the reader did, as the undo button names it.
    patch : MaskPatch or None
        Changed pixels; None where only the start layer changed.
    start_before, start_after : str or None
        Layer the correction started from; None where there is no correction.
    """

    text: str
    patch: MaskPatch | None
    start_before: str | None
    start_after: str | None


@dataclass
class Correction:
    """The reader's working mask of one slice and how it came about.

    Attributes
    ----------
    mask : (H, W) bool
    start : str or None
        "prediction", "reference" or "nothing"; None while there is no correction.
    """

    mask: np.ndarray
    start: str | None = None
    _done: list[Edit] = field(default_factory=list)
    _undone: list[Edit] = field(default_factory=list)

    @property
    def exists(self) -> bool:
        """Tell whether the reader has begun to correct this slice."""
        return self.start is not None

    @property
    def undo_text(self) -> str:
        """Name the step that `undo` takes back; empty where there is none."""
        return self._done[-1].text if self._done else ""

    @property
    def redo_text(self) -> str:
        """Name the step that `redo` repeats; empty where there is none."""
        return self._undone[-1].text if self._undone else ""

    def replace(self, text: str, mask: np.ndarray, start: str | None) -> bool:
        """Put another mask or start layer in place as one step; False if nothing changes."""
        patch = MaskPatch.between(self.mask, mask)
        if patch is None and start == self.start:
            return False
        edit = Edit(text, patch, self.start, start)
        if patch is not None:
            patch.redo(self.mask)
        self.start = start
        self._note(edit)
        return True

    def note_stroke(self, text: str, patch: MaskPatch | None, start_before: str | None) -> None:
        """Remember a stroke that is already on the mask, and what was there before it."""
        self._note(Edit(text, patch, start_before, self.start))

    def undo(self) -> Edit | None:
        """Take the last step back and return it; None where there is none."""
        if not self._done:
            return None
        edit = self._done.pop()
        if edit.patch is not None:
            edit.patch.undo(self.mask)
        self.start = edit.start_before
        self._undone.append(edit)
        return edit

    def redo(self) -> Edit | None:
        """Repeat the last step taken back and return it; None where there is none."""
        if not self._undone:
            return None
        edit = self._undone.pop()
        if edit.patch is not None:
            edit.patch.redo(self.mask)
        self.start = edit.start_after
        self._done.append(edit)
        return edit

    def _note(self, edit: Edit) -> None:
        self._done.append(edit)
        self._undone.clear()

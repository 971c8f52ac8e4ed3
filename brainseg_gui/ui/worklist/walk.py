"""Which slice comes next: in the order of the list, whether its row is folded away or not."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.worklist.model import WorklistModel


class Walk:
    """Finds slices from the one on the screen on, be that one listed or not."""

    def __init__(self, model: WorklistModel) -> None:
        self._model = model

    def readable_from(self, path: Path | None, by: int) -> Path | None:
        """Return the next slice down (by 1) or up (by -1) that can be read, None at the end."""
        place, own = self._place(path), self._model.place(path)
        ahead = range(place, len(self._model.order)) if by > 0 else range(place - 1, -1, -1)
        return next((e.path for at in ahead if at != own and not (e := self._at(at)).problem), None)

    def outermost(self, *, to_end: bool) -> Path | None:
        """Return the first or the last slice that can be read."""
        places = range(len(self._model.order))
        order = reversed(places) if to_end else places
        return next((e.path for at in order if not (e := self._at(at)).problem), None)

    def waiting_after(self, path: Path | None) -> Path | None:
        """Return the next other slice without a verdict, going on from the top after the last."""
        place, own = self._place(path), self._model.place(path)
        around = (*range(place, len(self._model.order)), *range(place))
        return next((e.path for at in around if at != own and (e := self._at(at)).waits), None)

    def beside(self, path: Path | None) -> list[Path]:
        """Return the readable slices within two rows, the likeliest next one first."""
        place, count = self._model.place(path), len(self._model.order)
        places = [place + by for by in (1, -1, 2, -2) if 0 <= place + by < count]
        return [e.path for at in places if not (e := self._at(at)).problem]

    def nothing_waits(self) -> str:
        """Return as a sentence why `waiting_after` found nothing."""
        waiting = [entry for entry in self._model.entries() if entry.waits]
        hidden = sum(self._model.place(entry.path) < 0 for entry in waiting)
        if hidden:
            return f"No other listed slice is unreviewed; the filter hides {hidden} more."
        return "No other slice is unreviewed." if waiting else "Every slice is reviewed."

    def _place(self, path: Path | None) -> int:
        """Return where in the order a slice is, or would be if it were listed."""
        place = self._model.place(path)
        if place >= 0 or path is None or self._model.number(path) < 0:
            return max(place, 0)
        return self._model.place_if_listed(path)

    def _at(self, place: int) -> Entry:
        return self._model.numbered(self._model.order[place])

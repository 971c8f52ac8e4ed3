"""What the commands of the Go menu do."""

from __future__ import annotations

from brainseg_gui.ui.controllers.parts import Parts


class GoCommands:
    """Walks the worklist."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._worklist = parts, parts.worklist

    def next_slice(self) -> None:
        """One row down."""
        self._step(1)

    def previous_slice(self) -> None:
        """One row up."""
        self._step(-1)

    def _step(self, by: int) -> None:
        """Take a step; while a key is held, only when the slice before has been painted."""
        parts = self._parts
        if parts.keys.fresh or (parts.seen.painted and not parts.slices.arriving):
            self._worklist.step(by)

    def first_slice(self) -> None:
        """The top row."""
        self._worklist.jump(to_end=False)

    def last_slice(self) -> None:
        """The bottom row."""
        self._worklist.jump(to_end=True)

    def next_unreviewed(self) -> None:
        """The next row without a verdict."""
        self._worklist.next_unreviewed()

    def sort_anew(self) -> None:
        """The rows in order by the values of now."""
        self._worklist.sort_anew()

    def search(self) -> None:
        """Put the cursor into the search field."""
        self._worklist.search.setFocus()
        self._worklist.search.selectAll()

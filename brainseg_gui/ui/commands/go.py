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

    def next_of_patient(self) -> None:
        """The patient's next slice, however the list is sorted."""
        self._step_in_patient(1)

    def previous_of_patient(self) -> None:
        """The patient's slice before."""
        self._step_in_patient(-1)

    def _step_in_patient(self, by: int) -> None:
        if self._may_step:
            self._parts.strip.step(by)

    def _step(self, by: int) -> None:
        if self._may_step:
            self._worklist.step(by)

    @property
    def _may_step(self) -> bool:
        """Tell whether to step: while a key is held, only when the slice before was painted."""
        parts = self._parts
        return parts.keys.fresh or (parts.seen.painted and not parts.slices.arriving)

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

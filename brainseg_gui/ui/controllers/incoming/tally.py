"""What came of a loading of masks, said in sentences and in rows."""

from __future__ import annotations

import time

from brainseg_gui.review.incoming.plan import Misfit
from brainseg_gui.review.worklist.rows import with_loaded
from brainseg_gui.ui.worklist.model import WorklistModel

SHOWN = 3
SAY_EVERY_S = 0.1


class Tally:
    """What came of a loading so far."""

    def __init__(
        self, reader: str = "", total: int = 0, replaces: bool = False, kept: int = 0
    ) -> None:
        self.reader, self.total, self.replaces, self.kept = reader, total, replaces, kept
        self.done = self.same = self.spared = 0
        self.problems: list[Misfit] = []
        self.noted: dict[str, float | None] = {}  # Dice by slice, as rows do not know it yet
        self.unlisted = 0  # slices without a row that is known for theirs
        self._said_at = 0.0

    def is_time_to_say(self) -> bool:
        """Tell whether an eye would see that something moved."""
        now = time.monotonic()
        if now - self._said_at < SAY_EVERY_S:
            return False
        self._said_at = now
        return True

    def show_in(self, rows: WorklistModel) -> None:
        """Let the rows of what was loaded since say so."""
        found = []
        for digest, dice in self.noted.items():
            entries = rows.with_digest(digest)
            self.unlisted += not entries
            found += [with_loaded(it, self.reader, dice) for it in entries]
        rows.replace(*found)
        self.noted.clear()

    @property
    def progress(self) -> str:
        """Say how far it is."""
        return f"Loading masks: {self.done} of {self.total} · Escape stops"

    @property
    def sentence(self) -> str:
        """Say what was loaded, and what not."""
        left = self.total - self.done - self.same - self.spared - len(self.problems)
        said = [f"{_count(self.done, 'mask')} loaded, each as one step on its slice."]
        if self.same:
            said.append(f"{_count(self.same, 'slice')} had the same mask already.")
        if kept := self.kept + self.spared:
            said.append(f"{_count(kept, 'slice')} kept what was there.")
        if left:
            said.append(f"{_count(left, 'mask')} not tried, because it was stopped.")
        if self.problems:
            more = f"; and {len(self.problems) - SHOWN} more" if len(self.problems) > SHOWN else ""
            named = "; ".join(it.text for it in self.problems[:SHOWN])
            said.append(f"Not loaded: {named}{more}.")
        return " ".join(said)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"

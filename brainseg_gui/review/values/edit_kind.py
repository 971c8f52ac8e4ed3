"""What a row of the ledger does."""

from __future__ import annotations

import enum
import re

LOADED = "Load "  # begins the text of a step that takes a mask made elsewhere
SUM = re.compile(", SHA-256 [0-9a-f]{64}")  # of its file, in that text


def without_sum(text: str) -> str:
    """Return the text of a step as it is shown where there is little room."""
    return SUM.sub("", text)


class EditKind(enum.Enum):
    """Kinds of rows; the value is how the ledger spells it."""

    EDIT = "edit"
    START = "start"
    DISCARD = "discard"
    RESTORE = "restore"
    IMPORTED = "imported"
    RECOVERED = "recovered"
    UNDO = "undo"
    REDO = "redo"

    @property
    def moves(self) -> bool:
        """Tell whether this only moves over a step that is there, in place of adding one."""
        return self in {EditKind.UNDO, EditKind.REDO}

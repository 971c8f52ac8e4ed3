"""Comments that wait for a verdict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Difficulty, Grade, Remarks

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore


PREFIX = "draft "  # of the names of settings


class Drafts:
    """Keeps what readers noted about slices without deciding on them.

    Where the review cannot be written, a draft stays in memory and is tried again with the next.
    """

    def __init__(self, store: ReviewStore | None, *, read_only: bool = False) -> None:
        self._store = store
        # Nobody else writes: the file need not be asked for a draft that it does not hold.
        self._kept = store.settings_named(PREFIX) if store and not read_only else None
        self._unwritten: dict[str, str] = {}  # by name; "" takes one away

    def of(self, digest: str, reader: str) -> Remarks | None:
        """Return what a reader noted about a slice, or None.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        name = _name(digest, reader)
        stored = self._unwritten.get(name)
        if stored is None and self._store and (self._kept is None or name in self._kept):
            stored = self._store.setting(name)
        if not stored:
            return None
        return _read(json.loads(stored))

    def keep(self, digest: str, reader: str, draft: Remarks | None) -> None:
        """Keep a draft in place of the one before; None takes it away.

        Raises
        ------
        StoreError
            If it cannot be written; it is kept in memory and tried again by `save`.
        """
        if self._store is None:
            raise StoreError("There is no review file to keep the comment in.")
        name = _name(digest, reader)
        if draft is not None:
            self._unwritten[name] = json.dumps(_written(draft))
        elif name in self._unwritten or self._store.setting(name):
            self._unwritten[name] = ""
        self.save()

    def save(self) -> None:
        """Write every draft that could not be written before.

        Raises
        ------
        StoreError
            If one cannot be written; it is kept, and those after it.
        """
        for name, text in list(self._unwritten.items()):
            if self._store is None:
                return
            self._store.set_setting(name, text)
            if self._kept is not None:
                self._kept.add(name)
            del self._unwritten[name]


def _name(digest: str, reader: str) -> str:
    return f"{PREFIX}{digest} {reader}"


def _written(draft: Remarks) -> dict[str, object]:
    return {
        "comment": draft.comment,
        "difficulty": draft.difficulty.value,
        "grade": draft.grade.value,
        "unusable": draft.unusable,
        "reasons": draft.reasons,
    }


def _read(kept: dict[str, Any]) -> Remarks:
    """Return a draft; one from before there were grades has none."""
    return Remarks(
        kept["comment"],
        Difficulty(kept["difficulty"]),
        Grade(kept.get("grade", "")),
        bool(kept.get("unusable")),
        tuple(kept.get("reasons", ())),
    )

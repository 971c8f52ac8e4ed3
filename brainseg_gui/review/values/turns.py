"""Which slices the reader had turned, because their masks lay otherwise than their borders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from brainseg_gui.core.image.orientation import Turn, turned_digest
from brainseg_gui.core.slices import Slice

PREFIX = "turn "  # of the names of settings


@dataclass(frozen=True)
class Turned:
    """How a slice is turned, and since when on whose word."""

    turn: Turn
    reader: str
    at: str

    @classmethod
    def of(cls, text: str) -> Turned:
        """Return what a review says of a slice; one that makes no sense turns nothing."""
        try:
            said = json.loads(text)
            return cls(Turn[said["turn"]], str(said["reader"]), str(said["at"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return cls(Turn.NONE, "", "")

    @property
    def text(self) -> str:
        """Return what the review keeps."""
        return json.dumps({"turn": self.turn.name, "reader": self.reader, "at": self.at})


@dataclass(frozen=True)
class Turns:
    """How the slices of a review are turned.

    A slice that is turned is known by another digest: what was drawn on it and said of it belongs
    to that one, and what belongs to the slice as its file has it waits until it is so again.

    Attributes
    ----------
    slices : mapping of str to Turned
        By `Slice.stored_digest`; those whose turn was taken back are among them, with NONE.
    """

    slices: Mapping[str, Turned] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Turns:
        """Return what the settings of a review say, by their names without `PREFIX`."""
        return cls({stored: Turned.of(text) for stored, text in settings.items()})

    def with_slices(self, more: Mapping[str, Turned]) -> Turns:
        """Return the same with some slices turned otherwise."""
        return Turns({**self.slices, **more})

    def turn(self, stored: str) -> Turn:
        """Return how a slice is turned now, by the digest that it has in its file."""
        found = self.slices.get(stored)
        return Turn.NONE if found is None else found.turn

    def stored(self, digest: str) -> str:
        """Return the digest that a slice has in its file, by the one of any of its positions."""
        return self._positions[digest][0] if digest in self._positions else digest

    def way(self, digest: str) -> Turn:
        """Return in which of its positions a slice has a digest."""
        return self._positions[digest][1] if digest in self._positions else Turn.NONE

    def now(self, digest: str) -> str:
        """Return the digest that a slice has now, by the one of any of its positions."""
        stored = self.stored(digest)
        return turned_digest(stored, self.turn(stored))

    def is_now(self, digest: str) -> bool:
        """Tell whether a slice is shown in the position in which it has this digest."""
        return self.now(digest) == digest

    def applied(self, slice_: Slice) -> Slice:
        """Return a slice, as it was read, as the reader wants it."""
        if not self.slices:  # as in most reviews: the digest is not asked for
            return slice_
        found = self.slices.get(slice_.stored_digest)
        if found is None or found.turn is Turn.NONE:
            return slice_
        return slice_.turned(found.turn, found.reader)

    @cached_property
    def _positions(self) -> Mapping[str, tuple[str, Turn]]:
        return {
            turned_digest(stored, turn): (stored, turn) for stored in self.slices for turn in Turn
        }

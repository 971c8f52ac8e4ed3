"""Which slices the reader had turned, because their masks lay otherwise than their borders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from brainseg_gui.core.image.orientation import Turn, turned_digest
from brainseg_gui.core.slices import Slice

PREFIX = "turn "  # of the names of settings; then come digest and turn


@dataclass(frozen=True)
class Word:
    """A reader's word on a turn: that it is made, or that it is taken back, and when."""

    made: bool
    reader: str
    at: str

    @classmethod
    def of(cls, text: str) -> Word:
        """Return what a review says; what makes no sense turns nothing."""
        try:
            said = json.loads(text)
            return cls(said["made"] is True, str(said["reader"]), str(said["at"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return cls(made=False, reader="", at="")

    @property
    def text(self) -> str:
        """Return what the review keeps."""
        return json.dumps({"made": self.made, "reader": self.reader, "at": self.at})


@dataclass(frozen=True)
class Turns:
    """How the slices of a review are turned.

    A turn is one of pixels whose border asks for it: another file with the same pixels and a
    border that fits is not turned. A slice that is turned is known by another digest: what was
    drawn on it and said of it belongs to that one, and what belongs to the slice as its file has
    it waits until it is so again.

    Attributes
    ----------
    words : mapping of (str, Turn) to Word
        By `Slice.stored_digest` and turn; turns that were taken back are among them.
    """

    words: Mapping[tuple[str, Turn], Word] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Turns:
        """Return what the settings of a review say, by their names without `PREFIX`."""
        found = {}
        for name, text in settings.items():
            stored, _, turn = name.partition(" ")
            if turn in Turn.__members__:
                found[stored, Turn[turn]] = Word.of(text)
        return cls(found)

    def with_word(self, stored: Iterable[str], turn: Turn, word: Word) -> Turns:
        """Return the same with another word on some slices."""
        return Turns({**self.words, **{(it, turn): word for it in stored}})

    def settings(self, stored: Iterable[str], turn: Turn) -> dict[str, str]:
        """Return what the review keeps of some slices, by the names of the settings."""
        return {f"{PREFIX}{it} {turn.name}": self.words[it, turn].text for it in stored}

    def turn(self, stored: str, fits_if: Turn) -> Turn:
        """Return how a slice is turned, by its digest in the file and what its border asks for."""
        word = self.words.get((stored, fits_if))
        return fits_if if word is not None and word.made else Turn.NONE

    def applied(self, slice_: Slice) -> Slice:
        """Return a slice, as it was read, as the reader wants it."""
        turn = slice_.fits_if
        if turn is Turn.NONE or not self.words:  # as most: the digest is not asked for
            return slice_
        if self.turn(slice_.stored_digest, turn) is Turn.NONE:
            return slice_
        return slice_.turned(turn, self.words[slice_.stored_digest, turn].reader)

    # --- by the digest of a slice in any of its positions ---

    def stored(self, digest: str) -> str:
        """Return the digest that the slice has in its file."""
        return self._turned[digest][0] if digest in self._turned else digest

    def way(self, digest: str) -> Turn:
        """Return how the slice is turned where it has this digest."""
        return self._turned[digest][1] if digest in self._turned else Turn.NONE

    def positions(self, digest: str) -> tuple[str, ...]:
        """Return the digests that the slice has in all of its positions."""
        stored = self.stored(digest)
        return tuple(turned_digest(stored, turn) for turn in Turn)

    def stands(self, digest: str) -> bool:
        """Tell whether a slice of which no file is known has this digest now."""
        stored, way = self.stored(digest), self.way(digest)
        made = {turn for turn in Turn if self.turn(stored, turn) is not Turn.NONE}
        return way in made or (way is Turn.NONE and not made)

    @cached_property
    def _turned(self) -> Mapping[str, tuple[str, Turn]]:
        return {turned_digest(stored, turn): (stored, turn) for stored, turn in self.words}

"""Names in place of patients and slices, which only the holder of a key can lead back."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePath, PurePosixPath

DIGITS = 16
SMALL_NUMBER = re.compile("[0-9]{1,3}")  # in a sentence mostly a number, not the slice called so


def stable_name(patient: str) -> str:
    """Return what a patient is called whose own id is nobody's business; "" stays "".

    It is the same anywhere, without a key: whoever knows an id can find it, nobody can read it.

    Examples
    --------
    >>> stable_name("4711")
    'P-de650d61'
    """
    said = patient.encode("utf-8", "surrogatepass")
    return f"P-{hashlib.sha256(said).hexdigest()[:8]}" if patient else ""


@dataclass(frozen=True)
class Pseudonyms:
    """The same key gives the same names at any time and anywhere, another key others.

    What a name stands for cannot be found by trying without the key: it is the beginning of an
    HMAC-SHA256. Patients, names of slices and contents are kept apart: a slice that is called
    like its patient is not seen to be.

    Attributes
    ----------
    key : bytes
    """

    key: bytes = field(repr=False)

    def patient(self, patient: str) -> str:
        """Return what a patient is called; unknown ones, who are "", stay unknown."""
        return self._of("patient", patient) if patient else ""

    def name(self, name: str) -> str:
        """Return what a slice or a folder is called; slices are named without their suffix."""
        return self._of("name", name)

    def content(self, digest: str) -> str:
        """Return what stands for a `Slice.digest`, by which whoever has the slice would know it."""
        return self._of("content", digest)

    def path(self, stem: PurePath) -> PurePosixPath:
        """Return a relative path, without suffix, in which each folder has another name too.

        Examples
        --------
        >>> Pseudonyms(b"key").path(PurePosixPath("a/1")).as_posix()
        'c74a2794c46ebf35/0e4487603447f812'
        """
        return PurePosixPath(*(self.name(part) for part in stem.parts))

    def sentence(self, text: str, patients: Collection[str], names: Collection[str]) -> str:
        """Return a text in which these patients and names, as whole words, have their pseudonyms.

        Numbers below 1000 that are names of slices stay: nearly always they count something.
        """
        folded = text.casefold()
        called = {it.casefold(): self.name(it) for it in names if not SMALL_NUMBER.fullmatch(it)}
        called |= {it.casefold(): self.patient(it) for it in patients}
        found = [it for it in called if it in folded and any(map(str.isalnum, it))]
        if not found:
            return text
        longest_first = "|".join(map(re.escape, sorted(found, key=len, reverse=True)))
        words = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", re.IGNORECASE)
        return words.sub(lambda it: called.get(it[0].casefold(), "…"), text)

    def _of(self, kind: str, text: str) -> str:
        said = f"{kind}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()[:DIGITS]

"""Names of exported files by a pattern: `{stem}_{reader}_mask`."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

FIELDS = {
    "stem": "the name of the slice, without its ending",
    "patient": "",
    "tumour": "the type",
    "verdict": "",
    "reader": "",
    "z": "the place of the slice in its volume",
}
UNKNOWN = "unknown"  # in place of a patient or a type that nobody knows
# What some disks take for something else.
FORBIDDEN = re.compile(r"[<>:\"|?*\\/\0-\x1f\x7f]")
DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


class PatternError(ValueError):
    """A pattern that makes no names; the message is one sentence."""


@dataclass(frozen=True)
class Pattern:
    """How the files of an export are called; slices in sub-folders keep their sub-folders.

    Attributes
    ----------
    text : str
        With fields in braces, as in `FIELDS`. A slash begins a folder.

    Raises
    ------
    PatternError
        If a field is not known, no field tells slices apart, or it leads out of the folder.
    """

    text: str

    def __post_init__(self) -> None:
        fields = {name for _, name, *_ in self._parts() if name is not None}
        if unknown := fields - FIELDS.keys():
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise PatternError(f"There is no field {{{min(unknown)}}}; there are {known}.")
        if "stem" not in fields:
            raise PatternError("A name needs {stem}, or slices could not be told apart.")
        parts = self.text.split("/")
        if ".." in parts or "" in parts or "." in parts:
            raise PatternError("A name must not lead out of its folder, nor hold an empty folder.")

    def has(self, field: str) -> bool:
        """Tell whether names hold a field."""
        return any(name == field for _, name, *_ in self._parts())

    def name(self, stem: PurePosixPath, values: Mapping[str, str]) -> PurePosixPath:
        """Return the name of a file without its suffix, relative to the folder of the export.

        Parameters
        ----------
        stem : PurePosixPath
            Of the slice, with its sub-folders, none of which leads out.
        values : mapping
            Of the other fields; what is empty leaves no sign that would part it from others.
        """
        found = {"stem": stem.name, **values}
        if "patient" in found:
            found["patient"] = found["patient"] or UNKNOWN
        if "tumour" in found:
            found["tumour"] = found["tumour"] or UNKNOWN
        text = "".join(
            before + ("" if name is None else _clean(found.get(name, "")) or "\0")
            for before, name, *_ in self._parts()
        )
        text = re.sub(r"[-_. ]?\0", "", text)
        names = [_sound(part) for part in text.split("/")]
        return PurePosixPath(*stem.parent.parts, *names)

    def _parts(self) -> list[tuple[str, str | None, str | None, str | None]]:
        try:
            parts = list(string.Formatter().parse(self.text))
        except ValueError as error:
            raise PatternError("A brace is not closed, or not opened.") from error
        if any(spec or conversion for _, _, spec, conversion in parts):
            raise PatternError("A field is a word in braces, with nothing else between them.")
        return parts


def _clean(value: str) -> str:
    return FORBIDDEN.sub("_", value)


def _sound(name: str) -> str:
    """Return a name that every disk takes."""
    name = FORBIDDEN.sub("_", name)
    return f"_{name}" if set(name) <= {"."} or DEVICES.fullmatch(name) else name


DEFAULT = Pattern("{stem}_mask")
BY_READER = Pattern("{stem}-{reader}_mask")  # where several readers made masks

"""`manifest.json`: every file that exports wrote into a folder, and what it is."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brainseg_gui import __version__
from brainseg_gui.core.text import encoded
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import WriteError

FILE = "manifest.json"
SHOWN = 3  # names in a sentence
PROGRAM = "brainseg"
Entry = Mapping[str, object]
# Of the row of `provenance.csv` that a file belongs to.
FROM_ROW = {
    "slice": "slice",
    "source_digest": "digest",
    "patient": "patient",
    "tumour": "tumour",
    "verdict": "verdict",
    "reader": "reader",
    "at": "at",
    "network": "model",
    "network_sum": "model_sum",
    "threshold": "threshold",
    "area_px": "area_px",
    "dice": "dice",
    "origin": "origin",
}


def entry(file: str, kind: str, sum_: str, row: Mapping[str, object]) -> Entry:
    """Return what is said of a file.

    Parameters
    ----------
    file : str
        Relative to the folder, with forward slashes.
    kind : str
        Name of the format.
    sum_ : str
        SHA-256 of the file.
    row : mapping
        As a row of `provenance.csv`; what it lacks is null.
    """
    said = {key: row.get(column) for key, column in FROM_ROW.items()}
    score = said["dice"]
    said["dice"] = float(str(score)) if score else None
    return {"file": file, "format": kind, "sha256": sum_, **said}


def entry_of_stack(depth: int, slices: Sequence[Entry], *, zero: bool) -> Entry:
    """Return what is said of one file of several slices.

    Parameters
    ----------
    depth : int
        Slices that the stack has.
    slices : sequence of mapping
        What `entry` says of each that was exported.
    zero : bool
        Whether the others are in the file too.
    """
    of_file = ("file", "format", "sha256")
    first = slices[0]
    others = "zero" if zero else "not in the file"
    return {
        **{key: first[key] for key in of_file},
        **{key: first[key] for key in ("patient", "tumour", "reader")},
        "slices_in_stack": depth,
        "slices_exported": len(slices),
        "others": f"{others}: no mask of them was exported",
        "slices": [{key: it for key, it in one.items() if key not in of_file} for one in slices],
    }


def write_manifest(folder: Path, review: str, entries: Sequence[Entry], *, whole: bool) -> None:
    """Write the manifest; files of earlier exports that are still there stay in it.

    Raises
    ------
    WriteError
        If it cannot be written, or does not read back as the same.
    """
    path = folder / FILE
    ours = {str(it["file"]) for it in entries}
    there = (it for it in _entries(path) if (folder / str(it["file"])).is_file())
    content = {
        "program": PROGRAM,
        "version": __version__,
        "review": review,
        "complete": whole,
        "files": [*(it for it in there if it["file"] not in ours), *entries],
    }
    write_atomically(path, encoded(json.dumps(content, indent=1)))
    with suppress(OSError, ValueError):
        if json.loads(path.read_bytes()) == json.loads(json.dumps(content)):
            return
    raise WriteError(path, "what is on the disk differs from what was written")


@dataclass(frozen=True)
class Held:
    """Of which slices files that gather several held the masks, before an export replaces them.

    Attributes
    ----------
    slices : mapping of str to set of str
        Names of the slices, by file.
    counts : mapping of str to int
        How many masks are in files that do not list them.
    """

    slices: Mapping[str, frozenset[str]]
    counts: Mapping[str, int]

    @classmethod
    def by(cls, folder: Path) -> Held:
        """Return what the manifest of a folder says, of files that are still there."""
        slices: dict[str, frozenset[str]] = {}
        counts: dict[str, int] = {}
        for it in _entries(folder / FILE):
            name, its, count = str(it["file"]), it.get("slices"), it.get("masks")
            if not (folder / name).is_file():
                continue
            if isinstance(its, list):
                slices[name] = frozenset(str(one.get("slice")) for one in its if one)
            if isinstance(count, int):
                counts[name] = count
        return cls(slices, counts)

    def lost(self, file: str, names: Collection[str]) -> list[str]:
        """Return, as a sentence, which masks a file does not hold any more; nothing if none."""
        gone = sorted(self.slices.get(file, frozenset()) - set(names))
        if not gone:
            return []
        more = f" and {len(gone) - SHOWN} more" if len(gone) > SHOWN else ""
        return [f"{file} held masks of {', '.join(gone[:SHOWN])}{more}, which are not exported now"]

    def fewer(self, file: str, count: int) -> list[str]:
        """Return, as a sentence, that a file does not hold as many masks any more."""
        before = self.counts.get(file, 0)
        return [f"{file} held {before} masks and holds {count} now"] if count < before else []


def written_below(top: Path | None) -> set[Path]:
    """Return the files below a folder that exports wrote there, as their manifests say."""
    found: set[Path] = set()
    for folder, _, files in os.walk(top or ""):
        if FILE in files:
            place = Path(folder)
            found |= {place / str(it["file"]) for it in _entries(place / FILE)}
    return found


def _entries(path: Path) -> Iterable[Entry]:
    """Return what a manifest says; nothing where it is none of ours."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        found: Any = json.loads(path.read_bytes())
        if isinstance(found, dict) and found.get("program") == PROGRAM:
            return [it for it in found["files"] if isinstance(it, dict) and "file" in it]
    return []

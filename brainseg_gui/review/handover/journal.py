"""What an export that is under way has written, so that one that was stopped goes on.

A text beside the files, a line at a time: it is there as long as the export is not whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from brainseg_gui.files.atomic import make_folder, remove_halves, write_reason
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.held import NO_LOCKS, lock
from brainseg_gui.files.writers.table import sum_of

FILE = "unfinished-export.jsonl"
FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
Sums = Mapping[str, str]  # SHA-256 by file, relative to the folder of the export


@dataclass(frozen=True)
class Done:
    """A mask that was written, in all formats that were asked for.

    Attributes
    ----------
    paths : mapping of str to str
        Its files by format, relative to the folder.
    sums : mapping of str to str
        Of every file.
    said : mapping
        What is said of it, as plain values.
    """

    paths: Mapping[str, str]
    sums: Sums = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)


class Journal:
    """Knows what was begun and what was done by the same export before, and notes what follows.

    Parameters
    ----------
    folder : Path
        Of the export; made where it is missing.
    options : str
        Only what was written with the same is gone on with.

    Raises
    ------
    WriteError
        If nothing can be noted there.
    """

    def __init__(self, folder: Path, options: str) -> None:
        self._folder, self._path = folder, folder / FILE
        make_folder(folder)
        self._begun: dict[str, Mapping[str, str]] = {}
        self._done: dict[str, Done] = {}
        self._file = self._opened()
        try:
            self._hold()
            self._begin(options)
        except WriteError:
            self.close()
            raise

    def begun(self, key: str) -> Mapping[str, str]:
        """Return the files that were meant for a mask when it was begun, by format."""
        return self._begun.get(key, {})

    def done(self, key: str) -> Done | None:
        """Return what was written of a mask, if all of it is still as it was."""
        found = self._done.get(key)
        if found is None:
            return None
        with suppress(WriteError):
            if all(sum_of(self._folder / name) == it for name, it in found.sums.items()):
                return found
        return None

    def begin(self, key: str, paths: Mapping[str, str]) -> None:
        """Note which files a mask is going to have; WriteError."""
        if self._begun.get(key) != paths:
            self._write({"begin": key, "paths": dict(paths)})

    def note(self, key: str, done: Done) -> None:
        """Note that a mask is written; WriteError."""
        self._write(
            {
                "done": key,
                "paths": dict(done.paths),
                "sums": dict(done.sums),
                "said": dict(done.said),
            }
        )

    def close(self) -> None:
        """Let go of the file; it stays for the export to go on with."""
        self._file.close()

    def _begin(self, options: str) -> None:
        """Go on with what is there, or begin anew; what cannot even begin leaves nothing."""
        goes_on = self._read(options)
        if goes_on:
            remove_halves(self._folder)
        else:
            self._file.truncate(0)
        try:
            # A line that was cut off ends here.
            self._write({} if goes_on else {"options": options})
        except WriteError:
            if not goes_on:
                forget(self._folder)
            raise

    def _opened(self) -> BinaryIO:
        try:
            return os.fdopen(os.open(self._path, FLAGS, 0o666), "ab", buffering=0)
        except OSError as error:
            raise WriteError(self._path, write_reason(error)) from error

    def _hold(self) -> None:
        """Refuse a second export into the folder, where the disk knows locks."""
        try:
            lock(self._file)
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise WriteError(self._folder, "another export writes there") from error

    def _write(self, line: Mapping[str, object]) -> None:
        try:
            # ASCII, so that any byte of a name comes back; at once, whatever ends the program.
            self._file.write(f"{json.dumps(line)}\n".encode("ascii"))
        except OSError as error:
            raise WriteError(self._path, write_reason(error)) from error

    def _read(self, options: str) -> bool:
        """Take over what the same export wrote; False where there was none."""
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return False
        found: Sequence[dict[str, Any]] = [it for text in lines if (it := _parsed(text))]
        if not found or found[0].get("options") != options:
            return False
        for it in found[1:]:
            with suppress(KeyError, TypeError, AttributeError):
                if "begin" in it:
                    self._begun[str(it["begin"])] = _texts(it["paths"])
                else:
                    done = Done(_texts(it["paths"]), _texts(it["sums"]), dict(it["said"]))
                    if all(map(_is_inside, (*done.paths.values(), *done.sums))):
                        self._done[str(it["done"])] = done
        return True


def forget(folder: Path) -> None:
    """Take the text away: the export is whole."""
    with suppress(OSError):
        (folder / FILE).unlink()


def _parsed(text: str) -> dict[str, Any]:
    """Return a line; what was cut off in the middle says nothing."""
    with suppress(ValueError, RecursionError):
        found = json.loads(text)
        return found if isinstance(found, dict) else {}
    return {}


def _is_inside(name: str) -> bool:
    """Tell whether a file lies in the folder: whoever wrote the text is not known."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _texts(found: Mapping[Any, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in found.items()}

"""What a run did, slice by slice, for programs to read: one JSON object a line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from brainseg_gui.files.atomic import write_reason
from brainseg_gui.files.errors import WriteError


class Log:
    """Appends records to a file, each whole; without a file it does nothing.

    A log that can be written no more is said once, and stops no prediction.

    Parameters
    ----------
    path : Path or None
    complain : callable
        Takes that sentence.

    Raises
    ------
    WriteError
        If the file cannot be opened.
    """

    def __init__(self, path: Path | None, complain: Callable[[str], None]) -> None:
        self._path, self._complain = path, complain
        self._file: TextIO | None = None
        if path is not None:
            try:
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
                self._file = os.fdopen(os.open(path, flags, 0o666), "a", encoding="utf-8")
                if _is_cut_off(path):  # by a kill: its last record is lost, not the next one
                    self._file.write("\n")
            except OSError as error:
                raise WriteError(path, write_reason(error)) from error

    def write(self, event: str, **facts: Any) -> None:
        """Write a record with its moment."""
        if self._file is None:
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        # ASCII alone: names of any bytes pass through as they are.
        line = json.dumps({"event": event, "at": at, **facts}, ensure_ascii=True)
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            self._complain(f"the log {self._path} ends here: {write_reason(error)}")
            self._drop()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._drop()

    def _drop(self) -> None:
        file, self._file = self._file, None
        assert file is not None
        try:
            file.close()
        except OSError:
            return  # what it still held was said to be lost


def _is_cut_off(path: Path) -> bool:
    with open(path, "rb") as file:
        if not file.seek(0, 2):
            return False
        file.seek(-1, 2)
        return file.read(1) != b"\n"

"""What can go wrong with a file, in one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from brainseg_gui.core.text import in_one_line

DAMAGED = "the file is damaged or cut off"
Result = TypeVar("Result")


class SliceError(Exception):
    """A slice file that cannot be read.

    Attributes
    ----------
    path : Path
    reason : str
        What was found, without the file name; ready for a worklist row.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")
        self.path = path
        self.reason = reason


class WriteError(Exception):
    """A result that could not be written, or does not read back as it was written.

    Attributes
    ----------
    path : Path
    reason : str
        What stood in the way, without the file name.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def guarded(path: Path, work: Callable[[], Result]) -> Result:
    """Do what may fail with a file; every failure becomes a sentence about it.

    Raises
    ------
    SliceError
    """
    try:
        return work()
    except SliceError:
        raise
    except PermissionError:
        raise SliceError(path, "no permission to read it") from None
    except MemoryError:
        raise SliceError(path, "too large for the memory of this machine") from None
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise SliceError(path, reason or DAMAGED) from error
    except ValueError as error:
        raise SliceError(path, one_line(error)) from error
    except Exception as error:  # libraries raise a dozen kinds on damaged files, none documented
        raise SliceError(path, f"{DAMAGED} ({type(error).__name__}: {one_line(error)})") from error


def one_line(text: object) -> str:
    """Return what a text or an error says in one line; a common reason where it says nothing."""
    return in_one_line(str(text)) or DAMAGED

"""What two processes say to each other: one line of JSON each, of bounded length.

Nothing here makes anything but plain values, whoever wrote the line: text, numbers, true, false,
nothing, lists and dictionaries of these. What they mean is checked by whoever asked.
"""

from __future__ import annotations

import json
from typing import Any

LONGEST = 1 << 20  # bytes of a line

Message = dict[str, Any]


class NoMessageError(ValueError):
    """A line that is no message."""


def encoded(message: Message) -> bytes:
    """Return a message as a line; text of any bytes that a file name can hold survives.

    Raises
    ------
    NoMessageError
        If it is too long.
    """
    line = json.dumps(message).encode("ascii") + b"\n"
    if len(line) > LONGEST:
        raise NoMessageError(f"a message of {len(line)} bytes")
    return line


def decoded(line: bytes) -> Message:
    """Return the message in a line.

    Raises
    ------
    NoMessageError
        If there is none.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NoMessageError(str(error)) from None
    if not isinstance(message, dict):
        raise NoMessageError("not a dictionary")
    return message

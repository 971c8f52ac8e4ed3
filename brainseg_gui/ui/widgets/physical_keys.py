"""Which Latin key lies where a key of another alphabet was pressed."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent

# By where they lie on a keyboard, row by row: X11 and Wayland, from the scan codes below on.
_ROWS = {24: "QWERTYUIOP[]", 38: "ASDFGHJKL;'", 52: "ZXCVBNM,./"}
_LINUX = {first + at: key for first, row in _ROWS.items() for at, key in enumerate(row)}
# macOS has virtual keys for places, Windows for the letters that they have on a Latin keyboard.
_MAC = dict(enumerate("ASDFHGZXCV?BQWERYT")) | {
    30: "]", 31: "O", 32: "U", 33: "[", 34: "I", 35: "P", 37: "L", 38: "J", 40: "K",
    45: "N", 46: "M",
}  # fmt: skip
del _MAC[10]  # a key that only some keyboards have
_WINDOWS = {code: chr(code) for code in range(ord("A"), ord("Z") + 1)} | {0xDB: "[", 0xDD: "]"}


def latin_key(event: QKeyEvent, platform: str = sys.platform) -> int:
    """Return the key of an event; for a letter that is not Latin, the Latin one of its place.

    Keys that Qt knows by name, and Latin letters wherever they lie, are what they are.
    """
    key = int(event.key())
    if not _is_foreign(key):
        return key
    places: Mapping[int, str]
    if platform == "win32":
        code, places = event.nativeVirtualKey(), _WINDOWS
    elif platform == "darwin":
        code, places = event.nativeVirtualKey(), _MAC
    else:
        code, places = event.nativeScanCode(), _LINUX
    return ord(places[code]) if code in places else key


def _is_foreign(key: int) -> bool:
    """Tell whether a key is a letter that no command has."""
    if not 0x80 <= key < int(Qt.Key_Escape):
        return False
    letter = chr(key) if key <= sys.maxunicode else ""
    return letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")

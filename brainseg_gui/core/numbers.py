"""Numbers as people type them, whatever the language of the system."""

from __future__ import annotations

import math
import unicodedata

POINTS = (".", ",", "٫")


def number_in(text: str) -> float:
    """Return a number that is written with a point or a comma, in digits of any script.

    Raises
    ------
    ValueError
        If it is no finite number, or has more than one point: nobody can say what `1.234,5` means.

    Examples
    --------
    >>> number_in("0,49"), number_in(" 0.49 "), number_in("٠٫٤٩")
    (0.49, 0.49, 0.49)
    """
    plain = "".join(map(_plain, text.strip()))
    if plain.count(".") > 1 or not plain.isascii() or "_" in plain:
        raise ValueError(f"no number: {text}")
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(f"no number: {text}")
    return value


def _plain(letter: str) -> str:
    if letter in POINTS:
        return "."
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)

"""Texts from outside, fit to be shown, or to stand in a table."""

from __future__ import annotations

import re

NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # halves of pairs that are no bytes of a name
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of one


def shown(text: str) -> str:
    """Return a text for the screen: bytes of a file name that are no UTF-8 become U+FFFD.

    Examples
    --------
    >>> shown("257_\\udce4.jpg")
    '257_�.jpg'
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def cell(text: str) -> str:
    """Return a text for a table, quoted by an apostrophe where a spreadsheet would run it.

    Examples
    --------
    >>> cell("=1+1"), cell("1.5")
    ("'=1+1", '1.5')
    """
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA) or text.startswith("'") else text


def text_of_cell(found: str) -> str:
    """Return the text that `cell` made a cell of.

    Examples
    --------
    >>> text_of_cell(cell("=1+1")), text_of_cell(cell("'quoted'"))
    ('=1+1', "'quoted'")
    """
    return found.removeprefix("'")


def encoded(text: str) -> bytes:
    """Return a table as UTF-8, in which the bytes of file names are what they are on the disk."""
    return NO_BYTE.sub("\ufffd", text).encode("utf-8", "surrogateescape")

"""Texts from outside, fit to be shown, or to stand in a table."""

from __future__ import annotations

import re

NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # halves of pairs that are no bytes of a name
# What steers a terminal, and what turns the direction of the letters around it.
UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
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


def in_one_line(text: str) -> str:
    """Return a text in one line, what steers the screen instead of being seen on it as U+FFFD.

    Examples
    --------
    >>> in_one_line("A\\n B"), in_one_line("\\x1b[2JA")
    ('A B', '\ufffd[2JA')
    """
    return UNSEEN.sub("\ufffd", " ".join(text.split()))


def cell(text: str) -> str:
    """Return a text for a table, quoted by an apostrophe where a spreadsheet would run it.

    A number is none of those, be it below 0.

    Examples
    --------
    >>> cell("=1+1"), cell("-1.5"), cell("-1+1")
    ("'=1+1", '-1.5', "'-1+1")
    """
    if NUMBER.fullmatch(text):
        return text
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

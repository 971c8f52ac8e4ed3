"""Texts from outside, for the places where Qt would take `<img src=…>` in them for a picture."""

from __future__ import annotations

import html

from PyQt5.QtCore import Qt


def plain(text: str) -> str:
    """Return a text that tooltips and message boxes show letter by letter.

    A label does the same by its text format, and keeps the text as it is.
    """
    if not Qt.mightBeRichText(text):
        return text
    lines = "<br>".join(html.escape(line) for line in text.split("\n"))
    return f"<qt>{lines}</qt>"

"""Colours, icons and style: the image is the brightest thing on the screen."""

from __future__ import annotations

from functools import cache

import qtawesome
from PyQt5.QtGui import QColor, QIcon, QPalette
from PyQt5.QtWidgets import QApplication

from brainseg_gui.resources import resource

WINDOW, PANEL, FIELD, TEXT, FAINT, ACCENT = (
    "#1b1c1e", "#232427", "#2c2e31", "#d6d7d9", "#a3a6ac", "#4a90c2",
)  # fmt: skip
# Text reaches 4.5 : 1 on whatever it stands; signs and the ring around what has the keyboard 3 : 1.
SELECTED, FAINT_ON_SELECTED, SELECTED_TEXT = "#2b4a60", "#c3cad1", "#2f6c99"
LINK, FOCUS, ON_WARNING = "#6fb0de", "#9fd0f5", "#000000"
WARNING = "#D55E00"


def apply(app: QApplication) -> None:
    """Give the program its dark, neutral look, the same on every platform."""
    app.setStyle("Fusion")
    palette = QPalette()
    for role, colour in (
        (QPalette.Window, WINDOW),
        (QPalette.WindowText, TEXT),
        (QPalette.Base, PANEL),
        (QPalette.AlternateBase, FIELD),
        (QPalette.Text, TEXT),
        (QPalette.Button, FIELD),
        (QPalette.ButtonText, TEXT),
        (QPalette.ToolTipBase, FIELD),
        (QPalette.ToolTipText, TEXT),
        (QPalette.Highlight, SELECTED_TEXT),
        (QPalette.HighlightedText, "#ffffff"),
        (QPalette.PlaceholderText, FAINT),
        (QPalette.Link, LINK),
    ):
        palette.setColor(role, QColor(colour))
    for role in (QPalette.Text, QPalette.ButtonText, QPalette.WindowText):
        palette.setColor(QPalette.Disabled, role, QColor("#5d6066"))
    app.setPalette(palette)
    app.setStyleSheet(resource("style.qss").read_text(encoding="utf-8"))


@cache
def icon(name: str, colour: str = TEXT) -> QIcon:
    """Return an icon of the icon font in the theme's colours."""
    return qtawesome.icon(name, color=colour, color_disabled="#55585e")

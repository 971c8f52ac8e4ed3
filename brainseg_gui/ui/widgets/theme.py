"""Colours, icons and style: the image is the brightest thing on the screen."""

from __future__ import annotations

from functools import cache

import qtawesome
from PyQt5.QtGui import QColor, QIcon, QPalette
from PyQt5.QtWidgets import QApplication

from brainseg_gui.resources import resource

WINDOW, PANEL, FIELD, TEXT, FAINT, ACCENT = (
    "#1b1c1e", "#232427", "#2c2e31", "#d6d7d9", "#8b8e94", "#4a90c2",
)  # fmt: skip
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
        (QPalette.Highlight, ACCENT),
        (QPalette.HighlightedText, "#ffffff"),
        (QPalette.PlaceholderText, FAINT),
        (QPalette.Link, ACCENT),
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

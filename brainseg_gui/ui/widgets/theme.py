"""Colours, icons and style: the image is the brightest thing on the screen."""

from __future__ import annotations

import re
from functools import cache, partial

from PyQt5.QtCore import QRect, QSize
from PyQt5.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PyQt5.QtWidgets import QApplication
from qtawesome import get_fonts_info
from qtawesome.iconic_font import IconicFont

from brainseg_gui.resources import resource
from brainseg_gui.ui.widgets.settings import FONT_SIZE, settings

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
    _write_style(app)
    settings.changed.connect(partial(_on_setting, app))


def text_scale() -> float:
    """Return how many times as large as at first text is."""
    return settings.get(FONT_SIZE) / FONT_SIZE.default


def style_sheet(size: int) -> str:
    """Return the style sheet with text of a size in pixels; all other sizes follow it."""
    sheet = resource("style.qss").read_text(encoding="utf-8")

    def scaled(found: re.Match[str]) -> str:
        return f"font-size: {round(int(found[1]) * size / FONT_SIZE.default)}px"

    return re.sub(r"font-size: (\d+)px", scaled, sheet)


def _on_setting(app: QApplication, key: str) -> None:
    if key == FONT_SIZE.key:
        _write_style(app)


def _write_style(app: QApplication) -> None:
    app.setStyleSheet(style_sheet(settings.get(FONT_SIZE)))


@cache
def icon(name: str, colour: str = TEXT) -> QIcon:
    """Return an icon of the icon font in the theme's colours."""
    return QIcon(_Drawn(_icon_font().icon(name, color=colour, color_disabled="#55585e")))


@cache
def _icon_font() -> IconicFont:
    """Return the one font whose icons are used; `qtawesome.icon` would load all twelve."""
    folder, fonts = get_fonts_info()
    letters = next(font for font in fonts if font.startswith("materialdesignicons6"))
    names = letters.replace("webfont", "webfont-charmap").replace(".ttf", ".json")
    return IconicFont(("mdi6", letters, names, folder))


class _Drawn(QIconEngine):
    """An icon that is drawn once: the icon font would write its letter at every paint."""

    def __init__(self, source: QIcon) -> None:
        super().__init__()
        self._source = source
        self._pixmaps: dict[tuple[int, ...], QPixmap] = {}

    def clone(self) -> QIconEngine:
        """Return another one, for an icon that was copied and is to become another."""
        return _Drawn(self._source)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return it in a size and a state, in pixels of the screen."""
        key = (size.width(), size.height(), mode, state)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._source.pixmap(size, mode, state)
        return self._pixmaps[key]

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint it, as sharp as the screen is."""
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect, self.pixmap(rect.size() * ratio, mode, state))

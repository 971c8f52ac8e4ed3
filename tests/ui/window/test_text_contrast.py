"""Text reaches a contrast of 4.5 : 1 (WCAG 2.1, AA), by the colours named and by those shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from brainseg_gui.resources import resource
from numpy.typing import NDArray
from PyQt5.QtCore import QPoint, QRect
from PyQt5.QtGui import QImage, QPalette
from PyQt5.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QToolButton, QWidget

from brainseg_gui.ui.widgets import theme
from tests.ui.hands import Hands

LEAST = 4.5
GROUNDS = (theme.WINDOW, theme.PANEL, theme.FIELD)
RULE = re.compile(r"([^{}]+)\{([^}]*)\}")
PAIRS = {
    "faint text of a selected row": (theme.FAINT_ON_SELECTED, theme.SELECTED),
    "text of a selected row": (theme.TEXT, theme.SELECTED),
    "a warning over the slice": (theme.ON_WARNING, theme.WARNING),
    "a link": (theme.LINK, theme.FIELD),
    **{f"faint text on {ground}": (theme.FAINT, ground) for ground in GROUNDS},
    **{f"text on {ground}": (theme.TEXT, ground) for ground in GROUNDS},
}


def luminance(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the relative luminance of (..., 3) sRGB, 0 to 255, as WCAG defines it."""
    share = colour / 255
    linear = np.where(share <= 0.03928, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the contrast of colours, 1 to 21."""
    first, second = luminance(one), luminance(other)
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)


def rgb(name: str) -> NDArray[np.float64]:
    """Return a colour of a style sheet."""
    return np.array([int(name[at : at + 2], 16) for at in (1, 3, 5)], float)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_colours_that_stand_on_each_other_can_be_read(pair: tuple[str, str]) -> None:
    assert contrast(rgb(pair[0]), rgb(pair[1])) >= LEAST


def test_every_text_colour_of_the_style_sheet_can_be_read_on_its_ground() -> None:
    faults: list[str] = []
    for selector, body in RULE.findall(resource("style.qss").read_text(encoding="utf-8")):
        if "disabled" in selector:
            continue
        named = dict(re.findall(r"(?<![-\w])(color|background): (#[0-9a-fA-F]{6})", body))
        grounds = [named["background"]] if "background" in named else GROUNDS
        for ground in grounds:
            text = named.get("color", theme.TEXT)
            if contrast(rgb(text), rgb(ground)) < LEAST:
                faults.append(f"{selector.strip()}: {text} on {ground}")
    # Grooves, handles and bars hold no text.
    assert [fault for fault in faults if not re.search("handle|page|chunk", fault)] == []


def test_text_that_is_selected_in_a_field_can_be_read(qapp: QApplication) -> None:
    palette = qapp.palette()
    chosen = [palette.color(role).name() for role in (QPalette.HighlightedText, QPalette.Highlight)]
    assert contrast(rgb(chosen[0]), rgb(chosen[1])) >= LEAST
    sheet = resource("style.qss").read_text(encoding="utf-8")
    (ground,) = set(re.findall(r"selection-background-color: (#\w{6})", sheet))
    assert contrast(rgb(chosen[0]), rgb(ground)) >= LEAST


def measured(hands: Hands, area: QRect) -> float:
    """Return the contrast of the ground of an area with what differs most from it."""
    image = hands.window.grab(area).toImage().convertToFormat(QImage.Format_RGB32)
    bits = image.bits().asarray(image.byteCount())
    pixels = np.frombuffer(bits, np.uint8).reshape(-1, 4)[:, 2::-1].astype(float)
    (ground, _), *_ = Counter(map(tuple, pixels.tolist())).most_common(1)
    return float(contrast(pixels, np.array(ground)).max())


def texts(hands: Hands) -> Iterator[tuple[str, QWidget]]:
    """Yield everything in the window that shows a text and can be used, with the text."""
    for widget in hands.window.findChildren(QWidget):
        if not widget.isVisible() or not widget.isEnabled() or not widget.visibleRegion():
            continue
        if isinstance(widget, QLineEdit):
            yield widget.text() or widget.placeholderText(), widget
        elif isinstance(widget, QLabel | QAbstractButton):
            iconic = isinstance(widget, QToolButton) and not widget.toolButtonStyle()
            yield "" if iconic else widget.text(), widget


def test_every_text_in_the_window_can_be_read(at_first: Hands) -> None:
    found = [(text, widget) for text, widget in texts(at_first) if text.strip()]
    assert len(found) > 25
    faint = {}
    for text, widget in found:
        inside = widget.rect().adjusted(3, 3, -3, -3)
        area = QRect(widget.mapTo(at_first.window, inside.topLeft()), inside.size())
        if (ratio := measured(at_first, area)) < LEAST:
            faint[text] = round(ratio, 2)
    assert faint == {}


def test_the_selected_row_can_be_read(at_first: Hands) -> None:
    rows = at_first.parts.worklist._list
    row = rows.visualRect(at_first.slice_rows()[0])
    state = QRect(row.left() + 90, row.center().y() + 2, row.width() - 100, row.height() // 2 - 4)
    area = QRect(rows.viewport().mapTo(at_first.window, QPoint()) + state.topLeft(), state.size())
    assert measured(at_first, area) >= LEAST

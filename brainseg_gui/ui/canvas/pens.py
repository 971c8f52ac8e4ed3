"""Pens as wide as the screen's own pixels are large: the same line at 100 and at 200 %."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPainter, QPen


def pen(painter: QPainter, colour: str, width: float, line: Qt.PenStyle = Qt.SolidLine) -> QPen:
    """Return a pen that keeps its width at every zoom.

    Parameters
    ----------
    painter : QPainter
        Which it is for: Qt counts the width of such a pen, and with it its dashes, in the pixels
        of what is painted on, of which a fine screen has more.
    colour : str
    width : float
        In pixels as the window counts them.
    line : Qt.PenStyle
    """
    made = QPen(QColor(colour), width * ratio(painter), line)
    made.setCosmetic(True)
    return made


def ratio(painter: QPainter) -> float:
    """Return how many pixels of what is painted on make one of the window's."""
    # What Qt does below the transform that it hands out; the device itself may be a widget that
    # is drawn into a picture, and would count its own screen's.
    return float(painter.deviceTransform().m11() / (painter.worldTransform().m11() or 1.0))

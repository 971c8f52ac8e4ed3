"""How a tile of the strip is painted: picture, outlines, state, name, and a mark that warns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePath

import numpy as np
from PyQt5.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen, QPixmap
from PyQt5.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from pyqtgraph.functions import arrayToQPolygonF

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.measures.sketch import Lines
from brainseg_gui.core.text import shown
from brainseg_gui.ui.strip.model import Item, StripModel
from brainseg_gui.ui.widgets.settings import LAYER_COLOURS, settings
from brainseg_gui.ui.widgets.state_icons import STATE_ICONS
from brainseg_gui.ui.widgets.theme import ACCENT, FAINT, TEXT, WINDOW, icon
from brainseg_gui.ui.worklist.thumbnails import Thumbnails

PICTURE = 72  # pixels of the window
MARGIN = 5
SIGN = 13
GROUND, HOVERED = "#161718", "#26282b"
WARNS = "mdi6.alert", "#F0A35C"
KEPT = 96  # tiles as they were painted last; 2 MB at 100 %
LINE_WIDTHS = {Layer.REFERENCE: 1.0, Layer.PREDICTION: 1.4, Layer.CORRECTION: 1.6}


class StripDelegate(QStyledItemDelegate):
    """Paints tiles; one that did not change is painted from a picture."""

    def __init__(self, model: StripModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._thumbnails = model, thumbnails
        self._painted: dict[tuple[object, ...], QPixmap] = {}
        self._colours = _layer_colours()  # a setting costs more than a tile's outline
        settings.changed.connect(self._on_setting)

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """Return the one size of all tiles."""
        return tile_size(option.fontMetrics)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint one tile."""
        item = self._model.at(index)
        hovered = bool(option.state & QStyle.State_MouseOver)
        ratio = float(painter.device().devicePixelRatioF())
        thumbnail = None
        if item.tile is None:
            thumbnail = self._thumbnails.pixmap(item.entry.path, item.entry.turn)
        key = (
            item,
            0 if thumbnail is None else thumbnail.cacheKey(),
            hovered,
            option.rect.width(),
            option.rect.height(),
            ratio,
            option.font.key(),
        )
        picture = self._painted.pop(key, None)
        if picture is None:
            picture = self._picture(item, option, thumbnail, hovered, ratio)
        self._painted[key] = picture  # the last used is the last to go
        while len(self._painted) > KEPT:
            del self._painted[next(iter(self._painted))]
        painter.drawPixmap(option.rect.topLeft(), picture)

    def _picture(
        self,
        item: Item,
        option: QStyleOptionViewItem,
        thumbnail: QPixmap | None,
        hovered: bool,
        ratio: float,
    ) -> QPixmap:
        size = option.rect.size()
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(HOVERED if hovered else GROUND))
        painter = QPainter(picture)
        painter.setRenderHints(QPainter.Antialiasing | QPainter.SmoothPixmapTransform)
        painter.setFont(option.font)
        _paint(painter, QRect(QPoint(), size), item, thumbnail, self._colours)
        painter.end()
        return picture

    def _on_setting(self, _key: str) -> None:
        self._painted.clear()  # the colours of the layers may be others
        self._colours = _layer_colours()


def _layer_colours() -> dict[Layer, QColor]:
    return {layer: QColor(settings.get(LAYER_COLOURS[layer])) for layer in LINE_WIDTHS}


def tile_size(metrics: QFontMetrics) -> QSize:
    """Return how large a tile is: the picture, and a line of text below it."""
    return QSize(PICTURE + 2 * MARGIN, PICTURE + 2 * MARGIN + _line(metrics))


def _line(metrics: QFontMetrics) -> int:
    return max(SIGN + 3, metrics.height())


def _paint(
    painter: QPainter,
    rect: QRect,
    item: Item,
    thumbnail: QPixmap | None,
    colours: Mapping[Layer, QColor],
) -> None:
    entry, square = item.entry, QRect(MARGIN, MARGIN, PICTURE, PICTURE)
    if item.tile is not None:
        pixels = item.tile.picture
        height, width = pixels.shape
        image = QImage(pixels.tobytes(), width, height, width, QImage.Format_Grayscale8)
        painter.drawImage(square, image)
        if not entry.blind:
            reference = colours[Layer.REFERENCE]
            _outline(painter, square, Layer.REFERENCE, reference, item.tile.reference)
        if (layer := item.tile.layer) is not Layer.NOTHING:
            _outline(painter, square, layer, colours[layer], item.tile.outline)
    elif thumbnail is not None:
        painter.drawPixmap(square, thumbnail)
    else:
        painter.fillRect(square, QColor("#000000"))
    if item.warnings:
        _warn(painter, square)
    line = QRect(MARGIN, square.bottom() + 2, PICTURE, _line(painter.fontMetrics()))
    painter.drawPixmap(line.left(), line.center().y() - SIGN // 2, _sign(*STATE_ICONS[entry.state]))
    line.setLeft(line.left() + SIGN + 3)
    painter.setPen(QColor(TEXT if item.current else FAINT))
    name = shown(entry.name.rpartition("/")[2])
    if painter.fontMetrics().horizontalAdvance(name) > line.width():
        name = PurePath(name).stem  # the tiles of a patient are of one kind
    cut = painter.fontMetrics().elidedText(name, Qt.ElideLeft, line.width())
    painter.drawText(line, Qt.AlignLeft | Qt.AlignVCenter | Qt.TextSingleLine, cut)
    if item.current:
        painter.setPen(QPen(QColor(ACCENT), 2))
        painter.drawRect(rect.adjusted(1, 1, -1, -1))


def _outline(painter: QPainter, square: QRect, layer: Layer, colour: QColor, lines: Lines) -> None:
    style = Qt.DashLine if layer is Layer.PREDICTION else Qt.SolidLine
    painter.setPen(QPen(colour, LINE_WIDTHS[layer], style))
    for line in lines:
        rows, columns = (PICTURE * np.asarray(line, float)).T
        painter.drawPolyline(arrayToQPolygonF(square.left() + columns, square.top() + rows))


def _warn(painter: QPainter, square: QRect) -> None:
    """Mark the upper right corner, on dark ground: pictures are bright anywhere."""
    corner = QRect(square.right() - SIGN - 3, square.top(), SIGN + 4, SIGN + 4)
    ground = QColor(WINDOW)
    ground.setAlpha(210)
    painter.fillRect(corner, ground)
    painter.drawPixmap(corner.left() + 2, corner.top() + 2, _sign(*WARNS))


@lru_cache(maxsize=64)
def _sign(name: str, colour: str) -> QPixmap:
    """Return an icon as a pixmap: the icon font would be asked at every paint."""
    return icon(name, colour).pixmap(SIGN, SIGN)

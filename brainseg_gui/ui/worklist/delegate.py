"""How a row of the worklist is painted; quick, because scrolling paints a screen full of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PyQt5.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PyQt5.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from brainseg_gui.core.text import shown
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.widgets.state_icons import STATE_ICONS
from brainseg_gui.ui.widgets.theme import (
    ACCENT,
    FAINT,
    FAINT_ON_SELECTED,
    FIELD,
    PANEL,
    SELECTED,
    TEXT,
    icon,
)
from brainseg_gui.ui.worklist.model import WorklistModel
from brainseg_gui.ui.worklist.thumbnails import Thumbnails

ROW_HEIGHT = 46
THUMBNAIL = 40
INDENT = 14
GAP = 8  # between two texts of a line
MARGIN = 6
SIGN = 14  # side of a state's icon
COMMENTED = "mdi6.comment-text-outline"
LIES, WARNING = "mdi6.alert", "#f0a35c"  # unlike its border says
LEARNED_FROM = "mdi6.school-outline"  # the network learned from this patient
LEAST_ID = 48  # pixels; less of a patient's id says nothing
GROUND, HOVERED = "#1f2022", "#26282b"
ROWS_KEPT = 96  # a few megabytes; a list shows some twenty


class WorklistDelegate(QStyledItemDelegate):
    """Paints slices with thumbnail, name, state and type, and patients as headings."""

    def __init__(self, model: WorklistModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._thumbnails = model, thumbnails
        self._rows: dict[tuple[Path, str], tuple[Entry, tuple[object, ...], QPixmap]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """Return the one height of all rows: a thumbnail's, or that of two lines."""
        return QSize(120, max(ROW_HEIGHT, 2 * _line(option.fontMetrics) + 8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint one row."""
        it = self._model.at(index)
        if isinstance(it, str):
            painter.save()
            self._paint_heading(painter, option.rect, it)
            painter.restore()
        else:
            painter.drawPixmap(option.rect.topLeft(), self._picture_of(it, option))

    def _picture_of(self, entry: Entry, option: QStyleOptionViewItem) -> QPixmap:
        """Return a row as it was painted last, if nothing of it changed.

        A list that scrolls paints all its rows at every step, and texts are slow.
        """
        ground = GROUND
        if option.state & QStyle.State_Selected:
            ground = SELECTED
        elif option.state & QStyle.State_MouseOver:
            ground = HOVERED
        size, ratio = option.rect.size(), option.widget.devicePixelRatioF()
        thumbnail = self._thumbnails.pixmap(entry.path, entry.turn)
        value = self._sorted_value(entry)
        place = entry.path, ground
        looks = (
            value,
            thumbnail.cacheKey() if thumbnail is not None else 0,
            self._model.arrangement.key,
            (size.width(), size.height(), ratio, option.font.key()),
        )
        of, as_then, picture = self._rows.pop(place, (None, (), None))
        # A row that says something else is another object: to compare all it says takes longer.
        if picture is None or of is not entry or as_then != looks:
            picture = QPixmap(size * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(QColor(ground))
            painter = QPainter(picture)
            painter.setFont(option.font)
            faint = FAINT_ON_SELECTED if ground == SELECTED else FAINT
            self._paint_slice(painter, QRect(QPoint(), size), entry, faint, value)
            painter.end()
        self._rows[place] = entry, looks, picture  # the last used is the last to go
        while len(self._rows) > ROWS_KEPT:
            del self._rows[next(iter(self._rows))]
        return picture

    def _paint_slice(
        self, painter: QPainter, rect: QRect, entry: Entry, faint: str, value: str
    ) -> None:
        asked = self._model.arrangement
        indent = INDENT if asked.key.grouped and entry.patient else 0
        picture = QRect(rect.left() + MARGIN + indent, rect.top() + 3, THUMBNAIL, THUMBNAIL)
        self._paint_picture(painter, picture, entry)
        line = _line(painter.fontMetrics())
        text = QRect(picture.right() + 9, rect.top() + 4, 0, line)
        text.setRight(rect.right() - MARGIN)
        below = text.translated(0, line)
        rest = text
        for is_so, sign, colour in (
            (entry.comment, COMMENTED, faint),
            (entry.trained_on, LEARNED_FROM, faint),
            (entry.lies, LIES, WARNING),
        ):
            if is_so:
                painter.drawPixmap(rest.right() - SIGN, rest.top() + 2, _sign(sign, colour))
                rest = rest.adjusted(0, 0, -SIGN - 5, 0)
        rest = _right(painter, rest, value, TEXT)
        _left(painter, rest, shown(entry.name), faint if entry.problem else TEXT, Qt.ElideLeft)
        state = entry.state
        painter.drawPixmap(below.left(), below.center().y() - SIGN // 2, _sign(*STATE_ICONS[state]))
        below.setLeft(below.left() + SIGN + 5)
        said = entry.problem or state.value
        metrics, room = painter.fontMetrics(), 0
        if not entry.problem:  # a sentence, which may take it all
            room = below.width() - metrics.horizontalAdvance(said) - GAP - 2
        whose = whose_text(metrics, entry.tumour, "" if asked.key.grouped else entry.patient, room)
        below = _right(painter, below, whose, faint)
        _left(painter, below, said, faint, Qt.ElideRight)

    def _paint_picture(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        pixmap = self._thumbnails.pixmap(entry.path, entry.turn)
        if pixmap is None:
            painter.fillRect(rect, QColor(PANEL))
        else:
            painter.setRenderHint(QPainter.SmoothPixmapTransform)
            painter.drawPixmap(rect, pixmap)

    def _sorted_value(self, entry: Entry) -> str:
        """Return the value that the list is sorted by, where the row does not say it anyway."""
        key = self._model.arrangement.key
        if key is SortKey.RISK and entry.risk is not None:
            return self._model.risk_words(entry.risk)
        if key is SortKey.DICE and entry.shown_dice is not None:
            return f"Dice {entry.shown_dice:.2f}"
        if key is SortKey.AREA and entry.area_px is not None:
            return f"{entry.area_px} px"
        return ""

    def _paint_heading(self, painter: QPainter, rect: QRect, patient: str) -> None:
        painter.fillRect(rect, QColor(PANEL))
        folded = self._model.is_folded(patient)
        arrow = _sign(f"mdi6.chevron-{'right' if folded else 'down'}", FAINT, 18)
        painter.drawPixmap(rect.left() + 2, rect.top() + 6, arrow)
        tally = self._model.patient_tally(patient)
        text = QRect(rect.left() + 24, rect.top() + 5, 0, _line(painter.fontMetrics()) + 1)
        text.setRight(rect.right() - MARGIN)
        done = f"{tally.reviewed} of {tally.readable} reviewed"
        name = f"Patient {patient}"
        font, bold = painter.font(), QFont(painter.font())
        bold.setWeight(QFont.DemiBold)
        needed = QFontMetrics(bold).horizontalAdvance(name) + GAP
        if needed + painter.fontMetrics().horizontalAdvance(done) > text.width():
            done = f"{tally.reviewed}/{tally.readable}"
        rest = _right(painter, text, done, FAINT)
        painter.setFont(bold)
        whose = whose_text(painter.fontMetrics(), "", patient, rest.width(), "Patient ")
        _left(painter, rest, whose, TEXT, Qt.ElideRight)
        painter.setFont(font)
        bar = QRect(text.left(), rect.bottom() - 12, text.width(), 3)
        painter.fillRect(bar, QColor(FIELD))
        bar.setWidth(round(bar.width() * tally.reviewed / max(tally.readable, 1)))
        painter.fillRect(bar, QColor(ACCENT))


def _line(metrics: QFontMetrics) -> int:
    """Return how high a line of text is, with room to the next."""
    return max(19, metrics.height() + 3)


def _left(painter: QPainter, rect: QRect, text: str, colour: str, elide: int) -> None:
    painter.setPen(QPen(QColor(colour)))
    cut = painter.fontMetrics().elidedText(text, elide, rect.width())
    painter.drawText(rect, Qt.AlignLeft | Qt.AlignVCenter | Qt.TextSingleLine, cut)


def _right(painter: QPainter, rect: QRect, text: str, colour: str) -> QRect:
    """Write at the right end; return what is left of the line."""
    if not text:
        return rect
    painter.setPen(QPen(QColor(colour)))
    painter.drawText(rect, Qt.AlignRight | Qt.AlignVCenter | Qt.TextSingleLine, text)
    return rect.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - GAP, 0)


def whose_text(
    metrics: QFontMetrics, tumour: str, patient: str, room: int, before: str = ""
) -> str:
    """Return tumour type and patient in so many pixels; "" where there is no room.

    The patient's id is cut at its front, for ids of one data set begin alike; where there is no
    room for both it goes before the type.
    """
    if not patient:
        return _cut(metrics, tumour, Qt.ElideRight, room)
    type_ = f"{tumour} · " if tumour else ""
    left = room - metrics.horizontalAdvance(before + type_)
    if left >= min(LEAST_ID, metrics.horizontalAdvance(patient)):
        return before + type_ + _cut(metrics, patient, Qt.ElideLeft, left)
    left = room - metrics.horizontalAdvance(before)
    return before + _cut(metrics, patient, Qt.ElideLeft, left)


def _cut(metrics: QFontMetrics, text: str, elide: int, room: int) -> str:
    fits = room >= min(LEAST_ID, metrics.horizontalAdvance(text))
    return str(metrics.elidedText(text, elide, room)) if fits else ""


@lru_cache(maxsize=64)
def _sign(name: str, colour: str, side: int = SIGN) -> QPixmap:
    """Return an icon as a pixmap: the icon font would be asked at every paint."""
    return icon(name, colour).pixmap(side, side)

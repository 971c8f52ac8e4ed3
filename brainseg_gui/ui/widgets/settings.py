"""Every setting in one table, and the only door to where they are kept.

What the program remembers by itself (place, order, readers) has no page; what the reader sets has
one, and the settings dialog is made from that.
"""

from __future__ import annotations

import enum
import logging
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PyQt5.QtCore import QByteArray, QObject, QSettings, pyqtSignal

from brainseg_gui.core import palette
from brainseg_gui.core.layer import Layer
from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.widgets.setting_kinds import (
    Choice,
    Colour,
    Kind,
    Member,
    Names,
    Place,
    Real,
    Switch,
    Text,
    Whole,
)

log = logging.getLogger(__name__)
T = TypeVar("T")


class Page(enum.Enum):
    """A page of the settings dialog; the value is its title."""

    KEYS = "Keys"
    BRUSH = "Brush"
    LAYERS = "Layers"
    START = "At start"


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting.

    Attributes
    ----------
    key : str
        Its name in the file of settings, which outlives the program: never to be changed.
    kind : Kind
        What it may be, its range or its choices.
    default : T
        Where nothing is stored, or something that it cannot be.
    page : Page, optional
        Where the reader sets it; None for what the program remembers by itself.
    group, label, note : str
        How the page shows it: settings of a group stand together; the note says when it counts.
    """

    key: str
    kind: Kind[T]
    default: T
    page: Page | None = None
    group: str = ""
    label: str = ""
    note: str = ""


SMALLEST_BRUSH, LARGEST_BRUSH = 1, 200  # image pixels
AS_LEFT = "as it was left"
VIEWS = (("raw", "Raw"), ("equalised", "Equalised"), ("clahe", "CLAHE"))
SLICE, LAYERS_SHOWN, WORK = "Slice", "Layers shown", "Work"  # groups

# --- what the program remembers by itself ---

GEOMETRY = Setting("geometry", Place(), b"")
BRUSH = Setting("brush", Whole(SMALLEST_BRUSH, LARGEST_BRUSH), 16)
VIEW = Setting("view", Choice(VIEWS), "equalised")
ORDER = Setting("order", Member(SortKey), SortKey.NAME)
DESCENDING = Setting("descending", Switch(), False)
EXPORT_FOLDER = Setting("export_folder", Text(), "")
READER = Setting("reader", Text(), "")
READERS = Setting("readers", Names(), ())

# --- what the reader sets ---

KEYS = Setting("keys", Text(), "", Page.KEYS)
BRUSH_AT_START = Setting(
    "brush_at_start",
    Whole(0, LARGEST_BRUSH, " px", AS_LEFT),
    0,
    Page.BRUSH,
    "",
    "Size at start",
    "Width in pixels of the slice. It counts from the next start.",
)
LAYER_COLOURS = {
    layer: Setting(
        f"{layer.value}_colour", Colour(), colour.hex, Page.LAYERS, layer.value, "Colour"
    )
    for layer, colour in (
        (Layer.REFERENCE, palette.REFERENCE),
        (Layer.PREDICTION, palette.PREDICTION),
        (Layer.CORRECTION, palette.CORRECTION),
    )
}
LAYER_WIDTHS = {
    layer: Setting(
        f"{layer.value}_width", Real(0.5, 8, 0.2, " px"), width, Page.LAYERS, layer.value, "Width"
    )
    for layer, width in ((Layer.REFERENCE, 1.4), (Layer.PREDICTION, 2.0), (Layer.CORRECTION, 2.6))
}
VIEW_AT_START = Setting(
    "view_at_start", Choice((("", AS_LEFT.capitalize()), *VIEWS)), "", Page.START, SLICE, "View"
)
SHOWN_AT_START = {
    layer: Setting(
        f"{layer.value}_shown", Switch(), True, Page.START, LAYERS_SHOWN, layer.value.capitalize()
    )
    for layer in LAYER_COLOURS
}
PREDICT_ON_OPENING = Setting(
    "predict_on_opening", Switch(), True, Page.START, WORK, "Predict when a slice is opened"
)
ADVANCE = Setting(
    "advance",
    Switch(),
    True,
    Page.START,
    WORK,
    "Go on after a verdict",
    "The same as in the menu Review: it counts at once.",
)

SETTINGS: tuple[Setting[Any], ...] = (
    GEOMETRY,
    BRUSH,
    VIEW,
    ORDER,
    DESCENDING,
    EXPORT_FOLDER,
    READER,
    READERS,
    KEYS,
    BRUSH_AT_START,
    *(setting[layer] for layer in LAYER_COLOURS for setting in (LAYER_COLOURS, LAYER_WIDTHS)),
    VIEW_AT_START,
    *SHOWN_AT_START.values(),
    PREDICT_ON_OPENING,
    ADVANCE,
)


class Settings(QObject):
    """Reads and writes settings; open windows hear of every change.

    Signals
    -------
    changed(str key)
        A setting has another value than before.
    """

    changed = pyqtSignal(str)

    def get(self, setting: Setting[T]) -> T:
        """Return what is stored, or the default where that is nothing of use."""
        stored = self._stored(setting)
        if stored is None:
            return setting.default
        try:
            return setting.kind.read(stored)
        except ValueError as error:
            log.warning("The setting %s is %s; its default is used.", setting.key, error)
            return setting.default

    def put(self, setting: Setting[T], value: T) -> None:
        """Store a value.

        Raises
        ------
        ValueError
            For a value that the setting cannot have.
        """
        value = setting.kind.read(setting.kind.store(value))
        before = self.get(setting)
        stored = setting.kind.store(value)
        QSettings().setValue(
            setting.key, QByteArray(stored) if isinstance(stored, bytes) else stored
        )
        if value != before:
            self.changed.emit(setting.key)

    def reset(self, setting: Setting[T]) -> None:
        """Forget what is stored, so that the default holds."""
        before = self.get(setting)
        QSettings().remove(setting.key)
        if before != setting.default:
            self.changed.emit(setting.key)

    def _stored(self, setting: Setting[Any]) -> object:
        try:
            stored = QSettings().value(setting.key)
        except Exception as error:  # a damaged value is decoded by foreign code, which raises all
            log.warning("The setting %s cannot be read (%s).", setting.key, error)
            return None
        return bytes(stored) if isinstance(stored, QByteArray) else stored


settings = Settings()

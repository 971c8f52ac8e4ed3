"""Every setting in one table, and the only door to where they are kept.

What the program remembers by itself (place, order, readers) has no page; what the reader sets has
one, and the settings dialog is made from that.
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PyQt5.QtCore import QByteArray, QObject, QSettings, pyqtSignal

from brainseg_gui.core import palette
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.view import View
from brainseg_gui.review.handover.existing import MOST_SCALE, Existing
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
    TEXT = "Text"
    START = "At start"

    @property
    def intro(self) -> str:
        """Return what the page says first."""
        return _INTROS[self]


_INTROS = {
    Page.KEYS: "Click a command, or choose it and press Return; then press its new key. It takes "
    "the place of the first one.",
    Page.BRUSH: "How the brush is when the program starts, and what a pen does to it.",
    Page.LAYERS: "How the masks are drawn over the slice; lines are as wide at every zoom. The "
    "default colours can be told apart by every colour vision; exported pictures keep those.",
    Page.TEXT: "How large everything that is written is; the slice stays as it is.",
    Page.START: "What a window shows when the program starts; one that is open stays as it is.",
}


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
COLOUR, LINE = Colour(), Real(0.6, 6, 0.2, " px")
AS_LEFT = "As it was left"
VIEWS = {View.RAW: "Raw", View.EQUALISED: "Equalised", View.CLAHE: "CLAHE"}
_VIEW_CHOICES = tuple((view.value, text) for view, text in VIEWS.items())
SLICE, LAYERS_SHOWN, WORK = "Slice", "Layers shown", "Work"  # groups
_STYLES = (
    (Layer.REFERENCE, palette.REFERENCE, 1.4),
    (Layer.PREDICTION, palette.PREDICTION, 2.0),
    (Layer.CORRECTION, palette.CORRECTION, 2.6),
)


def title(layer: Layer) -> str:
    """Return a layer as the window names it."""
    return layer.value.capitalize()


# --- what the program remembers by itself ---

GEOMETRY = Setting("geometry", Place(), b"")
BRUSH = Setting("brush", Whole(SMALLEST_BRUSH, LARGEST_BRUSH), 16)
VIEW = Setting("view", Choice(_VIEW_CHOICES), View.EQUALISED.value)
ORDER = Setting("order", Member(SortKey), SortKey.NAME)
DESCENDING = Setting("descending", Switch(), False)
EXPORT_FOLDER = Setting("export_folder", Text(), "")
EXPORT_FORMATS = Setting("export_formats", Names(), ("png",))
EXPORT_PATTERN = Setting("export_pattern", Text(), "")
EXPORT_EXISTING = Setting("export_existing", Member(Existing), Existing.REPLACE)
EXPORT_STACKS = Setting("export_stacks", Switch(), True)  # as one file each
EXPORT_SCALE = Setting("export_scale", Whole(1, MOST_SCALE), 1)
EXPORT_PSEUDONYMS = Setting("export_pseudonyms", Switch(), False)
EXPORT_KEY = Setting("export_key", Text(), "")
READER = Setting("reader", Text(), "")
READERS = Setting("readers", Names(), ())
RECENT = Setting("recent_folders", Names(), ())
AREA_BAND = Setting("area_band", Switch(), False)
MEASURES_OPEN = Setting("measures_open", Switch(), False)

# --- what the reader sets ---

KEYS = Setting("keys", Text(), "", Page.KEYS)
BRUSH_AT_START = Setting(
    "brush_at_start",
    Whole(0, LARGEST_BRUSH, " px", AS_LEFT),
    0,
    Page.BRUSH,
    "",
    "Size at start",
    "Its width in pixels of the slice; 0: as it was left",
)
PEN_PRESSURE = Setting(
    "pen_pressure",
    Switch(),
    True,
    Page.BRUSH,
    "",
    "The pressure of a pen sets the width",
    "Between half and full; without a pen it is full",
)
LAYER_COLOURS = {
    layer: Setting(f"{layer.value}_colour", COLOUR, first.hex, Page.LAYERS, title(layer), "Colour")
    for layer, first, _ in _STYLES
}
LAYER_WIDTHS = {
    layer: Setting(f"{layer.value}_width", LINE, first, Page.LAYERS, title(layer), "Line width")
    for layer, _, first in _STYLES
}
FONT_SIZE = Setting(
    "font_size",
    Whole(11, 20, " px"),
    13,
    Page.TEXT,
    "",
    "Size of text",
    "In pixels as the system scales them; headings and small print follow",
)
VIEW_AT_START = Setting(
    "view_at_start", Choice((("", AS_LEFT), *_VIEW_CHOICES)), "", Page.START, SLICE, "View"
)
SHOWN_AT_START = {
    layer: Setting(f"{layer.value}_shown", Switch(), True, Page.START, LAYERS_SHOWN, title(layer))
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
    "Go on to the next after a verdict",
    "The same as in the menu Review: counts at once",
)

SETTINGS: tuple[Setting[Any], ...] = (
    GEOMETRY,
    BRUSH,
    VIEW,
    ORDER,
    DESCENDING,
    EXPORT_FOLDER,
    EXPORT_FORMATS,
    EXPORT_PATTERN,
    EXPORT_EXISTING,
    EXPORT_STACKS,
    EXPORT_SCALE,
    EXPORT_PSEUDONYMS,
    EXPORT_KEY,
    READER,
    READERS,
    RECENT,
    KEYS,
    BRUSH_AT_START,
    PEN_PRESSURE,
    *(setting[layer] for layer in LAYER_COLOURS for setting in (LAYER_COLOURS, LAYER_WIDTHS)),
    FONT_SIZE,
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

    def __init__(self) -> None:
        super().__init__()
        self._file: QSettings | None = None  # between two of its writings to the disk

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write to the disk once for all that is put in here."""
        self._file = QSettings()
        try:
            yield
        finally:
            self._file = None

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
        before, stored = self.get(setting), setting.kind.store(value)
        if self._stored(setting) == stored:
            return  # the file is written anew for each
        (self._file or QSettings()).setValue(
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
            # A second one would write what the first has not, and once for every question.
            stored = (self._file or QSettings()).value(setting.key)
        except Exception as error:  # a damaged value is decoded by foreign code, which raises all
            log.warning("The setting %s cannot be read (%s).", setting.key, error)
            return None
        return bytes(stored) if isinstance(stored, QByteArray) else stored


settings = Settings()

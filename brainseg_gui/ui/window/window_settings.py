"""The settings of the window, from one start to the next: place, brush, view and order."""

from __future__ import annotations

from PyQt5.QtWidgets import QApplication, QMainWindow

from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.tools.brush import SIZE
from brainseg_gui.ui.tools.table import FIRST_TOOL, TOOLS, options_of
from brainseg_gui.ui.tools.tool import ToolOption
from brainseg_gui.ui.widgets.setting_kinds import Whole
from brainseg_gui.ui.widgets.settings import (
    BRUSH,
    BRUSH_AT_START,
    DESCENDING,
    GEOMETRY,
    ORDER,
    PREDICT_ON_OPENING,
    SHOWN_AT_START,
    VIEW,
    VIEW_AT_START,
    Setting,
    settings,
)

ROOMY = 1500  # screen width from which a window need not fill the screen
FIRST_SHARE = 0.92  # of the screen


def apply(window: QMainWindow, parts: Parts) -> None:
    """Set the window up as it was, or as the reader wants it at each start."""
    actions = parts.actions
    for option in options_of(TOOLS):
        parts.tools.set_option(option.name, settings.get(_setting(option)))
    parts.tools.set_option(SIZE.name, settings.get(BRUSH_AT_START) or settings.get(BRUSH))
    actions[f"tool_{FIRST_TOOL}"].trigger()
    for panel in ("list_panel", "side_panel", "strip_panel"):
        actions[panel].setChecked(True)
    actions[f"view_{settings.get(VIEW_AT_START) or settings.get(VIEW)}"].trigger()
    parts.network.predict_on_opening(settings.get(PREDICT_ON_OPENING))
    actions["auto_predict"].setChecked(parts.network.on_opening)
    for layer, shown in SHOWN_AT_START.items():
        parts.layers.show(layer, settings.get(shown))
    parts.worklist.sort(settings.get(ORDER), settings.get(DESCENDING))
    screen = QApplication.primaryScreen()
    if screen:
        available = screen.availableGeometry().size().boundedTo(window.maximumSize())
        window.resize(available * FIRST_SHARE)
    window.restoreGeometry(settings.get(GEOMETRY))


def show(window: QMainWindow) -> None:
    """Show the window where it was; the first time, or on a small screen, over all of it."""
    screen = QApplication.primaryScreen()
    small = screen is not None and screen.availableGeometry().width() < ROOMY
    if small or not settings.get(GEOMETRY):
        window.showMaximized()
    else:
        window.show()


def store(window: QMainWindow, parts: Parts) -> None:
    """Store place, brush and order."""
    order = parts.worklist.model.arrangement
    with settings.together():
        settings.put(GEOMETRY, bytes(window.saveGeometry()))
        for option in options_of(TOOLS):
            settings.put(_setting(option), parts.tools.option(option.name))
        settings.put(ORDER, order.key)
        settings.put(DESCENDING, order.descending)


def _setting(option: ToolOption) -> Setting[int]:
    """Return where a tool's option is kept, by its name."""
    return Setting(option.name, Whole(option.low, option.high), option.default)

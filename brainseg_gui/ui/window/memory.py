"""What the window remembers from one start to the next: place, brush, view and order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QApplication

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
    settings,
)

if TYPE_CHECKING:
    from brainseg_gui.ui.window.main_window import MainWindow

ROOMY = 1500  # screen width from which a window need not fill the screen
FIRST_SHARE = 0.92  # of the screen


def recall(window: MainWindow) -> None:
    """Set the window up as it was, or as the reader wants it at each start."""
    actions = window.actions_by_name
    window.editing.set_diameter(settings.get(BRUSH_AT_START) or settings.get(BRUSH))
    actions["tool_brush"].setChecked(True)
    view = settings.get(VIEW_AT_START) or settings.get(VIEW)
    actions[f"view_{view}"].setChecked(True)
    window.use_view(view)
    window.network.on_opening = settings.get(PREDICT_ON_OPENING)
    actions["auto_predict"].setChecked(window.network.on_opening)
    for layer, shown in SHOWN_AT_START.items():
        window.layers.show(layer.value, settings.get(shown))
    window.worklist.sort(settings.get(ORDER), settings.get(DESCENDING))
    screen = QApplication.primaryScreen()
    if screen:
        available = screen.availableGeometry().size().boundedTo(window.maximumSize())
        window.resize(available * FIRST_SHARE)
    window.restoreGeometry(settings.get(GEOMETRY))


def show(window: MainWindow) -> None:
    """Show the window where it was; the first time, or on a small screen, over all of it."""
    screen = QApplication.primaryScreen()
    small = screen is not None and screen.availableGeometry().width() < ROOMY
    if small or not settings.get(GEOMETRY):
        window.showMaximized()
    else:
        window.show()


def keep(window: MainWindow) -> None:
    """Remember place, brush and order."""
    settings.put(GEOMETRY, bytes(window.saveGeometry()))
    settings.put(BRUSH, window.editing.diameter)
    order = window.worklist.model.arrangement
    settings.put(ORDER, order.key)
    settings.put(DESCENDING, order.descending)


def keep_view(view: str) -> None:
    """Remember raw, equalised or CLAHE."""
    settings.put(VIEW, view)

"""What the window remembers from one start to the next: place, brush, view and order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QByteArray, QSettings
from PyQt5.QtWidgets import QApplication

from brainseg_gui.review.worklist.sorting import SortKey

if TYPE_CHECKING:
    from brainseg_gui.ui.window.main_window import MainWindow

ROOMY = 1500  # screen width from which a window need not fill the screen
FIRST_SHARE = 0.92  # of the screen
FIRST_BRUSH = 16
FIRST_VIEW = "equalised"


def recall(window: MainWindow) -> None:
    """Set the window up as it was, the first time as most want it."""
    settings, actions = QSettings(), window.actions_by_name
    window.editing.set_diameter(int(settings.value("brush", FIRST_BRUSH)))
    actions["tool_brush"].setChecked(True)
    actions["auto_predict"].setChecked(True)
    view = str(settings.value("view", FIRST_VIEW))
    if f"view_{view}" not in actions:
        view = FIRST_VIEW
    actions[f"view_{view}"].setChecked(True)
    window.use_view(view)
    order = str(settings.value("order", ""))
    if order in SortKey.__members__:
        descending = str(settings.value("descending")).lower() == "true"
        window.worklist.sort(SortKey[order], descending)
    screen = QApplication.primaryScreen()
    if screen:
        available = screen.availableGeometry().size().boundedTo(window.maximumSize())
        window.resize(available * FIRST_SHARE)
    geometry = settings.value("geometry")
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)


def show(window: MainWindow) -> None:
    """Show the window where it was; the first time, or on a small screen, over all of it."""
    screen = QApplication.primaryScreen()
    small = screen is not None and screen.availableGeometry().width() < ROOMY
    if small or not QSettings().contains("geometry"):
        window.showMaximized()
    else:
        window.show()


def keep(window: MainWindow) -> None:
    """Remember place, brush and order."""
    settings = QSettings()
    settings.setValue("geometry", window.saveGeometry())
    settings.setValue("brush", window.editing.diameter)
    order = window.worklist.model.arrangement
    settings.setValue("order", order.key.name)
    settings.setValue("descending", order.descending)


def keep_view(view: str) -> None:
    """Remember raw, equalised or CLAHE."""
    QSettings().setValue("view", view)

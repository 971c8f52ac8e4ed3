"""What the right button offers on a layer's row: its line, its fill, and it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QActionGroup, QMenu, QWidget

from brainseg_gui.core.layer import Layer
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.dialogs.dialogs import ask_colour
from brainseg_gui.ui.widgets.mnemonics import give_letters
from brainseg_gui.ui.widgets.settings import LAYER_COLOURS, LAYER_WIDTHS, settings, title

WIDTHS = (0.6, 1.0, 1.4, 2.0, 2.6, 3.6)  # pixels of the window
FILLS = (0.0, 0.12, 0.24, 0.5, 1.0)


def layer_menu(parent: QWidget, layer: Layer, layers: Layers, toggle: QAction) -> QMenu:
    """Return the menu of a layer; what is chosen counts at once, and lines are kept."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WA_DeleteOnClose)
    menu.addAction(toggle)
    menu.addAction("Only &this one", partial(layers.show_only, layer))
    menu.addSeparator()
    menu.addAction("&Colour…", partial(_choose_colour, parent, layer))
    width, kept = LAYER_WIDTHS[layer], settings.get(LAYER_WIDTHS[layer])
    _add_choices(
        menu.addMenu("Line &width"),
        ((f"{value:g} px", value == kept, partial(settings.put, width, value)) for value in WIDTHS),
    )
    now = layers.opacity(layer) if layers.filled(layer) else 0.0
    _add_choices(
        menu.addMenu("Opacity of the &fill"),
        (
            (
                f"{value:.0%}" if value else "Outline alone",
                round(value, 2) == round(now, 2),
                partial(_fill, layers, layer, value),
            )
            for value in FILLS
        ),
    )
    return menu


def _fill(layers: Layers, layer: Layer, opacity: float) -> None:
    if opacity:
        layers.set_opacity(layer, opacity)
    else:
        layers.set_filled(layer, False)


def _choose_colour(parent: QWidget, layer: Layer) -> None:
    chosen = ask_colour(parent, f"{title(layer)}: colour", settings.get(LAYER_COLOURS[layer]))
    if chosen:
        settings.put(LAYER_COLOURS[layer], chosen)


def _add_choices(menu: QMenu, choices: Iterable[tuple[str, bool, Callable[[], None]]]) -> None:
    """Add entries of which one is chosen: text, whether it is that one, what it does."""
    group = QActionGroup(menu)
    for text, chosen, choose in choices:
        action = group.addAction(text)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda _on, choose=choose: choose())
        menu.addAction(action)
    give_letters(menu)

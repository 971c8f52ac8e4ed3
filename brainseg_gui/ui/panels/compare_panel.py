"""The layers with their controls and numbers."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QContextMenuEvent
from PyQt5.QtWidgets import QAction, QGridLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from brainseg_gui.core.layer import Layer
from brainseg_gui.ui.canvas.layers import LAYERS, Layers, LayerSpec
from brainseg_gui.ui.panels.comparing.row import CompareRow, LookButtons
from brainseg_gui.ui.panels.layer_menu import layer_menu
from brainseg_gui.ui.panels.swatch import Swatch
from brainseg_gui.ui.widgets.panel_parts import OneLine, section
from brainseg_gui.ui.widgets.plain import plain
from brainseg_gui.ui.widgets.theme import FAINT, icon


class LayerRow(QWidget):
    """Eye, colour, fill and opacity of one layer, and its numbers."""

    def __init__(self, spec: LayerSpec, layers: Layers, toggle: QAction) -> None:
        super().__init__()
        self._layer, self._text, self._layers = spec.layer, spec.title, layers
        self._eye = QToolButton(checkable=True)
        self._eye.setDefaultAction(toggle)
        self._eye.setToolButtonStyle(Qt.ToolButtonIconOnly)
        self._fill = QToolButton(checkable=True)
        self._fill.setToolTip(f"{spec.title}: fill, or outline alone")
        self._fill.toggled.connect(lambda on: layers.set_filled(spec.layer, on))
        self._opacity = QSlider(Qt.Horizontal, minimum=0, maximum=100)
        self._opacity.setToolTip(f"{spec.title}: strength of the fill  (Ctrl+wheel: all)")
        self._opacity.valueChanged.connect(lambda v: layers.set_opacity(spec.layer, v / 100))
        self._toggle = toggle
        self.numbers = OneLine("—")
        self.numbers.setObjectName("faint")
        self._title, self._swatch = QLabel(), Swatch()
        self._name_key()
        toggle.changed.connect(self._name_key)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 4)
        grid.setVerticalSpacing(0)
        grid.setHorizontalSpacing(6)
        grid.addWidget(self._eye, 0, 0)
        grid.addWidget(self._swatch, 0, 1)
        grid.addWidget(self._title, 0, 2)
        grid.addWidget(self._fill, 0, 3)
        grid.addWidget(self._opacity, 0, 4)
        grid.addWidget(self.numbers, 1, 1, 1, 4)
        grid.setColumnStretch(2, 1)
        self._opacity.setFixedWidth(84)
        self.read()

    def read(self) -> None:
        """Show the layer's state, without echoing it back."""
        shown, filled = self._layers.shown(self._layer), self._layers.filled(self._layer)
        self._toggle.setChecked(shown)
        self._toggle.setIcon(
            icon("mdi6.eye" if shown else "mdi6.eye-off", "#d6d7d9" if shown else FAINT)
        )
        for widget in (self._fill, self._opacity):
            widget.blockSignals(True)
        self._fill.setChecked(filled)
        self._fill.setIcon(icon("mdi6.format-color-fill" if filled else "mdi6.vector-square"))
        self._opacity.setValue(round(100 * self._layers.opacity(self._layer)) if filled else 0)
        self._opacity.setEnabled(not self._layers.outline_only)
        for widget in (self._fill, self._opacity):
            widget.blockSignals(False)
        self._swatch.show_style(self._layers.style(self._layer))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be changed of the layer, by the right button or the menu key."""
        layer_menu(self, self._layer, self._layers, self._toggle).popup(event.globalPos())

    def _name_key(self) -> None:
        key = self._toggle.shortcut().toString()
        self._title.setText(f"{self._text}  <span style='color:{FAINT}'>{key}</span>")


class ComparePanel(QWidget):
    """The three layers with their controls, area and Dice, and which two masks are compared."""

    def __init__(self, layers: Layers, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        layout = section(self, "Compare", LookButtons(actions))
        self._rows = {
            spec.layer: LayerRow(spec, layers, actions[f"toggle_{spec.layer.value}"])
            for spec in LAYERS
        }
        for row in self._rows.values():
            layout.addWidget(row)
        self.row = CompareRow()
        layout.addWidget(self.row)
        self._place = layout.count()  # of what is said of the two masks
        self._warning = QLabel(textFormat=Qt.PlainText)
        self._warning.setObjectName("warning")
        self._warning.setWordWrap(True)
        self._warning.setAlignment(Qt.AlignTop)
        # Its two lines are always there, so that no button moves when they are needed.
        self._warning.setMinimumHeight(2 * self._warning.fontMetrics().lineSpacing() + 4)
        layout.addWidget(self._warning)
        layers.changed.connect(self.read)

    def read(self) -> None:
        """Show the state of every layer."""
        for row in self._rows.values():
            row.read()

    def set_numbers(self, layer: Layer, text: str, meaning: str = "") -> None:
        """Show a layer's measures; what they mean is in the tooltip."""
        numbers = self._rows[layer].numbers
        numbers.setText(text or "—")
        if meaning:
            numbers.setToolTip(plain(f"{text}\n{meaning}"))

    def add(self, widget: QWidget) -> None:
        """Put a part under the row of the two masks."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(self._place, widget)

    def warn(self, text: str) -> None:
        """Show what limits the numbers, or nothing."""
        self._warning.setText(text)

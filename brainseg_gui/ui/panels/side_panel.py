"""The right side, in the order of the work: display, compare, correct, network, decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QAction,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.ui.canvas.layers import LAYERS, Layers, LayerSpec
from brainseg_gui.ui.panels.histogram import WindowControl
from brainseg_gui.ui.widgets.panel_parts import OneLine, action_button, section
from brainseg_gui.ui.widgets.theme import icon

SCROLL_BAR = 12
HISTOGRAM = 44  # all panels fit on a screen of 768 rows


class DisplayPanel(QWidget):
    """Which view of the slice, and its window."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, text in (
            ("view_raw", "Raw"),
            ("view_equalised", "Equalised"),
            ("view_clahe", "CLAHE"),
        ):
            row.addWidget(action_button(actions[name], text))
        row.addStretch()
        row.addWidget(action_button(actions["auto_contrast"], "Auto"))
        self.window_control = WindowControl()
        self.window_control.histogram.setMinimumHeight(HISTOGRAM)
        layout = section(self, "Display")
        layout.addLayout(row)
        layout.addWidget(self.window_control)


class LayerRow(QWidget):
    """Eye, colour, fill and opacity of one layer, and its numbers."""

    def __init__(self, spec: LayerSpec, layers: Layers, toggle: QAction) -> None:
        super().__init__()
        self._name, self._layers = spec.name, layers
        self._eye = QToolButton(checkable=True)
        self._eye.setDefaultAction(toggle)
        self._eye.setToolButtonStyle(Qt.ToolButtonIconOnly)
        self._fill = QToolButton(checkable=True)
        self._fill.setToolTip(f"{spec.title}: fill, or outline alone")
        self._fill.toggled.connect(lambda on: layers.set_filled(spec.name, on))
        self._opacity = QSlider(Qt.Horizontal, minimum=0, maximum=100)
        self._opacity.setToolTip(f"{spec.title}: strength of the fill  (Ctrl+wheel: all)")
        self._opacity.valueChanged.connect(lambda v: layers.set_opacity(spec.name, v / 100))
        self._toggle = toggle
        self.numbers = QLabel("—")
        self.numbers.setObjectName("faint")
        title = QLabel(
            f"{spec.title}  <span style='color:#8b8e94'>{toggle.shortcut().toString()}</span>"
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 4)
        grid.setVerticalSpacing(0)
        grid.setHorizontalSpacing(6)
        grid.addWidget(self._eye, 0, 0)
        grid.addWidget(_swatch(spec), 0, 1)
        grid.addWidget(title, 0, 2)
        grid.addWidget(self._fill, 0, 3)
        grid.addWidget(self._opacity, 0, 4)
        grid.addWidget(self.numbers, 1, 1, 1, 4)
        grid.setColumnStretch(2, 1)
        self._opacity.setFixedWidth(84)
        self.read()

    def read(self) -> None:
        """Show the layer's state, without echoing it back."""
        shown, filled = self._layers.shown(self._name), self._layers.filled(self._name)
        self._toggle.setChecked(shown)
        self._toggle.setIcon(
            icon("mdi6.eye" if shown else "mdi6.eye-off", "#d6d7d9" if shown else "#6b6e74")
        )
        for widget in (self._fill, self._opacity):
            widget.blockSignals(True)
        self._fill.setChecked(filled)
        self._fill.setIcon(icon("mdi6.format-color-fill" if filled else "mdi6.vector-square"))
        self._opacity.setValue(round(100 * self._layers.opacity(self._name)))
        self._opacity.setEnabled(filled and not self._layers.outline_only)
        for widget in (self._fill, self._opacity):
            widget.blockSignals(False)


class ComparePanel(QWidget):
    """The three layers with their controls, area and Dice."""

    def __init__(self, layers: Layers, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        layout = section(self, "Compare")
        self._rows = {
            spec.name: LayerRow(spec, layers, actions[f"toggle_{spec.name}"]) for spec in LAYERS
        }
        for row in self._rows.values():
            layout.addWidget(row)
        self._warning = QLabel()
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

    def set_numbers(self, name: str, text: str) -> None:
        """Show a layer's measures."""
        self._rows[name].numbers.setText(text or "—")

    def warn(self, text: str) -> None:
        """Show what limits the numbers, or nothing."""
        self._warning.setText(text)


class ModelPanel(QWidget):
    """What the network says of this slice, and the folder under way."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.state = OneLine("No network")
        self.state.setObjectName("faint")
        self.result = QLabel()
        self.result.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.hide()
        self.remaining = QLabel()
        self.remaining.setObjectName("faint")
        self.remaining.hide()
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, text in (
            ("predict", "Predict"),
            ("predict_all", "Predict folder"),
            ("cancel", "Cancel"),
        ):
            row.addWidget(action_button(actions[name], text))
        row.addStretch()
        row.addWidget(action_button(actions["model_card"], "Card"))
        layout = section(self, "Network")
        layout.addWidget(self.state)
        layout.addLayout(row)
        layout.addWidget(self.result)
        layout.addWidget(self.progress)
        layout.addWidget(self.remaining)

    def show_progress(self, done: int, total: int, per_second: float) -> None:
        """Show how far the folder is, its rate and the time that remains."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        seconds = (total - done) / per_second if per_second else 0
        self.remaining.setText(
            f"{done} of {total} · {per_second:.1f} slices/s · {duration(seconds)} left"
        )
        self.progress.show()
        self.remaining.show()

    def end_progress(self) -> None:
        """Take the progress away."""
        self.progress.hide()
        self.remaining.hide()


class CorrectionPanel(QWidget):
    """Where the correction starts from, and its end."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, text in (
            ("start_prediction", "Prediction"),
            ("start_reference", "Reference"),
            ("start_nothing", "Nothing"),
        ):
            row.addWidget(action_button(actions[name], text))
        row.addStretch()
        row.addWidget(action_button(actions["discard"], "Discard"))
        layout = section(self, "Correct, starting from")
        layout.addLayout(row)


class SidePanel(QWidget):
    """Panels one under the other, or the history in their place; the decision is always there.

    Parameters
    ----------
    panels : sequence of QWidget
        Scroll where the screen is low.
    history : QWidget
    decision : QWidget
    """

    def __init__(self, panels: Sequence[QWidget], history: QWidget, decision: QWidget) -> None:
        super().__init__()
        scrolling = _scrolling(panels)
        self._pages = QStackedWidget()
        self._pages.addWidget(scrolling)
        self._pages.addWidget(history)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        layout.addWidget(decision)
        self.setFixedWidth(max(scrolling.width(), decision.sizeHint().width()))

    def show_history(self, on: bool) -> None:
        """Show the history, or the panels again."""
        self._pages.setCurrentIndex(1 if on else 0)


def _scrolling(panels: Sequence[QWidget]) -> QScrollArea:
    inside = QWidget()
    layout = QVBoxLayout(inside)
    layout.setContentsMargins(10, 4, 6, 4)
    layout.setSpacing(6)
    for panel in panels:
        layout.addWidget(panel)
    layout.addStretch()
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
    # Room for the scroll bar: without it, the right edge of every row would go under.
    area.setFixedWidth(inside.sizeHint().width() + SCROLL_BAR)
    return area


def duration(seconds: float) -> str:
    """Return a time as people say it.

    Examples
    --------
    >>> duration(42), duration(75), duration(3700)
    ('42 s', '1 min 15 s', '1 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _swatch(spec: LayerSpec) -> QLabel:
    """Return the layer's line as it is drawn: colour and dashes."""
    dashed = spec.style.line == Qt.DashLine
    line, width = "dashed" if dashed else "solid", round(spec.style.width + 0.4)
    label = QLabel()
    label.setFixedSize(22, 10)
    label.setStyleSheet(
        f"border: none; border-top: {width}px {line} {spec.style.colour}; margin-top: 4px;"
    )
    return label

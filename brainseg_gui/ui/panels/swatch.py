"""A layer's line as the slice shows it: colour, dashes, width."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel

from brainseg_gui.ui.canvas.mask_item import LayerStyle

SIZE = (22, 10)  # pixels
WIDEST = SIZE[1] - 2


class Swatch(QLabel):
    """Shows one line."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(*SIZE)
        self._style: LayerStyle | None = None

    def show_style(self, style: LayerStyle) -> None:
        """Show another line."""
        if style == self._style:
            return  # a style sheet is read anew each time, which takes long
        self._style = style
        line = "dashed" if style.line == Qt.DashLine else "solid"
        width = min(round(style.width + 0.4), WIDEST)
        above = (SIZE[1] - width) // 2
        self.setStyleSheet(
            f"border: none; border-top: {width}px {line} {style.colour}; margin-top: {above}px;"
        )

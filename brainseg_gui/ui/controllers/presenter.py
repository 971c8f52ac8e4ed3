"""Brings the open slice to the screen: picture, layers, caption, numbers, read-out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PyQt5.QtCore import QObject

from brainseg_gui.review.session import OpenSlice
from brainseg_gui.ui.canvas.layers import LAYERS
from brainseg_gui.ui.canvas.slice_view import SliceView
from brainseg_gui.ui.controllers.measures import show_measures

if TYPE_CHECKING:
    from brainseg_gui.ui.window.main_window import MainWindow


class Presenter(QObject):
    """Reads the session and writes into the window's parts; it changes no data."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._percent: np.ndarray | None = None

    def show_nothing(self) -> None:
        """Empty the canvas: another data set is open, or the slice cannot be read."""
        self._window.canvas.clear()
        for spec in LAYERS:
            self._window.layers.set_mask(spec.name, None)
        self._percent = None
        self.refresh()

    def show_slice(self, current: OpenSlice, view: SliceView) -> None:
        """Show another slice, or another view of it."""
        window = self._window
        window.display.show(view)
        window.layers.set_mask("reference", current.slice.reference)
        self._show_prediction_mask()
        window.editing.show()  # ends in refresh
        window.network.slice_shown()

    def show_prediction(self) -> None:
        """Show what the network says of the slice on the screen."""
        self._show_prediction_mask()
        self.refresh()

    def show_broken(self, path: Path, reason: str) -> None:
        """Say why the chosen row has no picture."""
        self.show_nothing()
        self._window.canvas.caption = f"{path.name} cannot be read:\n{reason}"
        self._window.canvas.viewport().update()

    def show_pixel(self, pixel: tuple[int, int] | None) -> None:
        """Say what lies under the mouse."""
        current = self._window.data_set.session.current
        if pixel is None or current is None or not _inside(pixel, current.slice.shape):
            self._window.status.show_pixel(None, None, None)
            return
        chance = None if self._percent is None else int(self._percent[pixel])
        self._window.status.show_pixel(pixel, float(current.slice.pixels[pixel]), chance)

    def refresh(self) -> None:
        """Write caption, numbers and read-out of the slice on the screen anew."""
        window = self._window
        session, spacing = window.data_set.session, window.data_set.spacing_mm
        current = session.current
        window.canvas.can_paint = (
            current is not None and not session.read_only and window.preview.shown is None
        )
        window.deciding.show()
        window.canvas.spacing_mm = spacing
        window.canvas.caption = _caption(current) if current else ""
        window.status.show_slice(current, spacing)
        show_measures(window.data_set, window.network.card, window.compare, window.model_panel)
        self.show_pixel(window.canvas.pixel)
        window.refresh_actions()
        window.canvas.viewport().update()

    def _show_prediction_mask(self) -> None:
        current = self._window.data_set.session.current
        view = self._window.data_set.shelf.get(current.slice.digest) if current else None
        self._window.layers.set_mask("prediction", view.mask if view else None)
        self._percent = view.percent if view else None


def _inside(pixel: tuple[int, int], shape: tuple[int, int]) -> bool:
    """The mouse may rest where the slice before was larger."""
    return pixel[0] < shape[0] and pixel[1] < shape[1]


def _caption(current: OpenSlice) -> str:
    parts = [current.name]
    if current.slice.patient:
        parts.append(f"patient {current.slice.patient}")
    if current.slice.tumour:
        parts.append(current.slice.tumour.text)
    return "  ·  ".join(parts)

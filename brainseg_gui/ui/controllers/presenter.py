"""Brings what is on the screen to the screen: picture, layers, caption, numbers, read-out."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import patient_group
from brainseg_gui.core.text import shown
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.display import Display
from brainseg_gui.ui.controllers.measures import Measures
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.panels.status_bar import StatusBar


class Presenter(QObject):
    """Hears what changed and writes only that; it changes no data."""

    def __init__(
        self,
        screen: Screen,
        canvas: Canvas,
        layers: Layers,
        display: Display,
        measures: Measures,
        status: StatusBar,
    ) -> None:
        super().__init__()
        self._screen, self._canvas, self._layers = screen, canvas, layers
        self._display, self._measures, self._status = display, measures, status
        self._patient = ""  # of the slice shown last, be there one now or not
        screen.changed.connect(self._show)
        screen.settled.connect(self._say)
        canvas.pointed_at.connect(self._show_pixel)

    def show_broken(self, path: Path, reason: str) -> None:
        """Say why the chosen row has no picture."""
        self._canvas.caption = f"{shown(path.name)} cannot be read:\n{reason}"
        self._canvas.viewport().update()

    def _show(self, now: OnScreen | None, before: OnScreen | None) -> None:
        if now is None:
            self._show_nothing()
        else:
            self._show_picture(now, before)
            self._show_layers(now, before)

    def _say(self, now: OnScreen | None, before: OnScreen | None) -> None:
        if now is None:
            self._status.show_slice("", None, None)
        else:
            if before is None or now.view is not before.view:
                self._display.show_values(now.view)
            if before is None or (now.view, now.spacing_mm) != (before.view, before.spacing_mm):
                self._status.show_slice(now.name, now.slice.shape, now.spacing_mm)
        self._measures.show(now, before)
        self._show_pixel(self._canvas.hand.pixel)

    def _show_nothing(self) -> None:
        self._canvas.clear()
        self._canvas.caption = ""
        for layer in (Layer.REFERENCE, Layer.PREDICTION, Layer.CORRECTION):
            self._layers.set_mask(layer, None)
        self._canvas.viewport().update()

    def _show_picture(self, now: OnScreen, before: OnScreen | None) -> None:
        if before is None or now.view is not before.view:
            self._keep_or_fit(now.slice.patient)
            self._display.show(now.view)
        if before is None or (now.view, now.spacing_mm) != (before.view, before.spacing_mm):
            self._canvas.caption = _caption(now)
            self._canvas.spacing_mm = now.spacing_mm
            self._canvas.viewport().update()

    def _keep_or_fit(self, patient: str) -> None:
        """Keep zoom and position within a patient; another one's slice is shown whole at first.

        Of a slice that names no patient nobody knows that it is another's.
        """
        group = patient_group(patient)
        if group and self._patient and group != self._patient:
            self._canvas.forget_view()
        self._patient = group

    def _show_layers(self, now: OnScreen, before: OnScreen | None) -> None:
        if before is None or (
            (now.view, now.reference_hidden) != (before.view, before.reference_hidden)
        ):
            reference = now.layer(Layer.REFERENCE)
            outline = None if reference is None else now.view.outline
            self._layers.set_mask(Layer.REFERENCE, reference, outline)
        if before is None or now.prediction is not before.prediction:
            said = now.prediction
            self._layers.set_mask(
                Layer.PREDICTION, said.mask if said else None, said.outline if said else None
            )
        if before is None or now.correction is not before.correction:
            self._layers.set_mask(Layer.CORRECTION, now.correction)

    def _show_pixel(self, pixel: tuple[int, int] | None) -> None:
        """Say what lies under the mouse, which may rest where the slice before was larger."""
        now = self._screen.now
        if pixel is None or now is None or not _inside(pixel, now.slice.shape):
            self._status.show_pixel(None, None, None)
            return
        percent = now.prediction.percent if now.prediction else None
        chance = None if percent is None else int(percent[pixel])
        self._status.show_pixel(pixel, float(now.slice.pixels[pixel]), chance)


def _inside(pixel: tuple[int, int], shape: tuple[int, int]) -> bool:
    return pixel[0] < shape[0] and pixel[1] < shape[1]


def _caption(now: OnScreen) -> str:
    parts = [now.name]
    if now.slice.patient:
        parts.append(f"patient {now.slice.patient}")
    if now.slice.tumour:
        parts.append(now.slice.tumour.text)
    return "  ·  ".join(parts)

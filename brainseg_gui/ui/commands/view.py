"""What the commands of the View menu do."""

from __future__ import annotations

from functools import reduce

import numpy as np

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.measures.head import head_side
from brainseg_gui.core.view import View
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.canvas.canvas import ZOOM_STEP
from brainseg_gui.ui.commands.turning import Turning
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.widgets.settings import LAYER_COLOURS, VIEW, settings


class ViewCommands:
    """Contrast, layers, zoom, panels, pixel size."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._layers, self._canvas = parts.layers, parts.canvas
        self._turning = Turning(parts)

    def view_raw(self, _on: bool) -> None:
        """Intensities as they are."""
        self.use_view(View.RAW)

    def view_equalised(self, _on: bool) -> None:
        """Histogram equalised."""
        self.use_view(View.EQUALISED)

    def view_clahe(self, _on: bool) -> None:
        """Equalised locally."""
        self.use_view(View.CLAHE)

    def use_view(self, view: View) -> None:
        """Show a view of the slices, now and at the next start."""
        self._parts.display.choose(view)
        self._parts.slices.set_view(view)
        settings.put(VIEW, view.value)

    def auto_contrast(self) -> None:
        """Fit window and level to the slice."""
        self._parts.display.auto_contrast()

    def toggle_reference(self, on: bool) -> None:
        """Open or close the reference's eye."""
        self._layers.show(Layer.REFERENCE, on)

    def toggle_prediction(self, on: bool) -> None:
        """Open or close the prediction's eye."""
        self._layers.show(Layer.PREDICTION, on)

    def toggle_correction(self, on: bool) -> None:
        """Open or close the correction's eye."""
        self._layers.show(Layer.CORRECTION, on)

    def swap_reference(self) -> None:
        """Flicker between prediction and reference."""
        self._layers.swap()

    def hide_layers(self, on: bool) -> None:
        """Hide or show all layers; holding the key is seen by the window's `PeekKey`."""
        self._layers.hide_all(on)

    def outline_only(self, on: bool) -> None:
        """Fills off."""
        self._layers.set_outline_only(on)

    def fit(self) -> None:
        """Show the whole slice."""
        self._canvas.fit()

    def zoom_to_mask(self) -> None:
        """Show what there is of masks, except those that are not to be seen."""
        now = self._parts.screen.now
        if now is None:
            return
        shown = (now.layer(layer) for layer in LAYER_COLOURS if self._layers.shown(layer))
        boxes = [box for mask in shown if mask is not None and (box := box_of(mask))]
        if boxes:
            self._canvas.show_box(reduce(Box.joined_with, boxes))
        else:
            self._parts.notice.tell("There is no mask to zoom to.")

    def actual_size(self) -> None:
        """One to one."""
        self._canvas.show_actual_size()

    def zoom_in(self) -> None:
        """Zoom in about the middle."""
        self._canvas.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Zoom out about the middle."""
        self._canvas.zoom(1 / ZOOM_STEP)

    def turn_upright(self) -> None:
        """Turn the slice as its border says, or back, and the others that lie like it."""
        self._turning.ask()

    def diameters(self, on: bool) -> None:
        """Draw the diameters of the mask, or leave them out."""
        self._parts.drawn.show(on)

    def area_band(self, on: bool) -> None:
        """Draw the lines at p 0.3 and 0.7, or leave them out."""
        self._parts.band_lines.show(on)

    def probability_view(self, on: bool) -> None:
        """Show the probability of each pixel, or the slice alone."""
        self._parts.probability_view.show(on)

    def network_input(self, _on: bool) -> None:
        """Show the next channel of the network's input, after the last one the slice."""
        self._parts.network_input.step()

    def plane(self) -> None:
        """Choose the plane in which volumes are cut."""
        self._parts.planes.ask()

    def mask_classes(self) -> None:
        """Say which classes of masks are tumour."""
        self._parts.mask_classes.ask()

    def list_panel(self, on: bool) -> None:
        """Show the worklist, or fold it away."""
        self._parts.worklist.setVisible(on)

    def side_panel(self, on: bool) -> None:
        """Show the panels, or fold them away."""
        self._parts.side_panel.setVisible(on)

    def strip_panel(self, on: bool) -> None:
        """Show the patient's other slices, or fold them away."""
        self._parts.strip.unfold(on)

    def pixel_size(self) -> None:
        """Ask for the pixel size of the data set and keep it with the review."""
        data_set = self._parts.data_set
        now = self._parts.screen.now
        mask_px = 0 if now is None else int(np.count_nonzero(now.mask))
        head_px = 0 if now is None else head_side(now.slice.pixels)
        spacing = data_set.session.spacing_mm
        size = dialogs.ask_pixel_size(self._canvas.window(), spacing, mask_px, head_px)
        if size is None:
            return
        try:
            data_set.declare_spacing(size)
        except StoreError as error:
            self._parts.notice.warn(str(error))

"""A in the slice's own view, B in a second one beside it."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QRectF, QTimer
from PyQt5.QtWidgets import QHBoxLayout, QWidget

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.pieces import Only
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.compare.side_view import Link, SideView
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.comparing.comparing import Comparing
from brainseg_gui.ui.controllers.comparing.comparison import Comparison, Work
from brainseg_gui.ui.controllers.comparing.side_pair import SidePair
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen

NOTHING = "There is no second mask here."


class Beside(QObject):
    """Opens and fills the second view; the tools go on in the first one.

    Parameters
    ----------
    place : QWidget
        Where the second view goes; empty and hidden until then.
    """

    def __init__(
        self,
        screen: Screen,
        canvas: Canvas,
        layers: Layers,
        comparing: Comparing,
        pair: SidePair,
        place: QWidget,
    ) -> None:
        super().__init__(pair)
        self._screen, self._canvas, self._layers = screen, canvas, layers
        self._comparing, self._pair, self._place = comparing, pair, place
        self._view: SideView | None = None
        self._work: Work | None = None
        self.on = False
        screen.changed.connect(self._on_screen)
        comparing.changed.connect(self._on_comparison)
        layers.changed.connect(self._on_layers)
        canvas.image.levelled.connect(self._on_levels)

    def start(self) -> None:
        """Show the second view."""
        if self._view is None:
            self._view = self._make()
        self.on = True
        self._place.show()
        self._comparing.use("side_by_side", True)
        self._on_screen(self._screen.now, None)
        self._on_comparison(self._comparing.now)

    def end(self) -> None:
        """Put the second view away; the slice has all the room again."""
        if self.on:
            self._work = None
            whole = _shows_all(self._canvas)
            self.on = False
            self._place.hide()
            self._pair.end()
            self._comparing.use("side_by_side", False)
            if whole:
                QTimer.singleShot(0, self._canvas.fit)  # once it has its room

    def _make(self) -> SideView:
        view = SideView()
        layout = QHBoxLayout(self._place)
        layout.setContentsMargins(2, 0, 0, 0)
        layout.addWidget(view)
        Link(self._canvas, view)
        for mine, main in (
            (view.levels_held, self._canvas.levels_held),
            (view.levels_dragged, self._canvas.levels_dragged),
            (view.levels_reset, self._canvas.levels_reset),
            (view.opacity_turned, self._canvas.opacity_turned),
        ):
            mine.connect(main)
        return view

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        """Show the picture of the slice's own view."""
        if not self.on or self._view is None:
            return
        if now is None:
            self._view.clear()
        elif before is None or now.view is not before.view:
            self._view.show_image(now.view.shown, self._canvas.image.levels)
            self._view.spacing_mm = now.spacing_mm

    def _on_levels(self) -> None:
        if self.on and self._view is not None and self._view.image.image is not None:
            self._view.image.setLevels(self._canvas.image.levels)

    def _on_comparison(self, comparison: Comparison | None) -> None:
        if not self.on or self._view is None:
            return
        if comparison is None:
            self._pair.end()
            self._view.show_mask(None)
            self._view.caption = NOTHING
        else:
            painted = comparison.work == self._work and not self._pair.intact
            self._work = comparison.work
            self._pair.show(comparison, {Only.A: None})
            if painted:  # who paints goes on to see it, whatever A is
                self._layers.uncover(Layer.CORRECTION)
            edited = comparison.b.layer is Layer.CORRECTION
            self._view.show_mask(comparison.mask_b, edited=edited)
            self._view.caption = f"B · {comparison.b.name}"
        self._on_layers()
        self._view.viewport().update()

    def _on_layers(self) -> None:
        """Draw B as the layers say."""
        comparison = self._comparing.now
        if not self.on or self._view is None or comparison is None:
            return
        layer, layers = comparison.b.layer, self._layers
        is_layer = comparison.b.is_layer
        filled = is_layer and layers.filled(layer) and not layers.outline_only
        self._view.show_as(
            self._pair.style(comparison, Only.B),
            fill=layers.opacity(layer) if filled else 0.0,
            hidden=layers.hidden,
        )


def _shows_all(canvas: Canvas) -> bool:
    """Tell whether the whole slice is seen."""
    height, width = canvas.shape or (1, 1)
    return bool(canvas.view.viewRect().contains(QRectF(0, 0, width, height)))

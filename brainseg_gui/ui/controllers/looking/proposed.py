"""A mask that could be taken, outlined over the slice; nothing is changed by it."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.overlay_item import OverlayItem
from brainseg_gui.ui.tools.tool import Overlay


class Proposed:
    """Outlines a mask, and says what would become of the one that there is."""

    def __init__(self, canvas: Canvas) -> None:
        self._item = OverlayItem()
        canvas.view.addItem(self._item, ignoreBounds=True)

    def show(self, made: Mask, mask: Mask) -> str:
        """Outline an (H, W) mask where it differs from the one in use; return both areas."""
        from brainseg_gui.core.masks.outline import contours  # not at the start: it brings SciPy

        changes = box_of(made != mask) is not None
        lines = contours(made) if changes else ()
        points = tuple(tuple(map(tuple, line.tolist())) for line in lines)
        self._item.show_overlay(Overlay(lines=points))
        before, after = int(np.count_nonzero(mask)), int(np.count_nonzero(made))
        return f"{before} px becomes {after} px" if changes else "changes nothing"

    def hide(self) -> None:
        """Show nothing."""
        self._item.show_overlay(Overlay())

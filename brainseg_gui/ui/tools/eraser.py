"""Take pixels off the correction."""

from __future__ import annotations

from brainseg_gui.ui.tools.brush import Brush


class Eraser(Brush):
    """A brush that always erases."""

    erases = True

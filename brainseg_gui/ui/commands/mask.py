"""What the commands of the Mask menu do, besides the operations."""

from __future__ import annotations

from brainseg_gui.ui.controllers.parts import Parts


class MaskCommands:
    """Masks of the patient's other slices."""

    def __init__(self, parts: Parts) -> None:
        self._neighbours, self._fill = parts.neighbours, parts.fill
        self._copying = parts.copying
        self._measures = parts.stack_measures

    def copy_previous(self) -> None:
        """Take that of the slice before."""
        self._neighbours.copy(-1)

    def copy_next(self) -> None:
        """Take that of the slice after."""
        self._neighbours.copy(1)

    def copy_other(self) -> None:
        """Have the slice chosen whose mask is taken."""
        self._copying.ask()

    def fill_between(self) -> None:
        """Take the shape between the corrected slices of the stack."""
        self._fill.fill()

    def measure_stack(self) -> None:
        """Say the measures of the stack in three dimensions."""
        self._measures.measure()

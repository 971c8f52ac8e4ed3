"""What the commands of the Help menu do."""

from __future__ import annotations

from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.dialogs import dialogs


class HelpCommands:
    """Pages of text."""

    def __init__(self, parts: Parts) -> None:
        self._canvas = parts.canvas

    def shortcuts(self) -> None:
        """Show all keys."""
        dialogs.show_keys(self._canvas.window())

    def about(self) -> None:
        """Show version and licence."""
        dialogs.show_about(self._canvas.window())

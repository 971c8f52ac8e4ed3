"""What the commands of the Edit menu do, besides choosing a tool."""

from __future__ import annotations

from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.dialogs.settings_dialog import SettingsDialog


class EditCommands:
    """Undo and redo, the size of what the tool draws with, and the settings."""

    def __init__(self, parts: Parts) -> None:
        self._editing, self._tools = parts.editing, parts.tools
        self._asks = parts.canvas  # beside which the settings are shown

    def undo(self) -> None:
        """Take back the last step of this slice."""
        self._editing.undo()

    def redo(self) -> None:
        """Repeat the last step taken back."""
        self._editing.redo()

    def brush_smaller(self) -> None:
        """One step smaller."""
        self._tools.turn(-1)

    def brush_larger(self) -> None:
        """One step larger."""
        self._tools.turn(1)

    def settings(self) -> None:
        """Show the settings."""
        SettingsDialog(self._asks.window()).open()

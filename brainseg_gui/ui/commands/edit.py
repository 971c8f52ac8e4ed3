"""What the commands of the Edit menu do, besides choosing a tool."""

from __future__ import annotations

from PyQt5.QtGui import QPixmap
from PyQt5.QtWidgets import QApplication

from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.controllers.parts import Parts


class EditCommands:
    """Undo and redo, the size of what the tool draws with, and the settings."""

    def __init__(self, parts: Parts) -> None:
        self._editing, self._tools, self._screen = parts.editing, parts.tools, parts.screen
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

    def copy_picture(self) -> None:
        """Put what is shown on the clipboard."""
        QApplication.clipboard().setPixmap(_picture(self._asks))

    def copy_position(self) -> None:
        """Put the pixel that the mouse was over on the clipboard."""
        now, pixel = self._screen.now, self._asks.hand.last_pixel
        if now is None or pixel is None:
            return
        row, column = pixel
        if row >= now.slice.shape[0] or column >= now.slice.shape[1]:
            return  # it was of a larger slice
        value = f"{float(now.slice.pixels[pixel]):g}"
        QApplication.clipboard().setText(f"x {column}  y {row}  value {value}")

    def settings(self) -> None:
        """Show the settings."""
        from brainseg_gui.ui.dialogs.settings_dialog import SettingsDialog  # not at the start

        SettingsDialog(self._asks.window()).open()


def _picture(canvas: Canvas) -> QPixmap:
    """Return what is shown, without the caption: it names file and patient."""
    caption, canvas.caption = canvas.caption, ""
    canvas.overlay.hide()
    picture = canvas.viewport().grab()
    canvas.overlay.show()
    canvas.caption = caption
    return picture

"""Move the slice."""

from __future__ import annotations

from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.tool import Cursor, DragTool, Overlay, Port


class Pan(DragTool):
    """Drag to move; what was under the mouse stays under it."""

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Bring what lay under the mouse at first to where it is now."""
        port.move_view(start.point, event.point)
        return self.rest(port, event) if isinstance(event, Release) else CLOSED

    def rest(self, port: Port, event: Pointer) -> Overlay:
        """Show a hand that can close."""
        return OPEN


OPEN, CLOSED = Overlay(cursor=Cursor.OPEN_HAND), Overlay(cursor=Cursor.CLOSED_HAND)

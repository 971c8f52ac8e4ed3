"""Move the slice."""

from __future__ import annotations

from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.tool import Cursor, DragTool, Overlay, Port

CLOSED = Overlay(cursor=Cursor.CLOSED_HAND)


class Pan(DragTool):
    """Drag to move; what was under the mouse stays under it."""

    idle = Overlay(cursor=Cursor.OPEN_HAND)

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Bring what lay under the mouse at first to where it is now."""
        if isinstance(event, Release):
            return self.idle
        port.move_view(start.point, event.point)
        return CLOSED

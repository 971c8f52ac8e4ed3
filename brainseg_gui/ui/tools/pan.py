"""Move the slice."""

from __future__ import annotations

from brainseg_gui.ui.tools.events import DoubleClick, Pointer, Press, Release
from brainseg_gui.ui.tools.tool import Cursor, DragTool, Overlay, Port

CLOSED = Overlay(cursor=Cursor.CLOSED_HAND)


class Pan(DragTool):
    """Drag to move, what was under the mouse stays under it; a double click fits."""

    idle = Overlay(cursor=Cursor.OPEN_HAND)

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Bring what lay under the mouse at first to where it is now."""
        if isinstance(event, Release):
            return self.idle
        if isinstance(start, DoubleClick):
            if event is start:
                port.fit_view()
            return self.idle  # a hand that trembles must not move what was just fitted
        port.move_view(start.point, event.point)
        return CLOSED

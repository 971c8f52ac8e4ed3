"""Start the program as `brainseg-gui` does; its window says when it was painted, and closes."""

from __future__ import annotations

import gc
import sys
from typing import Any

from brainseg_gui.cli import gui


def main() -> int:
    """Run with the options of `brainseg-gui`."""
    gc.disable()  # as `gui.main` does, which this import comes before
    from brainseg_gui.ui import app
    from tests.benchmarks.children.first_paint import announce_first_paint

    class Announcing(app.MainWindow):  # type: ignore[misc]
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            announce_first_paint(self)

    # Not by a mock: its import takes a twentieth of the start that is timed.
    app.MainWindow = Announcing  # type: ignore[assignment, misc]
    return gui.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

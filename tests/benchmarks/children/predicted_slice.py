"""The program with a slice and its prediction on the screen; prints the ids of its processes."""

from __future__ import annotations

import sys
from typing import Any
from unittest.mock import patch

from PyQt5.QtCore import QTimer

from brainseg_gui.cli import gui
from brainseg_gui.files import reading
from brainseg_gui.ui import app

SETTLE_MS = 1500  # until neighbours are prefetched and the indexer is through


class Announcing(app.MainWindow):  # type: ignore[misc]
    """Says so when the first prediction was on the screen for a while."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._announce)
        self.parts.network.answered.connect(self._settle.start)

    def _announce(self) -> None:
        predictor = self.parts.network.predictor
        assert predictor is not None
        print(predictor.client.pid, *reading.door().pids, flush=True)


def main() -> int:
    """Run with the options of `brainseg-gui`, until the process is ended."""
    with patch.object(app, "MainWindow", Announcing):
        return gui.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

"""A real `brainseg-gui` that paints by itself: `python painter.py FOLDER`, to be killed.

It paints one stroke, says `painted` and which mask that made, presses the button for a second
one, says `drawing`, and stays like that.
"""

from __future__ import annotations

import hashlib
import sys

import numpy as np
from PyQt5.QtCore import QEvent, Qt, QTimer
from PyQt5.QtWidgets import QApplication

from brainseg_gui.cli.gui import main
from brainseg_gui.ui.app import make_application
from brainseg_gui.ui.window.main_window import MainWindow
from tests.ui.hands import Hands

FIRST = [(30, 30), (30, 90), (60, 90)]
SECOND = [(90, 30), (90, 90)]


def fingerprint(mask: np.ndarray) -> str:
    """Return a text that tells masks apart."""
    return hashlib.sha256(np.packbits(mask).tobytes()).hexdigest()


def paint_when_ready() -> None:
    """Paint as soon as a slice is on the screen."""
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    if not windows or windows[0].parts.screen.now is None:
        return
    timer.stop()
    hands = Hands(windows[0])
    hands.do("tool_brush")
    hands.mouse.report(QEvent.MouseButtonPress, FIRST[0], Qt.LeftButton, Qt.LeftButton)
    for pixel in FIRST[1:]:
        hands.mouse.report(QEvent.MouseMove, pixel, Qt.NoButton, Qt.LeftButton)
    hands.mouse.report(QEvent.MouseButtonRelease, FIRST[-1], Qt.LeftButton, Qt.NoButton)
    print("painted", fingerprint(hands.mask), flush=True)
    hands.mouse.report(QEvent.MouseButtonPress, SECOND[0], Qt.LeftButton, Qt.LeftButton)
    hands.mouse.report(QEvent.MouseMove, SECOND[1], Qt.NoButton, Qt.LeftButton)
    print("drawing", fingerprint(hands.mask), flush=True)


if __name__ == "__main__":
    application = make_application()
    timer = QTimer(interval=20)
    timer.timeout.connect(paint_when_ready)
    timer.start()
    sys.exit(main(sys.argv[1:]))

"""The least that a program with PyQt5 and pyqtgraph can do: one window with one image in it."""

from __future__ import annotations

import sys

import numpy as np
import pyqtgraph as pg
from PyQt5.QtWidgets import QApplication, QMainWindow

from tests.benchmarks.children.first_paint import announce_first_paint


def main() -> int:
    """Show it until it is painted."""
    app = QApplication(sys.argv)
    window = QMainWindow()
    view = pg.GraphicsView()
    box = pg.ViewBox(lockAspect=True)
    view.setCentralItem(box)
    box.addItem(pg.ImageItem(np.zeros((512, 512), np.float32)))
    window.setCentralWidget(view)
    announce_first_paint(view.viewport())
    window.resize(1366, 768)
    window.show()
    return int(app.exec_())


if __name__ == "__main__":
    sys.exit(main())

"""What the status bar says: slice, pixel, zoom, saved or not, device."""

from __future__ import annotations

from datetime import datetime

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QLabel, QSizePolicy, QStatusBar
from superqt import QElidingLabel

from brainseg_gui.core.slices import size_text
from brainseg_gui.core.text import shown
from brainseg_gui.ui.widgets.plain import plain

MOMENT_MS = 4000


class StatusBar(QStatusBar):
    """Five fields that never move."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._slice, self._pixel, self._zoom, self._saved, self._device = (
            QLabel() for _ in range(5)
        )
        # A long name must not push the window wider than the screen.
        self._slice = QElidingLabel()
        self._slice.setTextFormat(Qt.PlainText)
        self._slice.setElideMode(Qt.ElideMiddle)
        self._slice.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)
        self._name = self._about = self._place = ""
        self._zoom.setMinimumWidth(60)
        self._device.setText("no network")
        self.addWidget(self._slice, 1)
        # What a tool says stands in the place of the slice, and leaves pixel and zoom to be read.
        self.addPermanentWidget(self._pixel)
        self.addPermanentWidget(self._zoom)
        self.addPermanentWidget(self._saved)
        self.addPermanentWidget(self._device)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave what is under the mouse the same room whatever it is, and the name some too."""
        super().resizeEvent(event)
        self._pixel.setMinimumWidth(min(250, event.size().width() // 4))

    def show_slice(
        self, name: str, shape: tuple[int, int] | None, spacing_mm: float | None
    ) -> None:
        """Say which slice is on the screen; without a shape, none is."""
        if shape is None:
            self._about = self._place = ""
            self._slice.setText("")  # clear() would leave what an eliding label elides
            self._slice.setToolTip("")
            self._zoom.clear()
            return
        size = size_text(shape)
        spacing = f"{spacing_mm:g} mm" if spacing_mm else "pixel size unknown"
        self._about = f"{size} · {spacing}"
        self._name = name
        self._show_about()
        self._slice.setToolTip(plain(shown(name)))

    def show_place(self, text: str) -> None:
        """Say where in its stack the slice lies; "" for one of none."""
        if text != self._place:
            self._place = text
            self._show_about()

    def _show_about(self) -> None:
        if self._about:
            parts = filter(None, (self._name, self._place, self._about))
            self._slice.setText(shown(" · ".join(parts)))

    def show_pixel(
        self, pixel: tuple[int, int] | None, value: float | None, percent: int | None
    ) -> None:
        """Say what lies under the mouse: column, row, intensity, probability."""
        if pixel is None or value is None:
            self._pixel.clear()
            return
        row, column = pixel
        chance = "" if percent is None else f"  p {percent / 100:.2f}"
        self._pixel.setText(f"x {column}  y {row}  value {value:g}{chance}")

    def show_zoom(self, scale: float) -> None:
        """Say how large an image pixel is on the screen."""
        self._zoom.setText(f"{scale * 100:.0f} %")

    def show_saved(self, problem: str) -> None:
        """Say that everything is on disk, or that it is not."""
        if problem:
            self._saved.setText("NOT saved")
            self._saved.setStyleSheet("color: #f0a35c; font-weight: 600;")
        else:
            self._saved.setText(f"all edits saved {datetime.now():%H:%M}")
            self._saved.setStyleSheet("")

    def show_task(self, text: str) -> None:
        """Say what takes a while; nothing when it is done."""
        if text:
            self.showMessage(text)
        else:
            self.clearMessage()

    def show_moment(self, text: str) -> None:
        """Say something in passing."""
        self.showMessage(text, MOMENT_MS)

    def show_device(self, text: str) -> None:
        """Say what runs the network."""
        self._device.setText(text)

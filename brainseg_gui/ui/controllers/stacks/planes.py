"""The plane in which the volumes of a data set are cut."""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.reviewing import Reviewing
from brainseg_gui.ui.dialogs.wishes.plane import ask_plane


class Planes(QObject):
    """Asks for the plane, keeps it with the review, and opens the data set in it.

    Signals
    -------
    complained(str)
    """

    complained = pyqtSignal(str)

    def __init__(self, data_set: DataSet, reviewing: Reviewing, asks: QWidget) -> None:
        super().__init__()
        self._data_set, self._reviewing, self._asks = data_set, reviewing, asks

    def ask(self) -> None:
        """Ask, and where another plane is chosen, open the same files anew."""
        session = self._data_set.session
        try:
            wishes = session.contents.wishes()
            plane = ask_plane(self._asks.window(), wishes.plane)
            if plane is None or plane is wishes.plane:
                return
            session.wish_for(replace(wishes, plane=plane))
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self._reviewing.open(self._data_set.paths, session.path)

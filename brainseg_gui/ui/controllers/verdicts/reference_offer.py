"""One line beside the decision that offers to keep the reference hidden until the verdict."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QAction

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.panels.decision_panel import DecisionPanel


class ReferenceOffer(QObject):
    """Offers it where the data set has references, and says how it stands.

    Signals
    -------
    complained(str)
    """

    complained = pyqtSignal(str)

    def __init__(self, data_set: DataSet, action: QAction, panel: DecisionPanel) -> None:
        super().__init__()
        self._data_set, self._action, self._panel = data_set, action, panel
        self._offered = False
        data_set.opened.connect(self._begin_anew)
        data_set.rows_changed.connect(self._look)
        data_set.screen.changed.connect(lambda *_: self._look())

    def hide(self, on: bool) -> None:
        """Keep references hidden, or show them."""
        try:
            self._data_set.hide_reference(on)
        except StoreError as error:
            self.complained.emit(str(error))
        self._action.setChecked(self._data_set.session.blinding.hides)

    def _begin_anew(self) -> None:
        self._offered = False
        self._action.setChecked(self._data_set.session.blinding.hides)
        self._panel.offer_hiding(False)

    def _look(self) -> None:
        """Offer it once a slice with a reference is known; in one data set that stays so."""
        now = self._data_set.screen.now
        open_has = now is not None and now.slice.reference is not None
        if not self._offered and (open_has or self._data_set.rows.have_references):
            self._offered = True
            self._panel.offer_hiding(True)

"""What was changed here: the time line of the slice on the screen, seen and brought back."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Step
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.measures import area
from brainseg_gui.ui.controllers.preview import Preview, described
from brainseg_gui.ui.panels.timeline import TimelinePanel
from brainseg_gui.ui.widgets.band import Band


class LookingBack(QObject):
    """Fills the time line, shows what is chosen in it, and restores that.

    Signals
    -------
    opened(bool)
        The time line is to be seen, or to be put away.
    complained(str)
    """

    opened = pyqtSignal(bool)
    complained = pyqtSignal(str)

    def __init__(
        self,
        data_set: DataSet,
        editing: Editing,
        preview: Preview,
        panel: TimelinePanel,
        band: Band,
    ) -> None:
        super().__init__(data_set)
        self._data_set, self._editing, self._preview = data_set, editing, preview
        self._panel, self._band = panel, band
        self.is_open = False
        panel.chosen.connect(self._on_chosen)
        preview.changed.connect(self._on_preview)

    def show(self, on: bool) -> None:
        """Open the time line, or put it away and go back to the present."""
        self._editing.finish()
        self._preview.leave()
        self.is_open = on
        self.refresh()
        self.opened.emit(on)

    def step_back(self) -> bool:
        """Leave the preview, else put the time line away; False where neither is open."""
        if self._preview.shown is not None:
            self._preview.leave()
        elif self.is_open:
            self.show(False)
        else:
            return False
        return True

    def refresh(self) -> None:
        """Read the time line anew: something was done, or another slice is open."""
        if not self.is_open or self._preview.shown is not None:
            return
        session = self._data_set.session
        try:
            if session.current is None:
                self._panel.show_history((), ())
            else:
                self._panel.show_history(session.timeline(), session.versions())
        except StoreError as error:
            self.complained.emit(str(error))

    def restore(self) -> None:
        """Make the mask that is shown the correction, as one step that can be undone."""
        what = self._preview.shown
        if what is None:
            return
        session, problem = self._data_set.session, ""
        self._preview.leave()
        try:
            if isinstance(what, Step):
                session.restore(what.id)
            else:
                session.restore_version(what)
        except StoreError as error:
            problem = str(error)
        self._editing.show()
        self._editing.saved.emit(problem)

    def _on_chosen(self, what: object) -> None:
        self._editing.finish()
        self._preview.show(what)  # type: ignore[arg-type]

    def _on_preview(self) -> None:
        what, mask = self._preview.shown, self._preview.mask
        if what is None or mask is None:
            self._band.say("")
            self._panel.clear_choice()
            self.refresh()
            return
        size = area(mask, self._data_set.spacing_mm)
        self._band.say(f"{described(what)} · {size}. Nothing is changed.")

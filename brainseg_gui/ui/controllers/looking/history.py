"""What was changed here: the time line of the slice on the screen, seen and brought back."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Step, Version
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.looking.look_back import LookBack, described
from brainseg_gui.ui.controllers.measures import area
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.panels.timeline import TimelinePanel
from brainseg_gui.ui.widgets.band import Band


class History(QObject):
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
        screen: Screen,
        editing: Editing,
        look_back: LookBack,
        panel: TimelinePanel,
        band: Band,
    ) -> None:
        super().__init__()
        self._screen, self._editing, self._look_back = screen, editing, look_back
        self._panel, self._band = panel, band
        self.is_open = False
        panel.chosen.connect(self._on_chosen)
        screen.changed.connect(self._on_screen)

    def show(self, on: bool) -> None:
        """Open the time line, or put it away and go back to the present."""
        self._editing.finish()
        self._look_back.leave()
        self.is_open = on
        self._refresh()
        self.opened.emit(on)

    def step_back(self) -> bool:
        """Leave the past, else put the time line away; False where neither is open."""
        if self._screen.now is not None and self._screen.now.past is not None:
            self._look_back.leave()
        elif self.is_open:
            self.show(False)
        else:
            return False
        return True

    def restore(self) -> None:
        """Make the mask that is shown the correction, as one step that can be undone."""
        now, session = self._screen.now, self._screen.session
        if now is None or now.past is None:
            return
        what = now.past.what
        self._look_back.leave()
        if isinstance(what, Step):
            self._editing.replace(lambda: session.restore(what.id))
        else:
            self._editing.replace(lambda: session.restore_version(what))

    def _on_chosen(self, what: Step | Version) -> None:
        self._editing.finish()
        self._look_back.show(what)

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        past = now.past if now is not None else None
        if past is not (before.past if before is not None else None):
            self._show_band(now)
        if past is None:
            self._refresh()

    def _show_band(self, now: OnScreen | None) -> None:
        if now is None or now.past is None:
            self._band.say("")
            self._panel.clear_choice()
            return
        size = area(now.past.mask, now.spacing_mm)
        self._band.say(f"{described(now.past.what)} · {size}. Nothing is changed.")

    def _refresh(self) -> None:
        """Read the time line anew: something was done, or another slice is open."""
        if not self.is_open:
            return
        session = self._screen.session
        try:
            if session.current is None:
                self._panel.show_history((), ())
            else:
                self._panel.show_history(session.timeline(), session.versions())
        except StoreError as error:
            self.complained.emit(str(error))

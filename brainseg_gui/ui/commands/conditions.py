"""What is true now, for enabling commands: read from the parts, held nowhere."""

from __future__ import annotations

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.layer import Layer
from brainseg_gui.ui.actions import menus
from brainseg_gui.ui.actions.table import WHY_NOT, Needs
from brainseg_gui.ui.controllers.parts import Parts


def conditions(parts: Parts) -> Needs:
    """Return every condition that holds."""
    now, session = parts.screen.now, parts.data_set.session
    holds = {
        Needs.SLICE: now is not None,
        Needs.LIST: parts.data_set.folder is not None,
        Needs.MODEL: parts.network.available,
        Needs.IDLE: not parts.network.busy,
        Needs.BUSY: parts.network.busy or parts.exporting.busy or parts.loading_masks.busy,
        Needs.ANY_CORRECTION: bool(session.corrected),
        Needs.WRITABLE: not session.read_only,
        Needs.DAMAGED: session.access.damaged is not None,
        Needs.PRESENT: now is None or now.past is None,
        Needs.SEVERAL: parts.batch.several,
        Needs.CORRECTOR: parts.correcting.bundle is not None,
    }
    if now is not None:
        holds |= {
            Needs.PREDICTION: now.prediction is not None,
            Needs.REFERENCE: now.layer(Layer.REFERENCE) is not None,
            Needs.CORRECTION: now.correction is not None,
            Needs.UNDO: bool(now.undo_text),
            Needs.REDO: bool(now.redo_text),
            Needs.LOOKING_BACK: now.past is not None,
            Needs.MASK: now.has_mask,
            Needs.VERDICT: parts.deciding.may_take_back,
            Needs.TURN: {now.slice.fits_if, now.slice.turn} != {Turn.NONE},
        }
    result = Needs.NOTHING
    for need, true in holds.items():
        if true:
            result |= need
    return result


class Enabling:
    """Enables what makes sense now, and says of the rest why it does not."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._said: tuple[str, ...] = ()
        self._steps: dict[str, str] = {}
        self._available = Needs.NOTHING

    def note_selection(self) -> None:
        """Look again where there are several rows now, or no more: each step selects another."""
        several = Needs.SEVERAL in self._available
        if self._parts.batch.several != several:
            self.refresh()

    def refresh(self, *, anew: bool = False) -> None:
        """Look again; where nothing changed, nothing is done, unless the keys are others."""
        now, session = self._parts.screen.now, self._parts.data_set.session
        before, self._available = self._available, conditions(self._parts)
        steps = {
            "undo": now.undo_text if now is not None else "",
            "redo": now.redo_text if now is not None else "",
        }
        said = session.holder, self._parts.correcting.missing
        changed = None if anew or said != self._said else self._available ^ before
        if changed != Needs.NOTHING or steps != self._steps:
            self._said, self._steps = said, steps
            reasons = {Needs.WRITABLE: said[0], Needs.CORRECTOR: said[1]} | WHY_NOT
            menus.refresh(self._parts.actions, self._available, reasons, steps, changed)

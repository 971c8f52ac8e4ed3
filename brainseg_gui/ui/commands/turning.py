"""What "Turn upright" does: image and mask together, for a slice or all that lie like it."""

from __future__ import annotations

from collections.abc import Collection

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.worklist.turning import Proposal
from brainseg_gui.ui.actions.bindings import current_keys
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.dialogs import dialogs

COMMAND = "turn_upright"


class Turning:
    """Asks which slices are meant, has them turned or turned back, and offers the way back."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def ask(self) -> None:
        """Turn the slice on the screen upright, or back, and the others that lie like it."""
        parts = self._parts
        now = parts.screen.now
        if now is None:
            return
        parts.screen.leaving.emit()  # so that the work on it is in the rows
        model = parts.worklist.model
        here = model.entry(now.path)
        proposal = None if here is None else Proposal.of(model.entries(), here)
        if proposal is None:
            return
        every = dialogs.ask_turn(parts.canvas.window(), proposal)
        if every is None:
            return
        turns, chosen = parts.data_set.session.turns, proposal.slices(every=every)
        stored = frozenset(turns.stored(it.digest) for it in chosen)
        self._turn(stored, proposal.turn, made=not proposal.turns_back, count=len(chosen))

    def _turn(self, stored: Collection[str], turn: Turn, *, made: bool, count: int) -> None:
        """Turn slices, and offer to undo that, which is a turn like any other."""
        notice = self._parts.notice
        try:
            self._parts.data_set.turn(stored, turn, made=made)
        except StoreError as error:
            notice.warn(f"Nothing was turned. {error}")
            return
        said = _said(turn, made, "1 slice" if count == 1 else f"{count} slices")
        notice.offer(said, "Undo", lambda: self._turn(stored, turn, made=not made, count=count))


def _said(turn: Turn, made: bool, slices: str) -> str:
    done = _sentence(turn.value) if made else "Shown as stored again"
    again = "take back" if made else "turn again"
    key = current_keys().first(COMMAND)
    return f"{done}: {slices}; {again} with {key or 'View, Turn upright or back'}."


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

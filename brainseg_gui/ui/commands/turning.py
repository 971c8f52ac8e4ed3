"""What "Turn upright" does: image and mask together, for a slice or all that lie like it."""

from __future__ import annotations

from collections.abc import Mapping

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
        turns = self._parts.data_set.session.turns
        chosen = [turns.stored(it.digest) for it in proposal.slices(every=every)]
        turn = Turn.NONE if proposal.turns_back else proposal.turn
        self._turn(dict.fromkeys(chosen, turn), _said(proposal, len(chosen)))

    def _turn(self, slices: Mapping[str, Turn], said: str) -> None:
        """Turn slices, and offer to undo that, which is a turn like any other."""
        parts, before = self._parts, self._parts.data_set.session.turns
        try:
            parts.data_set.turn(slices)
        except StoreError as error:
            parts.notice.warn(f"Nothing was turned. {error}")
            return
        undo = {stored: before.turn(stored) for stored in slices}
        parts.notice.offer(
            said, "Undo", lambda: self._turn(undo, f"As before: {_count(len(undo))}.")
        )


def _said(proposal: Proposal, count: int) -> str:
    done = "Shown as stored again" if proposal.turns_back else _sentence(proposal.turn.value)
    again = "turn again" if proposal.turns_back else "take back"
    key = current_keys().first(COMMAND)
    return f"{done}: {_count(count)}; {again} with {key or 'View, Turn upright or back'}."


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _count(slices: int) -> str:
    return "1 slice" if slices == 1 else f"{slices} slices"

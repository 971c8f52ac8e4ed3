"""What the commands of the Compare menu do."""

from __future__ import annotations

from collections.abc import Callable

from brainseg_gui.ui.actions.bindings import current_keys
from brainseg_gui.ui.actions.keys import fill
from brainseg_gui.ui.controllers.parts import Parts

OFF = "The difference is not shown: nothing to walk or to keep. Show it first ({difference})."
HIDDEN = "All layers are hidden: nothing to walk or to keep. Show them first ({hide_layers})."


class CompareCommands:
    """Ways to look at two masks, and the pieces of their difference."""

    def __init__(self, parts: Parts) -> None:
        self._looks, self._layers, self._status = parts.looks, parts.layers, parts.status

    def difference(self, on: bool) -> None:
        """Show where the two differ."""
        self._looks.difference(on)

    def flicker(self) -> None:
        """Show the one, then the other."""
        self._looks.flicker()

    def swipe(self, on: bool) -> None:
        """A left, B right of a line."""
        self._looks.swipe(on)

    def side_by_side(self, on: bool) -> None:
        """B in a second view."""
        self._looks.side_by_side(on)

    def exchange_sides(self) -> None:
        """A becomes B."""
        self._looks.comparing.exchange()

    def next_difference(self) -> None:
        """The next smaller piece."""
        self._if_shown(lambda: self._looks.walk(1))

    def previous_difference(self) -> None:
        """The next larger piece."""
        self._if_shown(lambda: self._looks.walk(-1))

    def keep_a(self) -> None:
        """What A says is right here."""
        self._if_shown(lambda: self._looks.say("A"))

    def keep_b(self) -> None:
        """What B says is right here."""
        self._if_shown(lambda: self._looks.say("B"))

    def leave_difference(self) -> None:
        """Neither is put into the correction."""
        self._if_shown(lambda: self._looks.say("LEFT"))

    def _if_shown(self, work: Callable[[], None]) -> None:
        """Do something to a piece; where none can be seen, say so and do nothing."""
        if self._looks.shows_difference:
            work()
        else:
            self._status.show_moment(fill(HIDDEN if self._layers.hidden else OFF, current_keys()))

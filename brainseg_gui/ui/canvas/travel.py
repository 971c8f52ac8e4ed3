"""How far a wheel or a touchpad was turned, in notches of a wheel."""

from __future__ import annotations

import math

from PyQt5.QtCore import QPoint, Qt

NOTCH = 120  # of a wheel, in Qt's units
PIXELS = 60  # a touchpad that tells no angle scrolls so far for what a notch would


def notches(angle: QPoint, pixels: QPoint, held: Qt.KeyboardModifiers) -> float:
    """Return the travel of one event, positive away from the hand.

    A touchpad sends many small ones. What goes sideways counts only with a modifier: Alt turns
    the wheel on many systems, Shift on some, and a finger is never quite straight.
    """
    for delta, unit in ((angle, NOTCH), (pixels, PIXELS)):
        if delta.y() or (held != Qt.NoModifier and delta.x()):
            return float(delta.y() or delta.x()) / unit
    return 0.0


class Travel:
    """Adds small travels up to whole steps."""

    def __init__(self) -> None:
        self._kind: object = None
        self._rest = 0.0

    def steps(self, kind: object, travel: float) -> int:
        """Return how many whole steps are complete; the rest waits for more.

        Parameters
        ----------
        kind : object
            What is turned; another one begins anew, and so does another direction.
        travel : float
            In notches.

        Examples
        --------
        >>> travel = Travel()
        >>> [travel.steps("size", 0.4) for _ in range(5)], travel.steps("size", -1.0)
        ([0, 0, 1, 0, 1], -1)
        """
        if kind != self._kind or travel * self._rest < 0:
            self._kind, self._rest = kind, 0.0
        total = self._rest + travel
        whole = math.trunc(round(total, 6))
        self._rest = total - whole
        return whole

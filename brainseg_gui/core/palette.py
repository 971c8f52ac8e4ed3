"""The colours of the layers: Okabe & Ito's set, distinct for every colour vision.

The same in the window, unless the reader chose others there, in exported overlays and in figures.

References
----------
Okabe & Ito, "Color Universal Design", 2008; Wong, "Color blindness", Nature Methods 8, 2011.
"""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """Red, green and blue from 0 to 255."""

    red: int
    green: int
    blue: int

    @property
    def hex(self) -> str:
        """Return the colour as style sheets write it, for example `#56B4E9`."""
        return "#{:02X}{:02X}{:02X}".format(*self)


REFERENCE = Colour(0x56, 0xB4, 0xE9)  # sky blue
PREDICTION = Colour(0xE6, 0x9F, 0x00)  # orange
CORRECTION = Colour(0x00, 0x9E, 0x73)  # bluish green
ADDED = Colour(0xD5, 0x5E, 0x00)  # vermillion: in the mask, not in the one it is compared with
MISSED = Colour(0x00, 0x72, 0xB2)  # blue: the other way round

"""What the mouse does to the slice, in words; help and documents are made from it. No Qt here."""

from __future__ import annotations

MOUSE: tuple[tuple[str, str], ...] = (
    ("Left button", "Works with the tool; with Ctrl it takes away"),
    (
        "Right button",
        "Erases with a brush, says “too much” with Click to fix; with other tools it opens a menu, "
        "as the menu key always does",
    ),
    ("Middle button, or Space", "Moves the slice; a double click shows it whole"),
    ("Wheel", "Zooms; with Shift it changes the brush, with Ctrl the strength of the fill"),
    (
        "Ctrl+Shift and drag",
        "Window and level: wider to the right, brighter upwards; a double click brings them back",
    ),
)

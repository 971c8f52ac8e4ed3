"""How a key is written: as Qt writes it in files, `Ctrl+Shift+Z`, `PgDown`, `?`. No Qt here."""

from __future__ import annotations

import re

MODIFIERS = ("Meta", "Ctrl", "Alt", "Shift")  # in Qt's order
NAMED = {
    name.casefold(): name
    for name in (
        *("Esc", "Tab", "Backtab", "Backspace", "Return", "Enter", "Ins", "Del", "Pause"),
        *("Print", "Home", "End", "Left", "Up", "Right", "Down", "PgUp", "PgDown", "Space"),
        *("Menu", "Help", *(f"F{number}" for number in range(1, 36)), *MODIFIERS),
    )
}
_MODIFIER = re.compile(rf"({'|'.join(MODIFIERS)})\+(?=.)", re.IGNORECASE)


def normal(key: str) -> str:
    """Return a key in Qt's spelling.

    Raises
    ------
    ValueError
        With half a sentence, where it is no key.

    Examples
    --------
    >>> normal("shift+ctrl+z")
    'Ctrl+Shift+Z'
    >>> normal("Ctrl++")
    'Ctrl++'
    """
    rest, held = key.strip(), set()
    while found := _MODIFIER.match(rest):
        held.add(found[1].capitalize())
        rest = rest[found.end() :]
    if len(rest) == 1 and rest.isprintable() and not rest.isspace():
        upper = rest.upper()
        name = upper if len(upper) == 1 else rest
    else:
        name = NAMED.get(rest.casefold(), "")
    if not name:
        raise ValueError(f"{key!r} is no key that can be kept")
    return "+".join([*(modifier for modifier in MODIFIERS if modifier in held), name])


def bare_key(key: str) -> str:
    """Return a key without what is held with it.

    Examples
    --------
    >>> bare_key("Ctrl+Shift+Z"), bare_key("Ctrl++")
    ('Z', '+')
    """
    while found := _MODIFIER.match(key):
        key = key[found.end() :]
    return key

"""Which folders were opened last."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.ui.widgets.settings import RECENT, settings

MOST = 5


def recent_folders() -> list[Path]:
    """Return the folders, the last one first; whether they are still there is not looked at.

    A disk that is gone could keep the window waiting.
    """
    return [Path(name) for name in settings.get(RECENT)]


def remember_folder(folder: Path) -> None:
    """Put a folder at the head of the list."""
    name = str(folder.absolute())
    if not name.isprintable() or name.encode(errors="ignore").decode() != name:
        return  # it has bytes that a file of settings cannot hold
    others = (other for other in settings.get(RECENT) if other != name)
    settings.put(RECENT, (name, *others)[:MOST])

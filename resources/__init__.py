"""Icons, style sheet, bundles and demo slices, installed as brainseg_gui.resources."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def resource(*parts: str) -> Path:
    """Return the path of an installed file or folder, for example `resource("models")`."""
    return Path(str(files(__name__).joinpath(*parts)))

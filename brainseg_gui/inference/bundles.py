"""The bundles that came with the program."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.inference.model_card import (
    CARD,
    CORRECTOR,
    SEGMENTER,
    BundleError,
    kind_of,
)
from brainseg_gui.resources import resource

STANDARD = "standard"


def list_bundles(folder: Path | None = None, kind: str = SEGMENTER) -> list[Path]:
    """Return the bundles of a kind in `folder` (by default the program's own), ordered by name."""
    return [bundle for bundle in _all_bundles(folder) if kind_of(bundle) == kind]


def default_bundle(folder: Path | None = None) -> Path:
    """Return the bundle called `standard`, else the first.

    Raises
    ------
    BundleError
        If there is none.
    """
    bundles = list_bundles(folder)
    if not bundles:
        raise BundleError("No network came with this installation; name one with --model.")
    return next((bundle for bundle in bundles if bundle.name == STANDARD), bundles[0])


def default_corrector(folder: Path | None = None) -> Path:
    """Return the bundle that corrects masks by clicks.

    Raises
    ------
    BundleError
        If there is none.
    """
    bundles = list_bundles(folder, CORRECTOR)
    if not bundles:
        raise BundleError("No network that corrects masks came with this installation.")
    return next((bundle for bundle in bundles if bundle.name == CORRECTOR), bundles[0])


def find_bundle(text: str, folder: Path | None = None) -> Path:
    """Return the bundle that a user means: a folder, or the name of one that came along."""
    known = {bundle.name: bundle for bundle in _all_bundles(folder)}
    return Path(text) if Path(text).exists() else known.get(text, Path(text))


def _all_bundles(folder: Path | None) -> list[Path]:
    folder = folder or resource("models")
    return sorted(path.parent for path in folder.glob(f"*/{CARD}"))

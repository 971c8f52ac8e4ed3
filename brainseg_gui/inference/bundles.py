"""The bundles that came with the program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from brainseg_gui.inference.model_card import (
    CARD,
    CORRECTOR,
    FILES,
    SEGMENTER,
    BundleError,
    ModelCard,
    Seen,
    kind_of,
    read_card,
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
    if (bundle := _first(folder, SEGMENTER, STANDARD)) is None:
        raise BundleError("No network came with this installation; name one with --model.")
    return bundle


def default_corrector(folder: Path | None = None) -> Path:
    """Return the bundle that corrects masks by clicks.

    Raises
    ------
    BundleError
        If there is none.
    """
    if (bundle := _first(folder, CORRECTOR, CORRECTOR)) is None:
        raise BundleError("No network that corrects masks came with this installation.")
    return bundle


def find_bundle(text: str, folder: Path | None = None) -> Path:
    """Return the bundle that a user means: a folder, or the name of one that came along."""
    known = {bundle.name: bundle for bundle in _all_bundles(folder)}
    return Path(text) if Path(text).exists() else known.get(text, Path(text))


def find_partner(name: str, total: str, kind: str, beside: Path) -> tuple[Path, ModelCard] | None:
    """Return a network that a card names, if the very one is at hand; None if it is not.

    Parameters
    ----------
    name : str
    total : str
        SHA-256 of its ONNX file.
    kind : str
    beside : Path
        The bundle of the card; the other lies beside it or came with the program.
    """
    for folder in (beside.parent, resource("models")):
        try:
            card = read_card(folder / name, kind)
        except BundleError:
            continue
        if card.sum_of("onnxruntime") == total:
            return folder / name, card
    return None


def refiner_of(bundle: Path, card: ModelCard) -> tuple[Path, ModelCard] | None:
    """Return the corrector that draws a bundle's masks once more; None where none is at hand."""
    return card.refiner and find_partner(*card.refiner, CORRECTOR, bundle)


def cards_of(bundles: Iterable[Path]) -> tuple[ModelCard, ...]:
    """Return the cards of bundles; one that is damaged has nothing to say, and is left out."""
    found = []
    for bundle in bundles:
        with suppress(BundleError):
            found.append(read_card(bundle))
    return tuple(found)


def seen_by(cards: Iterable[ModelCard]) -> Callable[[str, str], bool | None]:
    """Return what tells whether a network, by the sum of its weights, was trained on a patient.

    It says None where the network is none of these, or the slice names no patient.
    """
    known = {card.sum_of(engine): card for card in cards for engine in FILES}

    @lru_cache(None)
    def seen(weights: str, patient: str) -> bool | None:
        card = known.get(weights)
        found = Seen.UNKNOWN if card is None else card.seen(patient)
        return None if found is Seen.UNKNOWN else found is Seen.TRAINED_ON

    return seen


def _first(folder: Path | None, kind: str, name: str) -> Path | None:
    """Return the bundle of a kind with a name, else the first; cards are long, so few are read."""
    bundles = sorted(_all_bundles(folder), key=lambda bundle: bundle.name != name)
    return next((bundle for bundle in bundles if kind_of(bundle) == kind), None)


def _all_bundles(folder: Path | None) -> list[Path]:
    folder = folder or resource("models")
    return sorted(path.parent for path in folder.glob(f"*/{CARD}"))

"""What `brainseg-doctor --leakage FOLDER` says: which patients of a folder networks have seen."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui.cli.common import DONE, FAILED, WRONG_USE, complain, say
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices, natural_key
from brainseg_gui.files.formats import read_infos
from brainseg_gui.inference.bundles import list_bundles
from brainseg_gui.inference.model_card import (
    KINDS,
    BundleError,
    ModelCard,
    Seen,
    kind_of,
    read_card,
)

COMMAND = "brainseg-doctor"
WORDS = {Seen.TRAINED_ON: "trained on", Seen.NEW: "new", Seen.UNKNOWN: "unknown"}
NAMELESS = "(no name)"


def add_leakage_option(parser: argparse.ArgumentParser) -> None:
    """Add `--leakage FOLDER`."""
    group = parser.add_argument_group("a folder of slices, in place of the installation")
    group.add_argument(
        "--leakage",
        metavar="FOLDER",
        type=Path,
        help="which of its patients the networks that came along, or that of --model, were "
        "trained on: a Dice on those is no measure of accuracy; nothing is written",
    )


@dataclass
class Leakage:
    """Slices by patient, and the networks that may have seen them.

    Attributes
    ----------
    cards : sequence of ModelCard
    slices : Counter of str
        How many there are of each patient; "" for those that name none.
    """

    cards: Sequence[ModelCard]
    slices: Counter[str] = field(default_factory=Counter)

    def patients(self) -> list[str]:
        """Return the patients as people order them, those without a name last."""
        named = sorted((patient for patient in self.slices if patient), key=natural_key)
        return [*named, ""] if "" in self.slices else named

    def table(self) -> list[str]:
        """Return a line for each patient: slices, and what is known of each network."""
        rows = [("patient", "slices", *(card.name for card in self.cards))]
        for patient in self.patients():
            known = (WORDS[card.seen(patient)] for card in self.cards)
            rows.append((patient or NAMELESS, str(self.slices[patient]), *known))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]

    def counts(self, card: ModelCard) -> str:
        """Return a sentence on one network."""
        patients: Counter[Seen] = Counter()
        slices: Counter[Seen] = Counter()
        for patient, count in self.slices.items():
            seen = card.seen(patient)
            patients[seen] += 1
            slices[seen] += count
        named = patients.total() - patients[Seen.UNKNOWN]
        text = (
            f"{card.name}: trained on {patients[Seen.TRAINED_ON]} of {named} patients, "
            f"{slices[Seen.TRAINED_ON]} of {slices.total()} slices"
        )
        if unknown := slices[Seen.UNKNOWN]:
            text += f"; of {unknown} slices, which name no patient, it is unknown"
        return f"{text}."


def report_leakage(folder: Path, model: Path | None) -> int:
    """Say which patients of a folder were in the training of networks; return the exit status."""
    try:
        cards = _cards([model] if model else _came_along())
    except BundleError as error:
        complain(COMMAND, str(error))
        return WRONG_USE
    problems: list[SliceError] = []
    found = Leakage(cards)
    for info in read_infos(list(find_slices([folder], problems.append))):
        if isinstance(info, SliceError):
            problems.append(info)
        else:
            found.slices[info.patient] += 1
    for problem in problems:
        complain(COMMAND, f"{problem.path}: {problem.reason}")
    if not found.slices:
        complain(COMMAND, f"there is no slice to look at in {folder}")
        return FAILED
    for line in (*found.table(), "", *map(found.counts, cards)):
        say(line)
    return FAILED if problems else DONE


def _came_along() -> list[Path]:
    return [bundle for kind in KINDS for bundle in list_bundles(kind=kind)]


def _cards(bundles: Iterable[Path]) -> list[ModelCard]:
    cards = [read_card(bundle, kind_of(bundle)) for bundle in bundles]
    if not cards:
        raise BundleError("No network came with this installation; name one with --model.")
    return cards

"""What `brainseg-predict` says at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui.inference.model_card import ModelCard, Seen


@dataclass
class Summary:
    """How many slices came out how; nothing of them is kept.

    Attributes
    ----------
    card : ModelCard
    with_seen : bool
        Count patients that the network was trained on in the mean as well.
    predicted, failed : int
    before : int
        Slices that an earlier run had done.
    """

    card: ModelCard
    with_seen: bool = False
    predicted: int = 0
    failed: int = 0
    before: int = 0
    _seen: Counter[Seen] = field(default_factory=Counter)
    _unknown: int = 0  # slices with a Dice of which nobody can tell whether they were trained on
    _counted: int = 0  # slices whose Dice is in the mean
    _dice: float = 0.0  # their sum

    def add(self, row: dict[str, str], patient: str) -> None:
        """Count a line of the table, and its patient, whatever the line calls them."""
        self.predicted += 1
        seen = self.card.seen(patient)
        self._seen[seen] += 1
        if not (dice := row.get("dice")):
            return
        if seen is Seen.NEW or (self.with_seen and seen is Seen.TRAINED_ON):
            self._counted += 1
            self._dice += float(dice)
        elif seen is Seen.UNKNOWN:
            self._unknown += 1

    def text(self, folder: Path) -> str:
        """Return a few sentences: how many, how well, and what the figures are worth."""
        sentences = [f"Slices predicted: {self.predicted}, by {self.card.name}, into {folder}."]
        if self.before:
            sentences.append(f"Done before, and left as they are: {self.before}.")
        sentences.append(f"Inputs failed: {self.failed}.")
        if self._counted:
            mean = self._dice / self._counted
            sentences.append(f"Mean Dice: {mean:.3f}, of slices: {self._counted}.")
        if trained := self._seen[Seen.TRAINED_ON]:
            sentences.append(
                f"{trained} of {self.predicted} slices are of patients the network was trained on; "
                "their Dice is not a measure of accuracy."
            )
        if self._unknown:
            sentences.append(
                f"{self._unknown} of {self.predicted} slices name no patient: whether the network "
                "was trained on them is unknown, and their Dice is not a measure of accuracy."
            )
        return "\n".join(sentences)

"""What `brainseg-predict` says at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from brainseg_gui.inference.model_card import ModelCard, Seen


@dataclass
class Summary:
    """The lines of the table so far, and how many inputs failed.

    Attributes
    ----------
    card : ModelCard
    with_seen : bool
        Count patients that the network was trained on in the mean as well.
    """

    card: ModelCard
    with_seen: bool = False
    rows: list[dict[str, str]] = field(default_factory=list)
    failed: int = 0
    _seen: list[Seen] = field(default_factory=list)

    def add(self, row: dict[str, str], patient: str) -> None:
        """Take a line of the table, and the patient that it is of, whatever the line calls them."""
        self.rows.append(row)
        self._seen.append(self.card.seen(patient))

    def text(self, folder: Path) -> str:
        """Return a few sentences: how many, how well, and what the figures are worth."""
        sentences = [
            f"Slices predicted: {len(self.rows)}, by {self.card.name}, into {folder}.",
            f"Inputs failed: {self.failed}.",
        ]
        scores = [
            (float(row["dice"]), seen)
            for row, seen in zip(self.rows, self._seen, strict=True)
            if row.get("dice")
        ]
        counted = {Seen.NEW, Seen.TRAINED_ON} if self.with_seen else {Seen.NEW}
        if those := [dice for dice, seen in scores if seen in counted]:
            sentences.append(f"Mean Dice: {fmean(those):.3f}, of slices: {len(those)}.")
        if trained := self._seen.count(Seen.TRAINED_ON):
            sentences.append(
                f"{trained} of {len(self.rows)} slices are of patients the network was trained on; "
                "their Dice is not a measure of accuracy."
            )
        if unknown := sum(seen is Seen.UNKNOWN for _, seen in scores):
            sentences.append(
                f"{unknown} of {len(self.rows)} slices name no patient: whether the network was "
                "trained on them is unknown, and their Dice is not a measure of accuracy."
            )
        return "\n".join(sentences)

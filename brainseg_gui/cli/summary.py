"""What `brainseg-predict` says at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from brainseg_gui.inference.model_card import ModelCard


@dataclass
class Summary:
    """The lines of the table so far, and how many inputs failed."""

    card: ModelCard
    rows: list[dict[str, str]] = field(default_factory=list)
    failed: int = 0

    def text(self, folder: Path) -> str:
        """Return a few sentences: how many, how well, and what the figures are worth."""
        sentences = [
            f"Slices predicted: {len(self.rows)}, by {self.card.name}, into {folder}.",
            f"Inputs failed: {self.failed}.",
        ]
        scores = [
            (float(row["dice"]), self.card.was_trained_on(row["patient"]))
            for row in self.rows
            if row.get("dice")
        ]
        if unseen := [dice for dice, trained_on in scores if not trained_on]:
            sentences.append(f"Mean Dice: {fmean(unseen):.3f}, of slices: {len(unseen)}.")
        if trained := sum(self.card.was_trained_on(row["patient"]) for row in self.rows):
            sentences.append(
                f"{trained} of {len(self.rows)} slices are of patients the network was trained on; "
                "their Dice is not a measure of accuracy."
            )
        return "\n".join(sentences)

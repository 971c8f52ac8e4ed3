"""Slices by how much network and reference disagree, where the network is new to the patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brainseg_gui.reports.figures import Figure


@dataclass(frozen=True)
class Ranking:
    """What an audit looks at.

    Attributes
    ----------
    figures : tuple of Figure
        The strongest disagreement first: by Dice, among equals by HD95.
    left_out : int
        Slices without an out-of-fold prediction: every network that predicted them was trained on
        their patient, or nobody can say.
    unmeasured : int
        With one, but without a reference, or not measured yet.
    hidden : int
        Their reference is still hidden from the reader.
    """

    figures: tuple[Figure, ...]
    left_out: int
    unmeasured: int
    hidden: int

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> Ranking:
        """Rank figures of out-of-fold predictions (`Choice.new_to_patient`)."""
        its = tuple(figures)
        open_ = [it for it in its if not it.hidden]
        about = [it for it in open_ if it.predicted and it.seen is False]
        ranked = sorted(
            (it for it in about if it.dice is not None),
            key=lambda it: (it.dice or 0.0, -(it.hd95_px or 0.0), it.name),
        )
        left_out, hidden = len(open_) - len(about), len(its) - len(open_)
        return cls(tuple(ranked), left_out, len(about) - len(ranked), hidden)

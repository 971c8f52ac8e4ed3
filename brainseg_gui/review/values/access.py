"""How a program came by a review, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Access:
    """What opening a review came to.

    Attributes
    ----------
    holder : str
        Why it can be looked at only, as a sentence, mostly who has it; empty where this program
        writes.
    trouble : str
        Why there is no review; empty where there is one.
    damaged : Path or None
        The review that belongs here, where it cannot be read.
    warning : str
        What the reader should know at once: one of these, or where the review lies.
    unchecked : Path or None
        The review, where it is too large to have been looked through; see `opening.damage_in`.
    """

    holder: str = ""
    trouble: str = ""
    damaged: Path | None = None
    warning: str = ""
    unchecked: Path | None = None


OURS = Access()
"""A review that this program writes, and nothing to say of it."""

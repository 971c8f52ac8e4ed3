"""What a grade is given for: a short list, which belongs to the review."""

from __future__ import annotations

from collections.abc import Iterable

DEFAULT_REASONS = (
    "part missed",
    "too large",
    "too small",
    "vessel or normal tissue",
    "second lesion missed",
    "motion or artefact",
)
MOST, LONGEST = 20, 60  # reasons of a list, and characters of one: more is a comment


def joined(reasons: Iterable[str]) -> str:
    """Return reasons as a review keeps them, one a line."""
    return "\n".join(reasons)


def split(text: str) -> tuple[str, ...]:
    """Return the reasons in a text: each once, without what is blank or too much.

    Examples
    --------
    >>> split("too large\\n\\n  too   small\\ntoo large")
    ('too large', 'too small')
    """
    lines = (" ".join(line.split())[:LONGEST].strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))[:MOST]

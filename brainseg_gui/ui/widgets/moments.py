"""Times as people say them."""

from __future__ import annotations

from datetime import datetime


def moment(at: str, now: datetime | None = None) -> str:
    """Return the reader's own clock for a time of the review, with the day where it is another.

    Parameters
    ----------
    at : str
        ISO 8601 with its offset from UTC.
    now : datetime or None
        With its offset; the present where None.

    Examples
    --------
    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 4, 18, 0, tzinfo=UTC).astimezone()
    >>> moment(now.isoformat(), now) == f"{now:%H:%M}"
    True
    """
    then = datetime.fromisoformat(at).astimezone()
    today = (now or datetime.now()).astimezone()
    if then.date() == today.date():
        return f"{then:%H:%M}"
    day = f"{then.day} {then:%b}"
    return f"{day} {then:%H:%M}" if then.year == today.year else f"{day} {then:%Y %H:%M}"

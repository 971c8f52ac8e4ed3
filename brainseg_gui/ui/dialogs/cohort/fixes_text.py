"""What readers keep fixing, in sentences."""

from __future__ import annotations

import html

from brainseg_gui.core.text import shown
from brainseg_gui.reports.fixes.fixes import Fixes
from brainseg_gui.reports.pages.html import number
from brainseg_gui.reports.summaries.spread import Spread


def fixes_text(fixes: Fixes) -> str:
    """Return a page of text as Qt shows it; what comes from files is escaped."""
    slices = fixes.overall.slices
    if not slices:
        return "<p>No slice with a prediction of this network is accepted or corrected yet.</p>"
    network = fixes.network
    by = f" of {_escaped(network.name)} at {network.threshold:g}" if network else ""
    said = [f"<p>{slices} slices with a prediction{by} are accepted or corrected.</p>", "<ul>"]
    found = fixes.overall.correction
    for name, text in (
        ("shift_px", "Readers move the boundary by {} pixels; positive is outwards."),
        ("added_px", "They add {} pixels a slice."),
        ("removed_px", "They take {} pixels a slice away."),
        ("removed_islands", "They remove {} islands a slice."),
        ("seconds", "A slice takes them {} seconds."),
    ):
        if (spread := found[name]) is not None:
            said.append(f"<li>{text.format(_mean(spread))}</li>")
    settings = fixes.settings
    if settings is not None:
        threshold = settings.threshold
        what = "Islands" if threshold is None else f"With the threshold {threshold:g}, and islands"
        honest = settings.new_patients_px
        saved = (
            f"{what} below {settings.smallest_island:.2%} of the image left out, they would have "
            f"changed {settings.would_be_px:,} pixels in place of {settings.changed_px:,}"
        )
        if honest is not None:
            saved += f"; on patients that did not choose this, {honest:,}"
        if settings.would_be_px >= settings.changed_px:
            saved = "No other threshold or smallest island would have saved them a pixel"
        said.append(f"<li>{saved}.</li>")
    return "".join([*said, "</ul>"])


def _mean(spread: Spread) -> str:
    mean = number(spread.mean, 2)
    if spread.low is None:
        return mean
    return f"{mean} (95 % over patients: {number(spread.low, 2)} to {number(spread.high, 2)})"


def _escaped(text: str) -> str:
    return html.escape(shown(text))

"""What is wanted of the files of a data set, as its review keeps it."""

from __future__ import annotations

import json
from dataclasses import replace

from brainseg_gui.files.wishes import NONE, Wishes

WISHES = "wishes"  # name of the setting


def wishes_in(setting: str | None) -> Wishes:
    """Return what a setting says; what makes no sense is not wished for.

    Whether patients are called by their own ids is asked for anew each time, and never kept.
    """
    try:
        found = Wishes.of(json.loads(setting or "{}"))
    except (ValueError, RecursionError):
        return NONE
    return replace(found, identify=False)


def setting_of(wishes: Wishes) -> str:
    """Return what the review keeps."""
    return json.dumps(replace(wishes, identify=False).message)

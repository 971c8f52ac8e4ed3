"""The settings that would have saved readers most, from the `fixes.json` of `brainseg-report`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from brainseg_gui.reports.fixes.fixes import FORMAT
from model_training.evaluation.postprocess import Postprocess

MOST = 64 << 20  # bytes; such a file has some kilobytes


def suggestion_in(path: Path, threshold: float) -> Postprocess:
    """Return the settings that a file suggests.

    They were chosen on the slices that readers corrected, for the network that the file names: a
    suggestion, to be measured on patients that are new to the network.

    Parameters
    ----------
    path : Path
    threshold : float
        Of the network, where the file says nothing of thresholds.

    Raises
    ------
    ValueError
        If it cannot be read, is no such file, or suggests nothing.
    """
    try:
        if path.stat().st_size > MOST:
            raise ValueError("it is too large")
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT!r}")
        settings = found["settings"]
        if settings is None:
            raise ValueError("no slice was accepted or corrected, so that it suggests nothing")
        told = settings["threshold"]
        return Postprocess(
            threshold if told is None else _share(told, 1), _share(settings["smallest_island"], 0.1)
        )
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except (KeyError, TypeError, RecursionError, ValueError) as error:
        raise ValueError(f"{path} is no use as --fixes: {error}") from error


def _share(value: Any, most: float) -> float:
    number = float(value)
    if not math.isfinite(number) or not 0 <= number <= most:
        raise ValueError(f"{value} is not between 0 and {most:g}")
    return number

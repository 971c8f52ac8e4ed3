"""Which of Keras' backends a command runs on; to be asked before Keras is imported."""

from __future__ import annotations

import json
import os
from pathlib import Path

from brainseg_gui.extras import TRAIN, is_installed, missing

BACKENDS = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}
"""Name of each backend, and the package that it needs; the first is preferred."""


def choose_backend(wanted: str | None = None) -> str:
    """Set `KERAS_BACKEND`, which Keras reads when it is first imported, and return it.

    What the user asks for comes first, then the environment, then Keras' own settings file, then
    the first backend that is installed.

    Parameters
    ----------
    wanted : str or None
        A name from `BACKENDS`.

    Raises
    ------
    ValueError
        If the backend is unknown, or the package it needs is not installed.
    """
    name = wanted or os.environ.get("KERAS_BACKEND") or _first_installed()
    if name not in BACKENDS:
        raise ValueError(f"the backend {name} is not one of {', '.join(BACKENDS)}")
    if not is_installed("keras"):
        raise ValueError(missing("Keras is", TRAIN))
    if name == "tensorflow" and not is_installed(name):
        raise ValueError(missing("TensorFlow is", TRAIN))
    if not is_installed(BACKENDS[name]):
        raise ValueError(f"the backend {name} is not installed; install {BACKENDS[name]}")
    os.environ["KERAS_BACKEND"] = name
    return name


def _first_installed() -> str:
    """Prefer what Keras' settings say: Keras writes them by itself, whatever is installed."""
    home = os.environ.get("KERAS_HOME")
    settings = (Path(home) if home else Path.home() / ".keras") / "keras.json"
    try:
        said = json.loads(settings.read_text(encoding="utf-8")).get("backend")
    except (OSError, ValueError, AttributeError):
        said = None
    order = [said, *BACKENDS] if said in BACKENDS else list(BACKENDS)
    return next((one for one in order if is_installed(BACKENDS[one])), "tensorflow")

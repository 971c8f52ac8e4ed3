"""Answers to the question what is exported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import scipy.ndimage  # noqa: F401 (a library's own threads are called after who imports it)

from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.dialogs.export_choice import ExportChoice, Offer


def choose_export(
    monkeypatch: pytest.MonkeyPatch, folder: Path | None, **what: Any
) -> list[tuple[Offer, ExportChoice]]:
    """Choose what is proposed, into this folder; None cancels. Return what was offered."""
    asked: list[tuple[Offer, ExportChoice]] = []

    def reply(_parent: object, offer: Offer, last: ExportChoice, _: object) -> ExportChoice | None:
        asked.append((offer, last))
        return None if folder is None else replace(last, folder=folder, **what)

    monkeypatch.setattr(dialogs, "ask_export", reply)
    return asked

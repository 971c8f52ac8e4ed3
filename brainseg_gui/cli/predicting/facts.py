"""What all predictions of a folder have in common: a run that goes on must not mix others in."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brainseg_gui import __version__
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.wishes import tumour_text
from brainseg_gui.inference.bundles import refiner_of
from brainseg_gui.inference.model_card import ModelCard
from brainseg_gui.inference.second.opinion import SecondOpinion

NAME = "predictions.json"
# Options that change nothing in what is written of a slice: engines give the same mask. A new
# option counts unless it is named here.
WITHOUT_EFFECT = {
    "paths",
    "output",
    "model",
    "engine",
    "device",
    "resume",
    "workers",
    "log",
    "with_seen",
}
TOLD = {"brainseg"}  # for whoever reads it; another one is no hindrance


class MixedError(Exception):
    """Predictions of another kind lie there; the message is one sentence."""


def facts_of(
    arguments: argparse.Namespace,
    bundle: Path,
    card: ModelCard,
    pseudonyms: Pseudonyms | None,
    second: SecondOpinion | None = None,
) -> dict[str, Any]:
    """Return what decides about the predictions of a run, as plain values."""
    options = {name: it for name, it in vars(arguments).items() if name not in WITHOUT_EFFECT}
    options["classes"] = tumour_text(arguments.classes or ())
    options["threshold"] = arguments.threshold or card.threshold
    options["second_network"] = second.name if second else ""
    refiner = refiner_of(bundle, card)
    options["refined_by"] = refiner[0].name if refiner else ""
    # A sign by which the same key is known again, and nothing that helps to find it.
    options["pseudonymise"] = pseudonyms.content(NAME) if pseudonyms else ""
    relative = not pseudonyms and not all(path.is_absolute() for path in arguments.paths)
    options["called_in"] = os.getcwd() if relative else ""
    plain = {name: it if _is_plain(it) else str(it) for name, it in sorted(options.items())}
    return {"brainseg": __version__, "network": card.name, "sha256": dict(card.sha256), **plain}


def write_facts(folder: Path, facts: Mapping[str, Any]) -> None:
    """Keep them with the predictions; WriteError if that fails."""
    text = json.dumps(facts, indent=1, ensure_ascii=True) + "\n"
    write_atomically(folder / NAME, text.encode())


def refuse_mixing(folder: Path, facts: Mapping[str, Any]) -> None:
    """Refuse to go on in a folder whose predictions are of another kind.

    Raises
    ------
    MixedError
        The sentence names what differs, or that nothing is known of what lies there.
    """
    try:
        before = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = None
    if not isinstance(before, dict):
        raise MixedError(
            f"{folder} holds predictions, and no {NAME} that says how they were made; {OTHERWISE}"
        )
    names = [name for name in {**before, **facts} if name not in TOLD]
    if other := [name for name in names if before.get(name) != facts.get(name)]:
        differing = "; ".join(_difference(name, before, facts) for name in other)
        raise MixedError(f"{folder} holds predictions made otherwise: {differing}; {OTHERWISE}")


OTHERWISE = "choose another folder, or begin anew without --resume"


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | str)


def _difference(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if name in {"sha256", "pseudonymise"}:
        return {"sha256": "the network was another one", "pseudonymise": "the key differs"}[name]
    called = name.replace("_", " ")
    return f"{called} was {_said(before.get(name))} and is {_said(now.get(name))} now"


def _said(value: object) -> str:
    return "not given" if value in (None, "") else repr(value)

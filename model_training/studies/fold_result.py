"""What one fold of a cross-validation has found, on disk as soon as it is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brainseg_gui.files.atomic import write_atomically
from model_training.evaluation.calibration import Calibration
from model_training.evaluation.measure import Measured
from model_training.evaluation.report import table_files, to_json
from model_training.evaluation.scores import from_csv, to_csv
from model_training.evaluation.sheet import WORST, pack_tiles, unpack_tiles
from model_training.evaluation.summary import summary_of

SCORES_JSON, SHEET = "scores.json", "worst.npz"


@dataclass(frozen=True)
class FoldResult:
    """What was measured on the held-out slices of a fold.

    Attributes
    ----------
    fold : int
    choices : dict
        Settings of each way and on whom they were chosen, as `Choice.to_dict`.
    ways : dict from name to Measured
        The first is the headline.
    """

    fold: int
    choices: dict[str, Any]
    ways: dict[str, Measured]


def save_fold(folder: Path, result: FoldResult, settings: Mapping[str, Any], split: str) -> None:
    """Write a table for each way, the pictures, and last of all `scores.json`, which names them.

    Parameters
    ----------
    folder : Path
    result : FoldResult
    settings : mapping
        All that the result depends on; `load_fold` wants the same.
    split : str
        Label that stands beside every number.

    Raises
    ------
    WriteError
        If the disk takes no more; the fold then counts as not measured.
    """
    ways: dict[str, Any] = {}
    for file, (name, way) in zip(table_files(result.ways), result.ways.items(), strict=True):
        content = to_csv(way.scores, split).encode()
        write_atomically(folder / file, content)
        ways[name] = {
            "file": file,
            "sha256": hashlib.sha256(content).hexdigest(),
            "summary": summary_of(way.scores, split) if way.scores else None,
            "both_empty": way.both_empty,
            "without_reference": way.without_reference,
            "calibration": way.calibration.to_dict(),
        }
    pictures = pack_tiles(next(iter(result.ways.values())).worst)
    write_atomically(folder / SHEET, pictures)
    values = {
        "fold": result.fold,
        "split": split,
        "settings": dict(settings),
        "choices": result.choices,
        "ways": ways,
        "pictures_sha256": hashlib.sha256(pictures).hexdigest(),
    }
    write_atomically(folder / SCORES_JSON, to_json(values).encode())


def load_fold(folder: Path, settings: Mapping[str, Any]) -> FoldResult | None:
    """Return what was stored; None if it is not there, not whole, or of other settings."""
    try:
        values = json.loads((folder / SCORES_JSON).read_text(encoding="utf-8"))
        if values["settings"] != json.loads(json.dumps(dict(settings))):
            return None
        pictures = _whole(folder / SHEET, values["pictures_sha256"])
        ways = {
            name: Measured(
                from_csv(_whole(folder / way["file"], way["sha256"]).decode()),
                Calibration.from_dict(way["calibration"]),
                way["both_empty"],
                way["without_reference"],
            )
            for name, way in values["ways"].items()
        }
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    next(iter(ways.values())).worst = unpack_tiles(pictures)
    return FoldResult(values["fold"], values["choices"], ways)


def joined(results: Sequence[FoldResult]) -> dict[str, Measured]:
    """Return what several folds have found together, way by way."""
    names = list(results[0].ways)
    return {name: _sum([result.ways[name] for result in results]) for name in names}


def _sum(parts: Sequence[Measured]) -> Measured:
    total = Measured()
    for part in parts:
        total.scores += part.scores
        total.calibration += part.calibration
        total.both_empty += part.both_empty
        total.without_reference += part.without_reference
        total.worst += part.worst
    total.worst = sorted(total.worst, key=lambda tile: tile.key)[:WORST]
    return total


def _whole(path: Path, digest: str) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{path} is not what was written")
    return content

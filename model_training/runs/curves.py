"""The course of a training: as a table, as a picture and for TensorBoard, all from its rows."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.files.atomic import make_folder, write_atomically
from model_training.runs.curve_picture import draw_curves
from model_training.runs.event_file import events

CURVE, PICTURE, TENSORBOARD = "curve.csv", "curve.png", "tensorboard"
EVENTS = "events.out.tfevents.0.brainseg"
PICTURE_SECONDS = 60
COLUMNS = ("stage", "epoch", "loss", "validation_dice", "learning_rate")


@dataclass(frozen=True)
class Row:
    """One epoch.

    Attributes
    ----------
    stage, epoch : int
        Counted from 1.
    loss : float
        Mean over the epoch's batches.
    dice : float or None
        Mean over the validation slices, where it was measured.
    learning_rate : float
        After the epoch's last step.
    time : float
        When it ended, in seconds since 1970.
    """

    stage: int
    epoch: int
    loss: float
    dice: float | None
    learning_rate: float
    time: float = 0.0


def write_curves(run: Path, rows: Sequence[Row]) -> None:
    """Write table and events anew, each whole or not at all.

    They hold what the rows hold: after a kill they are made again from the checkpoint, so that no
    epoch is missing and none is there twice. The picture takes longer: it is drawn at the end, and
    meanwhile once a minute.

    Raises
    ------
    WriteError
        If the disk takes no more.
    """
    write_atomically(run / CURVE, table(rows).encode())
    make_folder(run / TENSORBOARD)
    write_atomically(run / TENSORBOARD / EVENTS, events(_measured(rows)))
    picture = run / PICTURE
    now = time.time()
    began = min((row.time for row in rows), default=now)
    if now - (picture.stat().st_mtime if picture.exists() else began) > PICTURE_SECONDS:
        write_picture(run, rows)


def read_rows(run: Path) -> tuple[Row, ...]:
    """Return the epochs of a run's table, without their times; none where there is no table.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    try:
        text = (run / CURVE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    try:
        return tuple(
            Row(
                int(row["stage"]),
                int(row["epoch"]),
                float(row["loss"]),
                float(row["validation_dice"]) if row["validation_dice"] else None,
                float(row["learning_rate"]),
            )
            for row in csv.DictReader(io.StringIO(text))
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{run / CURVE} is damaged") from error


def write_picture(run: Path, rows: Sequence[Row]) -> None:
    """Draw the rows; WriteError if the disk takes no more."""
    losses = [row.loss for row in rows]
    dice = [(number, row.dice) for number, row in enumerate(rows, 1) if row.dice is not None]
    write_atomically(run / PICTURE, draw_curves(losses, dice))


def table(rows: Sequence[Row]) -> str:
    """Return the rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        dice = "" if row.dice is None else f"{row.dice:.6f}"
        rate = f"{row.learning_rate:.6g}"
        writer.writerow([row.stage, row.epoch, f"{row.loss:.6f}", dice, rate])
    return text.getvalue()


def _measured(rows: Sequence[Row]) -> list[tuple[float, int, dict[str, float]]]:
    """Return time, step and values of each row; steps go on through the stages."""
    found = []
    for number, row in enumerate(rows, 1):
        values = {"loss": row.loss, "learning_rate": row.learning_rate}
        if row.dice is not None:
            values["validation_dice"] = row.dice
        found.append((row.time, number, values))
    return found

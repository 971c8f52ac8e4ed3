"""The course of a training as a table, a picture and for TensorBoard."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from model_training.runs.curves import table, write_curves, write_picture
from model_training.runs.event_file import events
from tests.model_training.run_factory import row


def test_the_curve_is_a_table_with_a_row_for_each_epoch() -> None:
    assert table([row(1), row(2, 0.25)]).splitlines() == [
        "stage,epoch,loss,validation_dice,learning_rate",
        "1,1,0.500000,,0.001",
        "1,2,0.500000,0.250000,0.001",
    ]


@pytest.mark.parametrize("count", [1, 2, 40])
def test_the_curve_is_a_picture_that_shows_both_lines(tmp_path: Path, count: int) -> None:
    write_picture(tmp_path, [row(n, n / 50, loss=1 / n) for n in range(1, count + 1)])
    with Image.open(tmp_path / "curve.png") as picture:
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3).astype(int)
    for colour in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)):
        assert (np.abs(pixels - colour).max(axis=1) < 30).sum() > 20


def test_a_long_training_is_drawn_while_it_runs(tmp_path: Path) -> None:
    now = time.time()
    write_curves(tmp_path, [dataclasses.replace(row(1), time=now - 30)])
    assert not (tmp_path / "curve.png").exists()
    write_curves(tmp_path, [dataclasses.replace(row(1), time=now - 90)])
    assert (tmp_path / "curve.png").exists()


def test_tensorboard_reads_every_number(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(events([(12.5, 1, {"loss": 0.25}), (13.5, 300, {"loss": 2, "dice": 0.5})]))
    read = list(tf.compat.v1.train.summary_iterator(str(path)))
    assert read[0].file_version == "brain.Event:2"
    found = [
        (event.wall_time, event.step, {v.tag: v.simple_value for v in event.summary.value})
        for event in read[1:]
    ]
    assert found == [(12.5, 1, {"loss": 0.25}), (13.5, 300, {"loss": 2.0, "dice": 0.5})]

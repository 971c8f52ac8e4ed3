"""`kill -9` at any moment: a dozen of those that `make endurance` takes two hundred of."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Verdict
from tests.endurance.kill_check import Lost, check, check_undo, fitting
from tests.endurance.kill_child import Program
from tests.endurance.kill_model import Model, make_sheets
from tests.endurance.kill_script import Begin, Decide, Stroke, Undo

pytestmark = pytest.mark.skipif(
    not (hasattr(os, "fork") and hasattr(signal, "SIGKILL")), reason="no kill -9 on this system"
)


def test_of_a_dozen_programs_that_were_killed_nothing_finished_is_missing(tmp_path) -> None:
    command = [sys.executable, "-m", "tests.endurance.kill", "--moments", "12", "--brief"]
    ended = subprocess.run(
        [*command, "--keep", str(tmp_path / "kept")], capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("12 programs killed (")


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM edit WHERE id = (SELECT max(id) FROM edit)",
        "DELETE FROM edit WHERE id = 2",
        "UPDATE correction SET mask = x'78010100000000'",
        "UPDATE correction SET head = 1",
        "UPDATE edit SET kind = 'redo' WHERE kind = 'undo'",
        "DELETE FROM version",
        "DELETE FROM setting WHERE name = 'open_since'",
    ],
)
def test_whatever_is_lost_is_found(tmp_path, loss) -> None:
    """The check itself: of a review that a killed program left, from which something was taken."""

    model = Model(make_sheets(tmp_path / "slices"))
    (tmp_path / "review").mkdir()
    path = tmp_path / "review" / "review.sqlite"
    program = Program(path, model.sheets, lambda line: None)
    strokes = [Stroke(((20.0, 20 + 20 * n),), 16, True, "nothing") for n in range(4)]
    for operation in (Begin(), *strokes, Undo(), Decide(Verdict.CORRECTED, "")):
        operation.do(program)
        operation.expect(model)
    program.session._store.close()
    program.lock.release()
    assert fitting(path, [model]) is model
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(loss)

    def look():
        check_undo(path, fitting(path, [model]), list(model.tracks))
        check(path, model, random.Random(0))

    with pytest.raises((Lost, StoreError)):
        look()

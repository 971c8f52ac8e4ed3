"""What a person sees of a run, and how long it still takes."""

from __future__ import annotations

import io

import pytest

from model_training.runs.display import Clock, Display, duration


def test_the_changing_line_is_gone_when_a_run_fails() -> None:
    terminal = io.StringIO()
    display = Display(terminal)

    def fail() -> None:
        with display:
            display.show("epoch 3")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert terminal.getvalue().endswith("epoch 3\r\x1b[K")


def test_the_remaining_time_follows_from_the_work_that_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 130.0)
    clock = Clock(total=100.0, done=40.0, began=100.0)
    assert clock.left(50.0) == pytest.approx(150.0)
    assert duration(clock.left(40.0)) == "?"

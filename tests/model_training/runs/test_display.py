"""How long a run still takes."""

from __future__ import annotations

import pytest

from model_training.runs.display import Clock, duration


def test_the_remaining_time_follows_from_the_work_that_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 130.0)
    clock = Clock(total=100.0, done=40.0, began=100.0)
    assert clock.left(50.0) == pytest.approx(150.0)
    assert duration(clock.left(40.0)) == "?"

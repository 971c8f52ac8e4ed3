"""An export that a real process began, and the system ended."""

from __future__ import annotations

from pathlib import Path

from tests.endurance.kill_export import kill_and_go_on


def test_an_export_that_the_system_killed_goes_on_none_missing_and_none_twice(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "slices"
    folder.mkdir()
    wrong, there = kill_and_go_on(folder, 24)
    assert not wrong
    assert 0 < there < 24

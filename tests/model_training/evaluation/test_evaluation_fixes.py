"""What readers keep fixing becomes settings that are measured like any others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.fixes.fixes import Fixes
from brainseg_gui.reports.sizes import Bands
from model_training.evaluation.fixes import suggestion_in
from model_training.evaluation.postprocess import Postprocess
from tests.reports.cohort_factory import costs


def write(path: Path, threshold: float | None = 0.35) -> Path:
    settings = {"threshold": threshold, "smallest_island": 0.0002}
    path.write_text(json.dumps({"format": "brainseg fixes 1", "settings": settings}))
    return path


def test_the_settings_of_the_file_are_taken(tmp_path: Path) -> None:
    assert suggestion_in(write(tmp_path / "fixes.json"), 0.5) == Postprocess(0.35, 0.0002)


def test_where_no_threshold_was_found_the_networks_own_stays(tmp_path: Path) -> None:
    assert suggestion_in(write(tmp_path / "fixes.json", None), 0.45) == Postprocess(0.45, 0.0002)


def test_what_a_report_writes_can_be_read(tmp_path: Path) -> None:
    figures: list[Figure] = []
    found = Fixes.of(figures, Bands(()), [costs("P", 1)[0]])
    (tmp_path / "fixes.json").write_text(found.to_json())
    assert found.settings is not None
    told = suggestion_in(tmp_path / "fixes.json", 0.5)
    assert (told.threshold, told.smallest_island) == (
        found.settings.threshold,
        found.settings.smallest_island,
    )


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("[]", "format"),
        ("{", "no use"),
        ('{"format": "brainseg fixes 2"}', "format"),
        ('{"format": "brainseg fixes 1", "settings": null}', "suggests nothing"),
        ('{"format": "brainseg fixes 1", "settings": {"threshold": 7}}', "between 0 and 1"),
        ('{"format": "brainseg fixes 1", "settings": {"threshold": 0.5}}', "smallest_island"),
    ],
)
def test_another_file_is_refused_in_one_sentence(tmp_path: Path, content: str, word: str) -> None:
    path = tmp_path / "fixes.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=word):
        suggestion_in(path, 0.5)

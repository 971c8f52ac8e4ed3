"""What readers keep fixing, against plain loops over the masks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from skimage.morphology import remove_small_objects

from brainseg_gui.core.masks.levels import ISLANDS, THRESHOLDS
from brainseg_gui.reports.fixes.fixes import KEYS
from brainseg_gui.reports.fixes.savings import Costs, savings
from brainseg_gui.reports.reading.source import Asked, read_review
from tests.reports.cohort_factory import chance_of, costs, make_review, new_slice, new_to_all


def test_costs_are_the_pixels_that_differ_with_every_setting() -> None:
    found, chance, corrected = costs("P", 3)
    assert found.as_it_was == np.count_nonzero((chance >= 0.4) ^ corrected)
    for t, threshold in enumerate(THRESHOLDS):
        for i, island in enumerate(ISLANDS):
            mask = chance >= threshold
            if island:
                mask = remove_small_objects(mask, max_size=island * mask.size - 1, connectivity=2)
            assert found.otherwise[t, i] == np.count_nonzero(mask ^ corrected)
    assert found.islands[0] == found.as_it_was


def test_the_settings_are_those_with_the_fewest_pixels_and_new_patients_do_not_choose() -> None:
    its = [costs(f"P{seed}", seed)[0] for seed in range(10)]
    found = savings(its)
    assert found is not None
    total = np.sum([it.otherwise for it in its], axis=0)
    best = np.unravel_index(int(np.argmin(total)), total.shape)
    assert (found.threshold, found.smallest_island) == (THRESHOLDS[best[0]], ISLANDS[best[1]])
    assert (found.changed_px, found.would_be_px) == (sum(it.as_it_was for it in its), total.min())
    assert found.would_be_px < found.changed_px
    assert found.new_patients_px is not None
    assert found.new_patients_px >= found.would_be_px
    assert (found.slices, found.patients) == (10, 10)


def test_without_levels_there_is_an_island_but_no_threshold() -> None:
    _, chance, corrected = costs("", 1)
    found = savings([Costs.of("", chance >= 0.4, corrected, None)])
    assert found is not None
    assert (found.threshold, found.new_patients_px) == (None, None)
    assert found.smallest_island > 0
    assert savings([]) is None


def test_fixes_json_says_what_its_keys_are_and_what_readers_changed(tmp_path: Path) -> None:
    slices = [new_slice(seed) for seed in range(6)]
    review = make_review(tmp_path / "review.sqlite", slices)
    found = json.loads(read_review(Asked(review), new_to_all).fixes.to_json())
    assert found["keys"] == KEYS
    assert (found["format"], found["slices"]) == ("brainseg fixes 1", 4)
    masks = ((chance_of(slices[it], it) >= 0.5, slices[it].reference) for it in (1, 4))
    changed = sum(np.count_nonzero(mask != reference) for mask, reference in masks)
    assert found["settings"]["changed_px"] == changed
    assert found["settings"]["would_be_px"] == changed, "what Bob removes Ada accepts"
    assert found["all"]["removed_islands"]["mean"] == pytest.approx(0.5), "Bob removes the speck"
    assert list(found["by_type"]) == ["glioma"]
    assert found["network"] == {"name": "small", "sum": "abc", "threshold": 0.5}

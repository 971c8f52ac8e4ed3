"""The part of a mask that an edit changed."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from strategies import mask_pairs

from brainseg_gui.core.patch import MaskPatch


@given(mask_pairs())
def test_undo_and_redo_lead_exactly_there_and_back(pair) -> None:
    before, after = pair
    patch = MaskPatch.between(before, after)
    if patch is None:
        assert np.array_equal(before, after)
        return
    mask = after.copy()
    patch.undo(mask)
    assert np.array_equal(mask, before)
    patch.redo(mask)
    assert np.array_equal(mask, after)


@given(mask_pairs())
def test_a_patch_is_no_larger_than_the_change(pair) -> None:
    patch = MaskPatch.between(*pair)
    if patch is not None:
        changed = patch.before != patch.after
        for edge in (changed[0], changed[-1], changed[:, 0], changed[:, -1]):
            assert edge.any()


def test_a_patch_keeps_its_pixels_when_the_mask_goes_on_changing() -> None:
    before, after = np.zeros((4, 4), bool), np.ones((4, 4), bool)
    patch = MaskPatch.between(before, after)
    after[:] = False
    assert patch is not None
    assert patch.after.all()

"""What the numbers of a mask mean: two values, soft edges, several classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from brainseg_gui.files.readers.reference import mask_of


@pytest.mark.parametrize("kind", ["u1", "i2", "f8", "?"])
@pytest.mark.parametrize("high", [1, 255, 7])
def test_of_two_values_the_higher_one_is_tumour(kind: str, high: int) -> None:
    values = np.array([[0, high], [high, 0]]).astype(kind)
    mask, notes = mask_of(values)
    assert mask.tolist() == [[False, True], [True, False]]
    assert notes == ()


@pytest.mark.parametrize("value", [0, 1])
def test_a_mask_may_be_empty_or_full(value: int) -> None:
    mask, notes = mask_of(np.full((3, 4), value, np.uint8))
    assert mask.all() == mask.any() == bool(value)
    assert notes == ()


@pytest.mark.parametrize(
    ("values", "tumour"),
    [
        ([0.0, 0.2, 0.4999, 0.5001, 0.97], [False, False, False, True, True]),
        ([0, 3, 120, 131, 255], [False, False, False, True, True]),
        ([0, 1, 2, 253, 255], [False, False, False, True, True]),
        ([0, 1, 254], [False, False, True]),
        ([0, 60, 255, 255, 255, 255, 255], [False, False, True]),
    ],
)
def test_soft_masks_are_cut_at_half_of_their_range(
    values: Sequence[float], tumour: Sequence[bool]
) -> None:
    soft = [*values, *np.linspace(0, max(values), 40)] if len(values) == 5 else list(values)
    mask, notes = mask_of(np.array([soft]))
    assert mask[0, : len(tumour)].tolist() == tumour
    assert "soft" in notes[0]


@pytest.mark.parametrize("values", [[0, 1, 2, 4], [0, 85, 170, 255]])
def test_several_classes_are_named_and_count_together(values: list[int]) -> None:
    mask, notes = mask_of(np.array([values], np.uint8))
    assert mask.tolist() == [[False, True, True, True]]
    assert f"({', '.join(map(str, values[1:]))})" in notes[0]


def test_nan_is_no_tumour() -> None:
    mask, notes = mask_of(np.array([[0.0, np.nan, np.inf, 1.0]]))
    assert mask.tolist() == [[False, False, False, True]]
    assert "NaN" in notes[0]

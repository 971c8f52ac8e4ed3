"""What the numbers of a mask mean: two values, soft edges, several classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from brainseg_gui.core.types import Mask
from brainseg_gui.files.readers.reference import reference_of
from brainseg_gui.files.wishes import Wishes


def mask_and_notes(values: np.ndarray) -> tuple[Mask, tuple[str, ...]]:
    found = reference_of(values)
    assert found.mask is not None
    return found.mask, found.notes


@pytest.mark.parametrize("kind", ["u1", "i2", "f8", "?"])
@pytest.mark.parametrize("high", [1, 255, 7])
def test_of_two_values_the_higher_one_is_tumour(kind: str, high: int) -> None:
    values = np.array([[0, high], [high, 0]]).astype(kind)
    mask, notes = mask_and_notes(values)
    assert mask.tolist() == [[False, True], [True, False]]
    assert notes == ()


@pytest.mark.parametrize("value", [0, 1])
def test_a_mask_may_be_empty_or_full(value: int) -> None:
    mask, notes = mask_and_notes(np.full((3, 4), value, np.uint8))
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
    mask, notes = mask_and_notes(np.array([soft]))
    assert mask[0, : len(tumour)].tolist() == tumour
    assert "soft" in notes[0]


@pytest.mark.parametrize("kind", ["u1", "i4", "f8"])
@pytest.mark.parametrize("values", [[0, 1, 2, 4], [0, 85, 170, 255]])
def test_several_classes_are_no_mask_until_it_is_said_what_each_of_them_is(
    values: list[int], kind: str
) -> None:
    labels, (_, low, middle, high) = np.array([values], kind), values
    found = reference_of(labels)
    assert found.mask is None
    assert f"classes {low}, {middle} and {high}" in found.notes[0]
    assert found.classes == ((low, 1), (middle, 1), (high, 1))
    said = {low: True, middle: False}
    assert reference_of(labels, Wishes(classes=tuple(said.items()))).mask is None
    said[high] = True
    found = reference_of(labels, Wishes(classes=tuple(said.items())))
    assert found.mask is not None
    assert found.mask.tolist() == [[False, True, False, True]]
    assert found.notes == ()


def test_what_was_said_of_a_class_holds_where_it_is_alone() -> None:
    labels = np.array([[0, 2, 2]], np.uint8)
    found, said = reference_of(labels), reference_of(labels, Wishes(classes=((2, False),)))
    assert found.mask is not None
    assert found.mask.tolist() == [[False, True, True]]
    assert said.mask is not None
    assert not said.mask.any()
    assert found.classes == said.classes == ((2, 2),)


@pytest.mark.parametrize("high", [1, 255])
def test_zero_and_one_or_255_are_no_question(high: int) -> None:
    said = Wishes(classes=((2, True), (4, True)))
    found = reference_of(np.array([[0, high]], np.uint8), said)
    assert found.mask is not None
    assert found.mask.tolist() == [[False, True]]
    assert found.notes == ()


def test_nan_is_no_tumour() -> None:
    mask, notes = mask_and_notes(np.array([[0.0, np.nan, np.inf, 1.0]]))
    assert mask.tolist() == [[False, False, False, True]]
    assert "NaN" in notes[0]

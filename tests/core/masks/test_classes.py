"""Label maps: which classes there are, and which of them count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from brainseg_gui.core.masks.classes import classes_of, classes_text, is_plain, mapped


@given(arrays(np.uint8, array_shapes(max_dims=3, max_side=6), elements=st.integers(0, 4)))
def test_all_classes_together_are_all_that_is_not_zero(labels: np.ndarray) -> None:
    classes = classes_of(labels)
    assert list(classes) == sorted(set(labels.ravel().tolist()) - {0})
    assert np.array_equal(mapped(labels, classes), labels > 0)
    assert classes_of(labels.astype(np.float64)) == classes


@given(arrays(np.uint8, (5, 5), elements=st.sampled_from([0, 1, 2, 4])), st.sets(st.integers(1, 9)))
def test_a_mapping_takes_the_classes_that_it_names_and_no_other(
    labels: np.ndarray, tumour: set[int]
) -> None:
    taken = mapped(labels, tumour)
    assert set(labels[taken].tolist()) <= tumour
    assert not set(labels[~taken].tolist()) & tumour


def test_one_class_is_plain_whatever_its_value() -> None:
    assert is_plain(classes_of(np.array([[0, 255]], np.uint8)))
    assert is_plain(classes_of(np.zeros((2, 2))))
    assert not is_plain(classes_of(np.array([[0, 1, 2]])))


@pytest.mark.parametrize(
    "values",
    [np.array([0.0, 0.5, 1.0]), np.array([0.0, np.nan]), np.arange(300), np.array([0, 1 << 40])],
)
def test_what_is_no_label_map_is_refused_with_a_sentence(values: np.ndarray) -> None:
    with pytest.raises(ValueError, match="the mask holds"):
        classes_of(values)


def test_classes_are_named_as_one_says_them() -> None:
    assert [classes_text(it) for it in ((1,), (2, 1), (4, 2, 1))] == ["1", "1 and 2", "1, 2 and 4"]

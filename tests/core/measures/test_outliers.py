"""A mask that breaks with the others of its view is told in a sentence; a calm series is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.measures.outliers import Marked, breaks, figures, types_differ
from brainseg_gui.core.measures.views import Look, Plane, look_at, views
from brainseg_gui.core.types import Mask, Pixels

SIDE = 96
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]


def ellipse(row: float, column: float, height: float, width: float) -> Mask:
    return np.hypot((ROWS - row) / height, (COLUMNS - column) / width) < 1


def axial() -> Pixels:
    """Return a round head in the middle, darker than its rim, the same on both sides."""
    head, brain = ellipse(48, 48, 40, 34), ellipse(48, 48, 35, 29)
    return (head * 300.0 - brain * 180 + ellipse(20, 48, 5, 16) * 150).astype(np.float32)


def sagittal() -> Pixels:
    """Return a head with a face on the left and a neck below, unlike its mirror image."""
    head, brain = ellipse(38, 54, 34, 38), ellipse(34, 56, 28, 31)
    neck = (ROWS > 55) & (np.abs(COLUMNS - 62) < 16)
    face = (ROWS > 45) & (ROWS < 85) & (COLUMNS > 14) & (COLUMNS < 48)
    return ((head | neck | face) * 300.0 - brain * 180).astype(np.float32)


def look(pixels: Pixels) -> Look:
    found = look_at(pixels)
    assert found is not None
    return found


AXIAL, SAGITTAL = look(axial()), look(sagittal())


def marked(mask: Mask, seen: Look = AXIAL) -> Marked:
    return Marked(seen, figures(mask, seen), has_mask=True)


def series(*more: Mask) -> list[Marked]:
    """Return five alike masks of one place, and others."""
    calm = [ellipse(40, 60 + at / 2, 8 + at / 2, 8) for at in range(5)]
    return [marked(mask) for mask in (*calm, *more)]


def test_planes_are_told_by_the_outline_of_the_head() -> None:
    assert AXIAL.plane is Plane.AXIAL
    assert SAGITTAL.plane is Plane.SAGITTAL


def test_a_blank_image_has_no_plane() -> None:
    assert look_at(np.zeros((64, 64), np.float32)) is None
    assert look_at(np.full((64, 80), 7, np.float32)) is not None  # a head that fills it


@given(st.floats(0.01, 1000), st.sampled_from([1, 2, 3]))
def test_a_plane_depends_neither_on_brightness_nor_on_size(scale: float, times: int) -> None:
    pixels = np.kron(axial() * np.float32(scale), np.ones((times, times), np.float32))
    assert look(pixels).plane is Plane.AXIAL


def test_a_slice_whose_plane_is_not_sure_is_of_the_view_that_it_looks_like() -> None:
    unsure = look(((axial() + sagittal()) / 2).astype(np.float32))
    assert unsure.plane is None
    assert views([AXIAL, SAGITTAL, None]) == [0, 2, -1]
    assert views([unsure, AXIAL])[0] == 0
    assert views([unsure, None]) == [-1, -1]


def test_a_calm_series_has_no_alarm() -> None:
    assert breaks(series()) == [()] * 5


@pytest.mark.parametrize(
    ("mask", "text"),
    [
        (ellipse(40, 60, 2, 2), "The mask is much smaller than in the 5 other axial slices."),
        (ellipse(42, 58, 24, 24), "The mask is much larger than in the 5 other axial slices."),
        (ellipse(50, 30, 8, 8), "The mask lies elsewhere than in the 5 other axial slices."),
        (np.zeros((SIDE, SIDE), bool), "No tumour is marked, unlike in the 5 other axial slices."),
    ],
)
def test_what_breaks_with_its_view_is_said(mask: Mask, text: str) -> None:
    said = breaks(series(mask))
    assert said[:5] == [()] * 5
    assert text in said[5]


def test_a_mask_on_other_tissue_than_the_others_is_said() -> None:
    bright = axial()
    bright[ellipse(40, 60, 10, 10)] += 90
    seen = look(bright)
    said = breaks([*series(), marked(ellipse(40, 61, 9, 8), seen)])
    assert said[:5] == [()] * 5
    assert [text.split(" than ")[0] for text in said[5]] == ["What is marked is much brighter"]


def test_views_are_compared_apart_and_few_masks_not_at_all() -> None:
    other = marked(ellipse(60, 40, 20, 20), SAGITTAL)
    assert breaks([*series(), other]) == [()] * 6
    few = [
        marked(ellipse(40, 60, 8, 8)),
        marked(ellipse(41, 60, 8, 8)),
        marked(ellipse(70, 20, 2, 2)),
    ]
    assert breaks(few) == [()] * 3


def test_a_slice_without_a_mask_is_left_out() -> None:
    bare = Marked(AXIAL, None, has_mask=False)
    assert breaks([*series(), bare]) == [()] * 6


def test_rarer_types_are_said() -> None:
    assert types_differ(["glioma", "glioma", "", "glioma"]) == [""] * 4
    said = types_differ(["glioma", "glioma", "meningioma", ""])
    assert said == ["", "", "The file says meningioma, those of other slices glioma.", ""]
    assert all(types_differ(["glioma", "meningioma"]))

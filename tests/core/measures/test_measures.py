"""What is measured of a mask, against programs that others wrote and masks made by hand."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from scipy.spatial.distance import pdist
from skimage.draw import disk
from skimage.measure import label, regionprops

from brainseg_gui.core.measures.compare import boundary, distances, hd95
from brainseg_gui.core.measures.diameters import diameters, largest_piece
from brainseg_gui.core.measures.measures import Agreement, measure, piece_count
from brainseg_gui.core.types import Mask
from tests.strategies import mask_pairs, masks

SPACING_MM = 0.49
SHAPE = (96, 128)


def a_disk(row: float, column: float, radius: float) -> Mask:
    mask = np.zeros(SHAPE, bool)
    mask[disk((row, column), radius, shape=SHAPE)] = True
    return mask


@cache
def pairs() -> tuple[tuple[Mask, Mask], ...]:
    """Return blobs of one to four discs, each beside one that is like it but not quite."""
    rng, found = np.random.default_rng(19), []
    for _ in range(24):
        places = rng.uniform((15, 15, 3), (80, 110, 22), (rng.integers(1, 5), 3))
        moved = places + rng.normal(0, 2.5, places.shape)
        a, b = (
            np.logical_or.reduce(
                [a_disk(row, column, max(radius, 1)) for row, column, radius in of]
            )
            for of in (places, moved)
        )
        found.append((a, b))
    return tuple(found)


def as_itk(mask: Mask) -> SimpleITK.Image:
    """Return a mask with a pixel around it: there the edge of an image is no boundary."""
    image = SimpleITK.GetImageFromArray(np.pad(mask, 1).astype(np.uint8))
    image.SetSpacing((SPACING_MM, SPACING_MM))
    return image


def signed_mm(mask: Mask) -> np.ndarray:
    """Return how far each pixel lies from a mask's boundary, by SimpleITK; positive outside."""
    far = SimpleITK.SignedMaurerDistanceMap(as_itk(rim(mask)), squaredDistance=False,
                                            useImageSpacing=True)  # fmt: skip
    outside = np.clip(SimpleITK.GetArrayFromImage(far)[1:-1, 1:-1], 0, None)
    return np.where(mask, -outside, outside)


def midpoints(mask: Mask) -> np.ndarray:
    """Return (N, 2) the middles of the four edges of each pixel of the boundary."""
    middles = np.argwhere(boundary(mask)) + 0.5
    steps = ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5))
    return np.unique(np.concatenate([middles + step for step in steps]), axis=0)


def rim(mask: Mask) -> Mask:
    contour = SimpleITK.BinaryContour(as_itk(mask), fullyConnected=False)
    return np.asarray(SimpleITK.GetArrayFromImage(contour)[1:-1, 1:-1] > 0)


@pytest.mark.parametrize("number", range(24))
def test_overlap_and_distances_are_those_of_simpleitk(number: int) -> None:
    mask, reference = pairs()[number]
    found = measure(mask, reference, SPACING_MM)
    agreement = found.agreement
    assert agreement is not None
    overlap = SimpleITK.LabelOverlapMeasuresImageFilter()
    overlap.Execute(as_itk(mask), as_itk(reference))
    assert agreement.dice == pytest.approx(overlap.GetDiceCoefficient())
    assert agreement.iou == pytest.approx(overlap.GetJaccardCoefficient())
    assert agreement.sensitivity == pytest.approx(1 - overlap.GetFalseNegativeError())
    assert agreement.precision == pytest.approx(1 - overlap.GetFalseDiscoveryRate())
    forth, back = signed_mm(reference)[rim(mask)], -signed_mm(mask)[rim(reference)]
    worst = max(np.percentile(np.abs(forth), 95), np.percentile(np.abs(back), 95))
    assert found.mm(agreement.hd95_px) == pytest.approx(worst, abs=1e-5)
    shift = np.concatenate([forth, back]).mean()
    assert found.mm(agreement.shift_px) == pytest.approx(shift, abs=1e-5)


@pytest.mark.parametrize("number", range(24))
def test_area_pieces_and_longest_diameter_are_those_of_others(number: int) -> None:
    mask, _ = pairs()[number]
    found = measure(mask, spacing_mm=SPACING_MM)
    pieces = regionprops(label(mask, connectivity=2), spacing=(SPACING_MM, SPACING_MM))
    largest = max(pieces, key=lambda piece: piece.area)
    assert found.pieces == len(pieces)
    assert found.area_mm2 == pytest.approx(sum(piece.area for piece in pieces))
    assert found.diameters is not None
    length = found.mm(found.diameters.longest.length)
    assert length is not None
    # scikit-image measures around the hull's pixels, SimpleITK from middle to middle of pixels.
    statistics = SimpleITK.LabelShapeStatisticsImageFilter()
    statistics.ComputeFeretDiameterOn()
    statistics.Execute(as_itk(largest_piece(mask)))
    from_middles = statistics.GetFeretDiameter(1)
    assert from_middles <= length <= from_middles + SPACING_MM
    assert length <= largest.feret_diameter_max <= length + 1.5 * SPACING_MM
    assert length == pytest.approx(SPACING_MM * pdist(midpoints(largest_piece(mask))).max())


@pytest.mark.parametrize("number", range(24))
def test_the_perpendicular_is_the_longest_that_a_fine_comb_of_lines_finds(number: int) -> None:
    mask = largest_piece(pairs()[number][0])
    found = diameters(mask)
    assert found is not None
    along = np.subtract(found.longest.end, found.longest.start) / found.longest.length
    across = np.array([-along[1], along[0]])
    line = np.subtract(found.perpendicular.end, found.perpendicular.start)
    assert line @ along == pytest.approx(0, abs=1e-6)
    fine = 0.02
    edges = midpoints(mask)
    places = edges @ along
    spans = [
        np.ptp((edges @ across)[np.abs(places - place) < 0.5])
        for place in np.arange(places.min(), places.max(), fine)
        if (np.abs(places - place) < 0.5).any()
    ]
    assert max(spans) - 1 <= found.perpendicular.length <= max(spans) + 1e-6


def test_a_rectangle_has_the_diameters_that_a_ruler_finds() -> None:
    mask = np.zeros((40, 60), bool)
    mask[10, 5:35] = True  # thirty pixels in a row, and a tooth of seven
    mask[11:18, 20] = True
    found = diameters(mask)
    assert found is not None
    assert (found.longest.start, found.longest.end) == ((10.5, 5.0), (10.5, 35.0))
    assert found.perpendicular.length == pytest.approx(8)
    assert found.perpendicular.start[1] == found.perpendicular.end[1] == pytest.approx(20.5)


def test_a_single_pixel_is_one_pixel_long_and_wide() -> None:
    mask = np.zeros((5, 5), bool)
    mask[2, 3] = True
    found = diameters(mask)
    assert found is not None
    assert found.longest.length == found.perpendicular.length == 1


def test_two_lesions_are_not_one_long_one() -> None:
    mask = a_disk(20, 20, 10) | a_disk(80, 110, 6)
    found, alone = diameters(mask), diameters(a_disk(20, 20, 10))
    assert found == alone


def test_of_an_empty_mask_there_is_nothing_to_measure() -> None:
    empty, full = np.zeros(SHAPE, bool), a_disk(40, 40, 9)
    assert diameters(empty) is None
    assert (measure(empty).area_px, measure(empty).pieces) == (0, 0)
    missed = measure(empty, full).agreement
    assert missed == Agreement(0.0, 0.0, 0.0, None, math.hypot(*SHAPE), None)
    invented = measure(full, empty).agreement
    assert invented == Agreement(0.0, 0.0, None, 0.0, math.hypot(*SHAPE), None)
    assert measure(empty, empty).agreement == Agreement(None, None, None, None, None, None)


def test_without_a_pixel_size_there_is_no_millimetre() -> None:
    found = measure(a_disk(40, 40, 9))
    assert found.area_mm2 is None
    assert found.mm(3.0) is None


def test_a_mask_drawn_two_pixels_too_wide_is_shifted_by_two() -> None:
    reference = a_disk(48, 60, 20)
    wide, narrow = a_disk(48, 60, 22), a_disk(48, 60, 18)
    for mask, shift in ((wide, 2), (narrow, -2), (a_disk(48, 63, 20), 0)):
        between = distances(mask, reference)
        assert between is not None
        assert between.shift == pytest.approx(shift, abs=0.1)


@given(mask_pairs())
def test_exchanged_masks_have_the_opposite_shift_and_the_same_hd95(pair: tuple[Mask, Mask]) -> None:
    a, b = pair
    forth, back = distances(a, b), distances(b, a)
    if forth is None or back is None:
        assert not (a.any() and b.any())
        return
    assert forth.shift == pytest.approx(-back.shift)
    assert forth.hd95 == back.hd95 == hd95(a, b)


@given(masks())
def test_diameters_end_on_the_largest_piece_and_no_pixel_lies_farther(mask: Mask) -> None:
    found = diameters(mask)
    if found is None:
        assert not mask.any()
        return
    piece = largest_piece(mask)
    middles = np.argwhere(piece) + 0.5
    apart = np.hypot(*(middles[:, None] - middles).transpose(2, 0, 1)).max()
    assert apart <= found.longest.length + 1e-9
    assert found.perpendicular.length <= found.longest.length + 1e-9
    for end in (
        *(found.longest.start, found.longest.end),
        *(found.perpendicular.start, found.perpendicular.end),
    ):
        assert np.hypot(*(middles - end).T).min() <= 0.5**0.5 + 1e-6


@given(masks())
def test_pieces_are_counted_as_scikit_image_counts_them(mask: Mask) -> None:
    assert piece_count(mask) == label(mask, connectivity=2).max()

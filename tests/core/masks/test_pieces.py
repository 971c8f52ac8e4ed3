"""Pieces of a difference, against scikit-image and SciPy, and what keeping them leads to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage import measure

from brainseg_gui.core.masks.pieces import Difference, Only, Piece
from brainseg_gui.core.types import Mask
from tests.strategies import mask_pairs


def pieces(a: Mask, b: Mask) -> list[Piece]:
    found = Difference(a, b)
    return [found.piece(number) for number in range(1, len(found) + 1)]


def whole(piece: Piece, shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape, bool)
    mask[piece.box.slices] = piece.pixels
    return mask


@given(mask_pairs())
def test_pieces_are_what_scikit_image_finds_of_each_kind_the_largest_first(
    pair: tuple[Mask, Mask],
) -> None:
    a, b = pair
    found = pieces(a, b)
    expected = [
        (Only(only), tuple(map(tuple, region.coords)))
        for only, part in ((1, a & ~b), (2, b & ~a))
        for region in measure.regionprops(measure.label(part, connectivity=2))
    ]
    mine = [(it.only, tuple(map(tuple, np.argwhere(whole(it, a.shape))))) for it in found]
    assert sorted(mine) == sorted(expected)
    assert [it.number for it in found] == list(range(1, len(found) + 1))
    assert [it.area for it in found] == sorted((len(it) for _, it in expected), reverse=True)


@given(mask_pairs())
def test_distances_are_those_of_the_exact_distance_transform(pair: tuple[Mask, Mask]) -> None:
    a, b = pair
    for piece in pieces(a, b):
        other = b if piece.only is Only.A else a
        if not other.any():
            assert piece.distance(other) is None
            continue
        away = ndimage.distance_transform_edt(~other)[whole(piece, a.shape)].max()
        assert piece.distance(other) == pytest.approx(float(away))


def test_distances_of_large_pieces_are_exact_too() -> None:
    rng = np.random.default_rng(5)
    for _ in range(12):
        a, b = ndimage.gaussian_filter(rng.random((2, 90, 110)), (0, 5, 5)) > 0.5
        for piece in pieces(a, b):
            other = b if piece.only is Only.A else a
            away = ndimage.distance_transform_edt(~other)[whole(piece, a.shape)].max()
            assert piece.distance(other) == pytest.approx(float(away))


@given(mask_pairs(), st.data())
def test_any_sequence_of_keeping_ends_at_a_or_b_pixel_by_pixel(
    pair: tuple[Mask, Mask], data: st.DataObject
) -> None:
    """Whether the mask that is changed is one of the two or a third, and in whatever order."""
    a, b = pair
    found = pieces(a, b)
    order = data.draw(st.permutations(found))
    keeps = [data.draw(st.sampled_from(Only)) for _ in order]
    mask, expected = a, a.copy()
    for piece, keep in zip(order, keeps, strict=True):
        mask = piece.kept(mask, keep)
        expected[piece.box.slices][piece.pixels] = keep is piece.only
        assert piece.is_as(mask, keep)
        assert not piece.is_as(mask, keep.other)
    assert np.array_equal(mask, expected)
    for every, one in ((Only.A, a), (Only.B, b)):
        for piece in order:
            mask = piece.kept(mask, every)
        assert np.array_equal(mask, one)


@given(mask_pairs(), st.data())
def test_keeping_one_piece_leaves_every_other_as_it_was(
    pair: tuple[Mask, Mask], data: st.DataObject
) -> None:
    a, b = pair
    found = pieces(a, b)
    if not found:
        return
    kept = data.draw(st.sampled_from(found))
    after = Difference(kept.kept(a, Only.B), b)
    assert len(after) == len(found) - 1
    assert after.find(kept.mark) is None
    for piece in found:
        if piece is not kept:
            again = after.find(piece.mark)
            assert again is not None
            assert np.array_equal(whole(again, a.shape), whole(piece, a.shape))


def test_equal_masks_have_no_piece() -> None:
    mask = np.eye(5, dtype=bool)
    found = Difference(mask, mask.copy())
    assert len(found) == 0
    assert found.box is None
    with pytest.raises(IndexError, match="there are 0 pieces"):
        found.piece(1)


def test_outlines_that_cross_make_a_piece_for_each_side() -> None:
    a, b = np.zeros((2, 20, 20), bool)
    a[5:15, 5:15] = True
    b[7:17, 8:18] = True
    found = pieces(a, b)
    assert [(it.only, it.area, it.distance(b if it.only is Only.A else a)) for it in found] == [
        (Only.A, 44, pytest.approx(np.hypot(2, 3))),
        (Only.B, 44, pytest.approx(np.hypot(2, 3))),
    ]

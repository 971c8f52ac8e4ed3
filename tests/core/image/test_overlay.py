"""Masks drawn over a slice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from brainseg_gui.core import palette
from brainseg_gui.core.image.overlay import MaskLayer, overlay
from brainseg_gui.core.measures.compare import boundary
from brainseg_gui.core.palette import PREDICTION, REFERENCE
from brainseg_gui.core.types import Mask
from tests.strategies import mask_pairs, masks


@given(masks())
def test_outside_the_mask_the_picture_is_the_slice(mask: Mask) -> None:
    view = np.random.default_rng(0).integers(0, 256, mask.shape).astype(np.uint8)
    picture = overlay(view, [MaskLayer(mask, PREDICTION)])
    assert picture.shape == (*mask.shape, 3)
    assert picture.dtype == np.uint8
    for channel in range(3):
        assert np.array_equal(picture[~mask][:, channel], view[~mask])


@given(masks())
def test_the_outline_has_the_colour_of_its_layer(mask: Mask) -> None:
    picture = overlay(np.zeros(mask.shape, np.uint8), [MaskLayer(mask, PREDICTION)])
    assert (picture[boundary(mask)] == PREDICTION).all()


@given(mask_pairs())
def test_no_fill_dims_an_outline(pair: tuple[Mask, Mask]) -> None:
    lower, upper = pair
    layers = [MaskLayer(lower, REFERENCE), MaskLayer(upper, PREDICTION, fill=0.5)]
    picture = overlay(np.zeros(lower.shape, np.uint8), layers)
    visible = boundary(lower) & ~boundary(upper)
    assert (picture[visible] == REFERENCE).all()


def test_the_inside_is_filled_faintly() -> None:
    picture = overlay(np.zeros((5, 5), np.uint8), [MaskLayer(np.ones((5, 5), bool), PREDICTION)])
    assert np.allclose(picture[2, 2], np.array(PREDICTION) * 0.15, atol=0.5)


def test_levels_and_views_between_0_and_1_look_the_same() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    view = (levels / 255).astype(np.float32)
    assert np.array_equal(overlay(levels, []), overlay(view, []))


def test_the_slice_itself_is_not_painted_on() -> None:
    levels = np.zeros((5, 5), np.uint8)
    overlay(levels, [MaskLayer(np.ones((5, 5), bool), PREDICTION)])
    assert not levels.any()


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("REFERENCE", "#56B4E9"),
        ("PREDICTION", "#E69F00"),
        ("CORRECTION", "#009E73"),
        ("ADDED", "#D55E00"),
        ("MISSED", "#0072B2"),
    ],
)
def test_the_colours_are_those_of_okabe_and_ito(name: str, colour: str) -> None:
    assert getattr(palette, name).hex == colour

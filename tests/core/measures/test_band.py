"""How far the area of a prediction moves with the threshold."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from brainseg_gui.core.measures.band import AreaBand, area_band, band_lines
from brainseg_gui.core.types import Probability
from tests.strategies import probabilities


def test_a_cone_is_as_large_as_its_levels_are() -> None:
    rows, columns = np.mgrid[:101, :101]
    far = np.hypot(rows - 50, columns - 50)
    percent = np.rint(np.clip(1 - far / 50, 0, 1) * 100).astype(np.uint8)
    band = area_band(percent)
    assert abs(band.low_px - np.pi * 15**2) < 30
    assert abs(band.high_px - np.pi * 35**2) < 80
    outer, inner = band_lines(percent)
    assert abs(np.hypot(*(outer - 50.5).T).mean() - 35) < 0.5
    assert abs(np.hypot(*(inner - 50.5).T).mean() - 15) < 0.5


def test_the_area_of_another_view_widens_the_band_and_never_narrows_it() -> None:
    band = AreaBand(377, 451)
    assert band.with_area(400) == band
    assert band.with_area(300) == AreaBand(300, 451)
    assert band.with_area(500) == AreaBand(377, 500)


@given(probabilities())
def test_the_area_at_one_half_lies_within(probability: Probability) -> None:
    band = area_band(np.rint(probability * 100).astype(np.uint8))
    assert band.low_px <= np.count_nonzero(probability >= 0.5) <= band.high_px

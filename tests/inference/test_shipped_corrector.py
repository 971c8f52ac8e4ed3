"""The corrector that comes along is whole, small, and mends a mask in a few clicks."""

from __future__ import annotations

import numpy as np
from brainseg_gui.resources import resource

from brainseg_gui.core.clicks.robot import centre_click
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference import open_corrector
from brainseg_gui.inference.bundles import default_corrector
from brainseg_gui.inference.model_card import CORRECTOR, read_card


def test_it_is_whole_and_takes_no_more_than_12_megabytes() -> None:
    card = read_card(default_corrector(), CORRECTOR)
    assert sum(card.sizes.values()) <= 12e6
    assert card.training_patients
    assert card.data["attribution"]


def test_three_clicks_on_an_empty_mask_find_most_of_a_tumour() -> None:
    slice_, rng = read_slice(resource("demo") / "1.mat"), np.random.default_rng(0)
    assert slice_.reference is not None
    mask, clicks, corrector = np.zeros(slice_.shape, bool), [], open_corrector()
    for _ in range(3):
        click = centre_click(mask, slice_.reference, rng)
        assert click is not None
        clicks.append(click)
        mask = corrector.correct(slice_.pixels, mask, clicks)
    assert (dice(mask, slice_.reference) or 0) > 0.8

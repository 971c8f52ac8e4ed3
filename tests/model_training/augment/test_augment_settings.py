"""Augmentation in a recipe: what it may say, and the sentence where it may not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from model_training.augment import PRESETS, AugmentSettings


@pytest.mark.parametrize("preset", PRESETS)
def test_settings_survive_a_recipe(preset: str) -> None:
    stored = json.dumps(PRESETS[preset].to_dict())
    assert AugmentSettings.from_dict(json.loads(stored)) == PRESETS[preset]


def test_a_recipe_may_depart_from_a_preset() -> None:
    chosen = AugmentSettings.from_dict({"preset": "strong", "rotation": 10, "zoom": [0.9, 1.1]})
    assert (chosen.rotation, chosen.zoom) == (10, (0.9, 1.1))
    assert chosen.elastic_chance == PRESETS["strong"].elastic_chance > 0


def test_a_recipe_that_names_no_preset_departs_from_light() -> None:
    assert AugmentSettings.from_dict({}) == PRESETS["light"] == AugmentSettings()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"rotaton": 3}, "unknown augmentation setting rotaton"),
        ({"preset": "wild"}, "preset must be one of none, light, strong; found 'wild'"),
        ({"rotation": "much"}, "rotation must be a number from 0 to 180, found 'much'"),
        ({"rotation": -1}, "rotation must be a number from 0 to 180, found -1"),
        ({"noise": float("nan")}, "noise must be a number from 0 to 1, found nan"),
        ({"noise_chance": 1.5}, "noise_chance must be a number from 0 to 1, found 1.5"),
        ({"noise_chance": True}, "noise_chance must be a number"),
        ({"zoom": [1.3, 0.7]}, "zoom must rise from above 0, found 1.3 to 0.7"),
        ({"zoom": [0, 1]}, "zoom must rise from above 0, found 0 to 1"),
        ({"zoom": 2}, "zoom must be two numbers, found 2"),
        ({"resolution": [0.5, 2]}, "resolution must rise from 1.0, found 0.5 to 2"),
        ({"paste_opacity": [0.5, 2]}, "paste_opacity must rise from above 0 to 1 at most"),
        ({"elastic_nodes": 2.5}, "elastic_nodes must be a whole number from 1 to 64, found 2.5"),
        ({"elastic": 0.2}, "elastic 0.2 would fold the image: with 6 elastic_nodes it may be 0.08"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        AugmentSettings.from_dict(values)
    assert sentence in str(refused.value)

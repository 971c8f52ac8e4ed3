"""What augmentation may do, as one frozen value that can stand in a recipe."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A cubic B-spline grid whose nodes move less than this share of their spacing never folds:
# Choi & Lee, "Injectivity conditions of 2D and 3D uniform cubic B-spline functions", 2000.
UNFOLDED = 0.48
Range = tuple[float, float]


@dataclass(frozen=True)
class AugmentSettings:
    """Chances and ranges; the defaults are the preset "light".

    Every `…_chance` is the share of slices to which the change happens, and 0 switches it off.
    Amounts are drawn evenly from their range, those of `zoom`, `gamma` and `contrast` evenly in
    the logarithm.

    Attributes
    ----------
    mirror_chance : float
        Left to right.
    flip_chance : float
        Upside down.
    affine_chance : float
        Rotation, zoom, shear and shift together.
    rotation : float
        Largest angle to either side in degrees.
    zoom : (float, float)
        Smallest and largest magnification.
    shear : float
        Tangent of the largest angle.
    shift : float
        Largest shift in either direction, as a share of the side.
    elastic_chance : float
    elastic : float
        Largest displacement of a node in either direction, as a share of the side.
    elastic_nodes : int
        Spacings of nodes along a side: more nodes, shorter bends.
    paste_chance : float
        The tumour of another slice of the batch pasted in, see `augment.paste`.
    paste_shift : float
        Largest shift of it in either direction, as a share of the side.
    paste_opacity : (float, float)
        How far it covers what was there.
    bias_chance : float
    bias : float
        Largest natural logarithm of the receive coil's gain, either sign.
    bias_nodes : int
        Spacings of nodes along a side.
    blur_chance : float
    blur : (float, float)
        Standard deviation of a Gaussian in pixels.
    resolution_chance : float
    resolution : (float, float)
        How many times larger the simulated pixels are.
    noise_chance : float
    noise : float
        Largest standard deviation.
    gamma_chance, inverted_gamma_chance : float
        x^γ, and 1 - (1 - x)^γ, which bends the bright end instead of the dark one.
    gamma : (float, float)
    contrast_chance : float
        Contrast about mid-grey and brightness together.
    contrast : (float, float)
        Smallest and largest factor.
    brightness : float
        Largest value added, either sign.
    channel_share : float
        How far gamma, contrast, brightness and the strength of noise are drawn for each channel
        by itself: 0 all channels alike, 1 each its own. All else hits every channel alike, since
        they are views of one acquisition.

    Raises
    ------
    ValueError
        If a setting has the wrong type or lies outside its range, or nodes move so far that the
        image would fold.
    """

    mirror_chance: float = 0.5
    flip_chance: float = 0.15
    affine_chance: float = 1.0
    rotation: float = 25.0
    zoom: Range = (0.75, 1.3)
    shear: float = 0.08
    shift: float = 0.08
    elastic_chance: float = 0.0
    elastic: float = 0.04
    elastic_nodes: int = 6
    paste_chance: float = 0.0
    paste_shift: float = 0.15
    paste_opacity: Range = (0.7, 1.0)
    bias_chance: float = 0.0
    bias: float = 0.6
    bias_nodes: int = 2
    blur_chance: float = 0.2
    blur: Range = (0.5, 1.0)
    resolution_chance: float = 0.0
    resolution: Range = (1.0, 2.0)
    noise_chance: float = 0.5
    noise: float = 0.06
    gamma_chance: float = 1.0
    inverted_gamma_chance: float = 0.0
    gamma: Range = (0.67, 1.5)
    contrast_chance: float = 1.0
    contrast: Range = (0.75, 1.25)
    brightness: float = 0.1
    channel_share: float = 1.0

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check(field.name, field.type, getattr(self, field.name))
        if self.elastic > UNFOLDED / self.elastic_nodes:
            raise ValueError(
                f"elastic {self.elastic} would fold the image: with {self.elastic_nodes} "
                f"elastic_nodes it may be {UNFOLDED / self.elastic_nodes:.3f} at most"
            )

    @classmethod
    def none(cls) -> AugmentSettings:
        """Return settings that leave every slice as it is."""
        names = (field.name for field in dataclasses.fields(cls))
        return cls(**{name: 0.0 for name in names if name.endswith("_chance")})  # type: ignore[arg-type]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> AugmentSettings:
        """Return the settings that a recipe names.

        Parameters
        ----------
        values : mapping
            Any settings by name, pairs as lists or tuples; `"preset"` names those of `PRESETS`
            that the others depart from ("light" where it is missing).

        Raises
        ------
        ValueError
            If a setting or preset is unknown, or a value is wrong.
        """
        given = dict(values)
        preset = given.pop("preset", "light")
        if preset not in PRESETS:
            raise ValueError(
                f"augmentation preset must be one of {', '.join(PRESETS)}; found {preset!r}"
            )
        known = {field.name for field in dataclasses.fields(cls)}
        if unknown := sorted(given.keys() - known):
            raise ValueError(f"unknown augmentation setting {', '.join(unknown)}")
        for name, value in given.items():
            given[name] = tuple(value) if isinstance(value, list) else value
        return dataclasses.replace(PRESETS[preset], **given)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; `from_dict` takes them back."""
        return dataclasses.asdict(self)


# Numbers that lie between 0 and this; chances and shares end at 1, pairs are above 0.
LARGEST = {
    "rotation": 180.0,
    "shear": 1.0,
    "shift": 0.5,
    "paste_shift": 0.5,
    "bias": 3.0,
    "noise": 1.0,
}
LOWEST_OF_PAIR = {"resolution": 1.0}
HIGHEST_OF_PAIR = {"paste_opacity": 1.0}


def _check(name: str, kind: Any, value: Any) -> None:
    if kind == "Range":
        if not isinstance(value, tuple) or len(value) != 2 or not all(map(_is_number, value)):
            raise ValueError(f"{name} must be two numbers, found {value!r}")
        lowest, highest = LOWEST_OF_PAIR.get(name, 0.0), HIGHEST_OF_PAIR.get(name, math.inf)
        if not (0 < value[0] <= value[1] <= highest and lowest <= value[0]):
            most = "" if highest == math.inf else f" to {highest:g} at most"
            raise ValueError(
                f"{name} must rise from {lowest or 'above 0'}{most}, found {value[0]} to {value[1]}"
            )
    elif kind == "int":
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 64:
            raise ValueError(f"{name} must be a whole number from 1 to 64, found {value!r}")
    else:
        largest = LARGEST.get(name, 1.0)
        if not _is_number(value) or not 0 <= value <= largest:
            raise ValueError(f"{name} must be a number from 0 to {largest:g}, found {value!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


PRESETS = {
    "none": AugmentSettings.none(),
    "light": AugmentSettings(),
    "strong": AugmentSettings(
        rotation=30.0,
        zoom=(0.7, 1.4),
        shear=0.1,
        shift=0.1,
        elastic_chance=0.4,
        bias_chance=0.3,
        blur_chance=0.2,
        blur=(0.5, 1.2),
        resolution_chance=0.2,
        noise_chance=0.3,
        noise=0.08,
        gamma_chance=0.5,
        inverted_gamma_chance=0.2,
        contrast_chance=0.6,
        contrast=(0.65, 1.5),
        channel_share=0.3,
    ),
}

"""What a network sees of a slice: one definition for training, window and command line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.clahe import clahe
from brainseg_gui.core.image.contrast import (
    equalise,
    levels_of,
    percentile,
    spread,
    stretch,
    zscore,
)
from brainseg_gui.core.image.resample import resize_square
from brainseg_gui.core.types import Mask, Pixels, Probability


@dataclass(frozen=True)
class View:
    """A way to look at the histogram, with the limits of its parameters.

    Attributes
    ----------
    function : callable
        Takes (H, W) levels or places and the parameters; returns (H, W) float32 in [0, 1].
    of_levels : bool
        Whether it takes 256 grey levels, or the places of the pixels between the extremes.
    parameters : tuple of (name, default, lowest, highest)
        Defaults stand behind the plain names in cards: they never change.
    rising : bool
        Whether each parameter must be above the one before.
    """

    function: Callable[..., NDArray[np.float32]]
    of_levels: bool
    parameters: tuple[tuple[str, float, float, float], ...] = ()
    rising: bool = False


CHANNELS: dict[str, View] = {
    "equalised": View(equalise, of_levels=True),
    "stretched": View(stretch, True, (("low", 1.0, 0, 100), ("high", 99.5, 0, 100)), rising=True),
    "clahe": View(clahe, True, (("clip_limit", 0.01, 0.001, 1), ("tiles", 8, 1, 64))),
    "percentile": View(
        percentile, False, (("low", 0.5, 0, 100), ("high", 99.5, 0, 100)), rising=True
    ),
    "zscore": View(zscore, False, (("clip", 5.0, 0.1, 100),)),
}


@dataclass(frozen=True)
class Channel:
    """One input channel: a view and the values of its parameters.

    Attributes
    ----------
    name : str
        One of `CHANNELS`.
    values : tuple of float
        One for each parameter of the view, in its order.
    """

    name: str
    values: tuple[float, ...]

    @classmethod
    def parse(cls, text: str) -> Channel:
        """Read `name` or `name:value:value`; what is not given has its default.

        Raises
        ------
        ValueError
            If view or parameter is unknown or beyond its limits.

        Examples
        --------
        >>> Channel.parse("percentile:2").parameters
        {'low': 2.0, 'high': 99.5}
        """
        name, *given = str(text).split(":")  # a damaged card may hold anything
        if name not in CHANNELS:
            raise ValueError(
                f"preprocessing channels must be among {', '.join(CHANNELS)}; found {text}"
            )
        view = CHANNELS[name]
        if len(given) > len(view.parameters):
            raise ValueError(
                f"channel {text}: {name} takes {len(view.parameters)} values, found {len(given)}"
            )
        values = [default for _, default, _, _ in view.parameters]
        for place, number in enumerate(given):
            values[place] = _within(text, number, *view.parameters[place])
        if view.rising and any(low >= high for low, high in pairwise(values)):
            raise ValueError(f"channel {text}: each value must be above the one before")
        return cls(name, tuple(values))

    @property
    def parameters(self) -> dict[str, float]:
        """Return every parameter by its name."""
        names = [name for name, *_ in CHANNELS[self.name].parameters]
        return dict(zip(names, self.values, strict=True))

    def apply(self, places: NDArray[np.float64], levels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the (H, W) float32 channel in [0, 1]."""
        view = CHANNELS[self.name]
        return view.function(levels if view.of_levels else places, *self.values)


@dataclass(frozen=True)
class Preprocessing:
    """Turn pixels into a network's input, and its output back into pixels.

    Attributes
    ----------
    channels : tuple of str
        Views of the histogram, one input channel each; names from `CHANNELS`, with values for
        their parameters or without: `percentile:0.5:99.5`.
    size : int
        Side S of the square input in pixels. A slice that is not square is padded, centred,
        so that shapes keep their proportions.

    Raises
    ------
    ValueError
        If a channel is unknown, has a wrong parameter, or there is none.
    """

    channels: tuple[str, ...]
    size: int

    def __post_init__(self) -> None:
        if not self.channels:
            raise ValueError(
                f"preprocessing channels must be among {', '.join(CHANNELS)}; found none"
            )
        for text in self.channels:
            Channel.parse(text)

    @cached_property
    def parsed(self) -> tuple[Channel, ...]:
        """Return the channels with all their parameters."""
        return tuple(Channel.parse(text) for text in self.channels)

    def apply(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return the (S, S, C) float32 input in [0, 1] for (H, W) pixels of any scale."""
        return self._squared(self._views(pixels))

    def squared(self, channels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the input for the (H, W, C) channels that `at_own_size` made of a slice."""
        return self._squared(np.moveaxis(channels, -1, 0))

    def _squared(self, views: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.stack([_to_square(view, self.size) for view in views], axis=-1)

    def at_own_size(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return the channels as (H, W, C) float32 in [0, 1], for who looks at a part of them."""
        return np.stack(self._views(pixels), axis=-1)

    def _views(self, pixels: Pixels) -> list[NDArray[np.float32]]:
        places = spread(pixels)
        levels = levels_of(places)
        return [channel.apply(places, levels) for channel in self.parsed]

    def mask(self, mask: Mask) -> NDArray[np.float32]:
        """Return the (S, S) float32 coverage in [0, 1] of an (H, W) bool mask."""
        return _to_square(mask.astype(np.float32), self.size)

    def restore(self, answer: NDArray[np.float32], shape: tuple[int, int]) -> Probability:
        """Bring the network's (S, S) answer back onto an (H, W) slice; float32 in [0, 1]."""
        side = max(shape)
        top, left = (side - shape[0]) // 2, (side - shape[1]) // 2
        # The mean over views of several sizes, made in the network, may lie a little above 1.
        square = np.clip(resize_square(answer, side), 0, 1)
        own = square[top : top + shape[0], left : left + shape[1]]
        return Probability(np.ascontiguousarray(own))


class LastViews:
    """The channels of a slice at its own size; those of the last one are kept.

    They serve its next click, and every network of the process that sees the same channels.

    Parameters
    ----------
    preprocessing : Preprocessing
    """

    def __init__(self, preprocessing: Preprocessing) -> None:
        self._preprocessing = preprocessing
        self._last: tuple[bytes, NDArray[np.float32]] | None = None

    def __call__(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return the (H, W, C) float32 channels of (H, W) pixels."""
        content = np.ascontiguousarray(pixels)
        key = hashlib.blake2b(content.data, digest_size=16).digest() + repr(pixels.shape).encode()
        if self._last is None or self._last[0] != key:
            self._last = key, self._preprocessing.at_own_size(pixels)
        return self._last[1]


def _within(text: str, number: str, name: str, default: float, low: float, high: float) -> float:
    """Return a parameter's value; one that is no number between its limits is a ValueError."""
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise ValueError(
            f"channel {text}: {name} must be from {low:g} to {high:g} "
            f"(default {default:g}), found {number}"
        )
    return value


def _to_square(image: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    height, width = image.shape
    side = max(height, width)
    if height != width:
        top, left = (side - height) // 2, (side - width) // 2
        image = np.pad(image, ((top, side - height - top), (left, side - width - left)))
    return resize_square(image, size)

"""One slice on the way through a lesson: what the network sees, and what was clicked so far."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.clicks.errors import largest_error
from brainseg_gui.core.clicks.maps import disks
from brainseg_gui.core.clicks.merge import merge
from brainseg_gui.core.clicks.robot import centre_click, jittered_click
from brainseg_gui.core.types import Mask
from model_training.recipes.click_settings import ClickSettings


@dataclass
class Scene:
    """A crop with a mask that is being corrected.

    Attributes
    ----------
    image : (S, S, C) float32 in [0, 1]
    coverage : (S, S) float32
        Of each pixel by the reference.
    mask : (S, S) bool
        As it is now.
    probability : (S, S) float32
    clicks : list of Click
        In pixels of the crop, oldest first.
    clicked : (S, S) bool
        The piece of the error that the last click was made for.
    """

    image: np.ndarray
    coverage: np.ndarray
    mask: Mask
    probability: np.ndarray
    clicks: list[Click] = field(default_factory=list)
    clicked: Mask | None = None

    @property
    def reference(self) -> Mask:
        """Return the (S, S) bool reference."""
        return self.coverage >= 0.5

    def click(self, settings: ClickSettings, rng: np.random.Generator) -> None:
        """Add the next click; none where the mask is right."""
        robot = centre_click if rng.random() < settings.centre_chance else jittered_click
        click = robot(self.mask, self.reference, rng)
        piece = largest_error(self.mask, self.reference)
        if click is None or piece is None:
            return
        self.clicks.append(click)
        self.clicked = piece.whole(self.mask.shape)  # type: ignore[arg-type]

    def answer(self, probability: np.ndarray, threshold: float) -> None:
        """Let the network's (S, S) answer change the mask, as a reader would see it change."""
        self.mask = merge(self.mask, probability >= threshold, self.clicks)

    def inputs(self, radius: float) -> np.ndarray:
        """Return the (S, S, C + 4) float32 input of the network."""
        size = len(self.mask)
        places = [(click.row, click.column, click.inside) for click in self.clicks]
        maps = disks(places, size, radius)
        beside = np.stack([self.mask.astype(np.float32), self.probability], axis=-1)
        return np.concatenate([self.image, beside, maps], axis=-1)

    def target(self, settings: ClickSettings) -> np.ndarray:
        """Return the (S, S, 2) float32 coverage and weight of each pixel."""
        weight = np.ones(self.mask.shape, np.float32)
        if self.clicked is not None:
            weight += np.float32(settings.error_weight) * self.clicked
            last = self.clicks[-1]
            lines = np.arange(len(weight)) + 0.5
            near = (lines[:, None] - last.row) ** 2 + (lines - last.column) ** 2
            reach = np.exp(-near / (2 * settings.click_reach**2))
            weight += (settings.click_weight * reach).astype(np.float32)
        return np.stack([self.coverage, weight], axis=-1)

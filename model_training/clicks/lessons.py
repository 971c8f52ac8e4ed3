"""What a corrector is shown: crops around masks that are wrong, clicked by a robot."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.clicks.crop import Crop, crop_around, square
from brainseg_gui.core.clicks.robot import centre_click
from brainseg_gui.core.types import Mask
from model_training.augment.intensity import vary_intensity
from model_training.augment.settings import AugmentSettings
from model_training.clicks.scene import Scene
from model_training.clicks.spoil import soften, spoil
from model_training.clicks.starts import Starts
from model_training.data.examples import Examples
from model_training.recipes.click_settings import ClickSettings

Answer = Callable[[np.ndarray], np.ndarray]
"""(N, S, S, C + 4) inputs to (N, S, S, 1) probabilities, without gradient."""

COARSE = 2  # image pixels, along a side, in a pixel on which masks are made and spoilt
TRANSPOSE_CHANCE = 0.15
SIDE, SHIFT = (0.85, 1.3), 0.12  # how a crop differs from that of the program, in its sides


@dataclass(frozen=True, eq=False)
class Lessons:
    """The batches of one epoch: order and content depend on the seed alone, and on the network.

    Attributes
    ----------
    examples : Examples
        Whole slices, in full resolution.
    starts : Starts
        Of the same slices.
    settings : ClickSettings
    augmentation : AugmentSettings
        Of the intensity; crops are mirrored by its chances.
    size : int
        Side S of the crops in the network's pixels.
    batch : int
        Slices.
    threshold : float
    seed : tuple of int
        Of the run, the stage and the epoch.
    """

    examples: Examples
    starts: Starts
    settings: ClickSettings
    augmentation: AugmentSettings
    size: int
    batch: int
    threshold: float
    seed: tuple[int, ...]

    def __len__(self) -> int:
        return math.ceil(len(self.examples) / self.batch)

    def make(self, index: int, answer: Answer) -> tuple[np.ndarray, np.ndarray]:
        """Return inputs (N, S, S, C + 4) and targets (N, S, S, 2) of a batch."""
        scenes, rng = self._scenes(index)
        self._click(scenes, rng)
        for _ in range(int(rng.choice(len(self.settings.rounds), p=self.settings.rounds))):
            probabilities = answer(self._inputs(scenes))
            for scene, probability in zip(scenes, probabilities, strict=True):
                scene.answer(probability[..., 0], self.threshold)
            self._click(scenes, rng)
        return self._inputs(scenes), np.stack([scene.target(self.settings) for scene in scenes])

    def some_inputs(self, most: int) -> Iterator[np.ndarray]:
        """Yield the inputs of up to `most` batches, clicked once."""
        for index in range(min(most, len(self))):
            scenes, rng = self._scenes(index)
            self._click(scenes, rng)
            yield self._inputs(scenes)

    def _scenes(self, index: int) -> tuple[list[Scene], np.random.Generator]:
        order = np.random.default_rng(self.seed).permutation(len(self.examples))
        places = np.arange(index * self.batch, (index + 1) * self.batch) % len(order)
        rng = np.random.default_rng((*self.seed, index))
        scenes = [self._scene(int(which), rng) for which in order[places]]
        images = np.stack([scene.image for scene in scenes])
        varied = vary_intensity(images, rng, self.augmentation)
        for scene, image in zip(scenes, varied, strict=True):
            scene.image = image
        return scenes, rng

    def _click(self, scenes: list[Scene], rng: np.random.Generator) -> None:
        for scene in scenes:
            scene.click(self.settings, rng)

    def _inputs(self, scenes: list[Scene]) -> np.ndarray:
        return np.stack([scene.inputs(self.settings.radius) for scene in scenes])

    def _scene(self, which: int, rng: np.random.Generator) -> Scene:
        reference = np.asarray(self.examples.masks[which])
        coarse = reference[::COARSE, ::COARSE] >= 128
        mask, probability = self._start(coarse, self.starts.of(which), rng)
        crop = self._crop(mask, coarse, rng)
        whole = Crop(crop.top * COARSE, crop.left * COARSE, crop.side * COARSE)
        image = whole.take(self.examples.images[which], self.size) / 255
        fine = whole.take(reference[..., None], self.size)[..., 0] / 255
        masks = np.stack([mask, probability], axis=-1).astype(np.float32)
        seen = crop.take(masks, self.size)
        maps = np.concatenate([image, fine[..., None], seen], axis=-1)
        maps = np.clip(self._turned(maps, rng), 0, 1)
        channels = image.shape[-1]
        now = maps[..., channels + 1] >= 0.5
        return Scene(maps[..., :channels], maps[..., channels], now, maps[..., channels + 2])

    def _start(
        self, reference: Mask, predicted: np.ndarray | None, rng: np.random.Generator
    ) -> tuple[Mask, np.ndarray]:
        """Return a mask as a reader may meet it, and the probability behind it."""
        settings, chance = self.settings, rng.random()
        if chance < settings.empty_chance:
            mask, probability = np.zeros(reference.shape, bool), None
        elif predicted is None or chance < settings.empty_chance + settings.degraded_chance:
            mask = spoil(reference, rng)
            probability = soften(mask, rng)
        else:
            scale = len(reference) // len(predicted)
            probability = predicted.repeat(scale, 0).repeat(scale, 1).astype(np.float32) / 255
            mask = probability >= self.threshold
        if probability is None or rng.random() < settings.without_probability:
            probability = mask.astype(np.float32)
        return mask, probability

    def _crop(self, mask: Mask, reference: Mask, rng: np.random.Generator) -> Crop:
        """Return about the crop that the program would make for the first click."""
        click: Click | None = centre_click(mask, reference, rng)
        crop = crop_around(mask, [click] if click else [])
        middle = np.array([crop.top, crop.left]) + crop.side / 2
        middle = middle + rng.uniform(-SHIFT, SHIFT, 2) * crop.side
        side = crop.side * np.exp(rng.uniform(*np.log(SIDE)))
        return square(float(middle[0]), float(middle[1]), float(side), mask.shape)

    def _turned(self, maps: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        if rng.random() < self.augmentation.mirror_chance:
            maps = maps[:, ::-1]
        if rng.random() < self.augmentation.flip_chance:
            maps = maps[::-1]
        if rng.random() < TRANSPOSE_CHANCE:
            maps = maps.transpose(1, 0, 2)
        return np.ascontiguousarray(maps)

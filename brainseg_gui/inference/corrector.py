"""Correct a mask where a reader clicked: the network that looks, and what is written of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.clicks.crop import Crop, crop_around
from brainseg_gui.core.clicks.looks import FURTHER, Found, Look, looks_at, proposal, runs_out
from brainseg_gui.core.clicks.maps import disks
from brainseg_gui.core.clicks.merge import merge
from brainseg_gui.core.image.preprocess import LastViews, Preprocessing
from brainseg_gui.core.types import Mask, Pixels, Probability
from brainseg_gui.inference.bundles import default_corrector
from brainseg_gui.inference.corrector_request import check_request, check_slice
from brainseg_gui.inference.model_card import CORRECTOR, ModelCard, read_card
from brainseg_gui.inference.onnx_session import open_session
from brainseg_gui.inference.segmenter import finite

Request = tuple[NDArray[np.float32], Mask, NDArray[np.float32], Sequence[Click]]
"""Channels of the slice, mask, probability and clicks."""
Answer = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""(1, S, S, C + 4) input of the network to its (S, S) probability."""


@dataclass(frozen=True)
class Steps:
    """From slice, mask and clicks to a network's input, and from its answer to a mask.

    Attributes
    ----------
    preprocessing : Preprocessing
        The channels of the image, and the side S of the network's input.
    radius : float
        Of the disk that shows a click, in the network's pixels.
    threshold : float
        Probability from which a pixel belongs to the tumour.
    """

    preprocessing: Preprocessing
    radius: float
    threshold: float

    @classmethod
    def of_card(cls, card: ModelCard) -> Steps:
        """Return the steps that a corrector's card describes."""
        return cls(card.preprocessing, card.radius, card.threshold)

    def inputs(
        self,
        views: NDArray[np.float32],
        mask: Mask,
        probability: NDArray[np.float32],
        clicks: Sequence[Click],
        crop: Crop,
    ) -> NDArray[np.float32]:
        """Return the (1, S, S, C + 4) float32 input for what lies within a crop."""
        size = self.preprocessing.size
        image = crop.take(views, size)
        beside = crop.take(np.stack([mask, probability], axis=-1), size)
        beside[..., 0] = beside[..., 0] >= 0.5
        places = [(*crop.to_view(click, size), click.inside) for click in clicks]
        maps = [image, beside, disks(places, size, self.radius)]
        return np.clip(np.concatenate(maps, axis=-1), 0, 1)[np.newaxis]


class Corrector:
    """Changes a mask where a reader clicked, and nowhere else.

    The network looks four times, by two and two, and what it says is the mean: what it says of
    one crop depends on where that ends, and on its side.

    Parameters
    ----------
    steps : Steps
    answer : callable
        The network; two threads ask it at once.

    Attributes
    ----------
    views : LastViews
        What makes the channels of a slice; may be exchanged for that of another network.
    """

    engine, device = "onnxruntime", "CPU"

    def __init__(self, steps: Steps, answer: Answer) -> None:
        self._steps = steps
        self._answer = answer
        self.views = LastViews(steps.preprocessing)
        self._eyes = ThreadPoolExecutor(2, "look")

    def correct(
        self,
        pixels: Pixels,
        mask: Mask,
        clicks: Sequence[Click],
        probability: Probability | NDArray[np.float32] | None = None,
    ) -> Mask:
        """Return a mask as the last click asks for it.

        Parameters
        ----------
        pixels : (H, W) float32
            As read.
        mask : (H, W) bool
            As it is now. Not changed.
        clicks : sequence of Click
            Oldest first; the last one is new.
        probability : (H, W) float32, optional
            Of the segmenter, in [0, 1]; the mask stands in for it where there is none.

        Returns
        -------
        (H, W) bool
            New. Every clicked pixel has the side that was asked for, the latest click deciding;
            these apart, only the changed piece at the last click differs from `mask`.

        Raises
        ------
        ValueError
            If an array has another size or kind, or a click lies outside of the image.
        EngineError
            If the network's answer is no number.
        """
        pixels, mask, seen = check_request(pixels, mask, clicks, probability)
        request, crop = (self.views(pixels), mask, seen, clicks), crop_around(mask, clicks)
        answers = self._look(request, looks_at(crop, mask.shape))
        merged = merge(mask, proposal(mask, answers, self._steps.threshold), clicks)
        if runs_out(merged ^ mask, crop):
            answers = self._look(request, looks_at(crop.wider(FURTHER, mask.shape), mask.shape))
        else:
            others = looks_at(crop, mask.shape, mirrored=(True, False))
            answers += self._look(request, others)
        return merge(mask, proposal(mask, answers, self._steps.threshold), clicks)

    def reconsider(
        self,
        pixels: Pixels,
        mask: Mask,
        probability: Probability | NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Return what the network makes of a mask that nobody has clicked at.

        Parameters
        ----------
        pixels, mask, probability
            As of `correct`.

        Returns
        -------
        (H, W) float32
            Probability at one look around the mask, and beyond it the one that was given.

        Raises
        ------
        ValueError, EngineError
            As `correct`.
        """
        pixels, mask, seen = check_slice(pixels, mask, probability)
        look = Look(crop_around(mask, []), mirrored=False)
        places, found = self._see((self.views(pixels), mask, seen, []), look)
        told = seen.copy()
        told[places] = np.clip(found, 0, 1)
        return told

    def _look(self, request: Request, looks: Sequence[Look]) -> list[Found]:
        """Return what the network sees, all looks at once."""
        return list(self._eyes.map(lambda look: self._see(request, look), looks))

    def _see(self, request: Request, look: Look) -> Found:
        step = -1 if look.mirrored else 1
        inputs = self._steps.inputs(*request, look.crop)[:, :, ::step]
        answer = finite(self._answer(np.ascontiguousarray(inputs)))[:, ::step]
        shape = request[1].shape
        return look.crop.put_back(np.ascontiguousarray(answer), (shape[0], shape[1]))


def open_corrector(bundle: Path | str | None = None) -> Corrector:
    """Open the network that corrects masks by clicks.

    Parameters
    ----------
    bundle : Path, optional
        Folder with weights and card; the one that came along where None.

    Raises
    ------
    BundleError
        If the bundle is missing, cut off, does not match its sums, or is a network that proposes
        masks.
    EngineError
        If ONNX Runtime is not installed or cannot load the network.
    """
    folder = default_corrector() if bundle is None else Path(bundle)
    card = read_card(folder, CORRECTOR)
    # A crop takes less time than its way to a GPU, or than two threads take to meet.
    session = open_session(folder, card, "cpu", threads=1)
    return Corrector(Steps.of_card(card), _asking(session))


def _asking(session: Any) -> Answer:
    name, output = session.get_inputs()[0].name, session.get_outputs()[0].name

    def answer(inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        (found,) = session.run([output], {name: inputs})
        probability: NDArray[np.float32] = found[0, :, :, 0]
        return probability

    return answer

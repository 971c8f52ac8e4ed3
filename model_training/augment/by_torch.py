"""The augmentation of a batch on PyTorch's device, where a GPU would otherwise wait for it.

All chance is drawn as for NumPy, so the same generator gives the same batch up to rounding. What
NumPy does slice by slice is done for the whole batch at once, with neutral values for the slices to
which nothing happens: a GPU has more trouble with many small steps than with a few vain ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from scipy import ndimage
from torch.nn import functional

from model_training.augment.fields import spline_basis
from model_training.augment.geometry import affine_parameters, elastic_parameters
from model_training.augment.intensity import (
    IntensityChange,
    coarse_side,
    draw_intensity,
    line_places,
    normal_quantiles,
)
from model_training.augment.paste import (
    AIR,
    LEAST_IN_HEAD,
    LEAST_PIXELS,
    REACH,
    SEAM,
    Paste,
    draw_pastes,
)
from model_training.augment.settings import AugmentSettings

Taps = tuple[np.ndarray, np.ndarray]
"""For each of S output pixels of a line the T input pixels it is made of, and their weights."""


def augment_by_torch(
    images: np.ndarray,
    masks: np.ndarray,
    rng: np.random.Generator,
    settings: AugmentSettings,
    device: str = "cuda",
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a varied copy of a batch as tensors on a device; see `augment`.

    Parameters
    ----------
    images : (N, S, S, C) uint8, or float32 in [0, 1]
    masks : (N, S, S, 1) of the same type
    rng : numpy Generator
    settings : AugmentSettings
    device : str

    Returns
    -------
    (N, S, S, C) and (N, S, S, 1) float32.
    """
    with torch.no_grad():
        count, side, _, channels = images.shape
        batch = torch.cat([_planes(images, device), _planes(masks, device)], dim=1)
        batch = _vary_geometry(batch, rng, settings)
        if pastes := draw_pastes(count, side, rng, settings):
            batch = _paste(batch, pastes)
        changes = [draw_intensity(side, channels, rng, settings) for _ in range(count)]
        varied = _show(_acquire(batch[:, :-1], changes).clamp(0, 1), changes).clamp(0, 1)
        return _pixels(varied), _pixels(batch[:, -1:])


def _planes(images: np.ndarray, device: str) -> torch.Tensor:
    """Return (N, S, S, C) values as (N, C, S, S) float32 in [0, 1]."""
    sent = torch.from_numpy(images).to(device)
    planes = sent.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.contiguous_format)
    return planes / 255 if images.dtype == np.uint8 else planes


def _pixels(planes: torch.Tensor) -> torch.Tensor:
    return planes.permute(0, 2, 3, 1).contiguous()


def _send(values: Any, like: torch.Tensor) -> torch.Tensor:
    return torch.tensor(np.asarray(values, np.float32), device=like.device)


def _vary_geometry(
    batch: torch.Tensor, rng: np.random.Generator, settings: AugmentSettings
) -> torch.Tensor:
    count, side = len(batch), batch.shape[-1]
    transforms = affine_parameters(count, side, rng, settings)
    bends = elastic_parameters(count, rng, settings)
    nodes = settings.elastic_nodes + 3
    still = np.zeros((2, nodes, nodes), np.float32)
    moves = _send([still if bend is None else bend for bend in bends], batch) * side
    line = torch.arange(side, dtype=torch.float32, device=batch.device)
    x, y = (_fields(moves, side) + torch.stack(torch.meshgrid(line, line, indexing="xy"))).unbind(1)
    a, b, c, d, e, f = _send(transforms.reshape(count, 6), batch)[..., None, None].unbind(1)
    source = torch.stack([a * x + b * y + c, d * x + e * y + f], dim=-1)
    moved = functional.grid_sample(batch, source * (2 / (side - 1)) - 1, align_corners=True)
    moved[:, -1].clamp_(0, 1)
    return moved


def _fields(nodes: torch.Tensor, side: int) -> torch.Tensor:
    """Return the (..., S, S) smooth fields of (..., K + 3, K + 3) nodes."""
    basis = _send(spline_basis(side, nodes.shape[-1] - 3), nodes)
    return basis @ nodes @ basis.T


def _paste(batch: torch.Tensor, pastes: list[Paste]) -> torch.Tensor:
    """Paste whole slices: what covers nothing far from a tumour need not be cut out first."""
    side = batch.shape[-1]
    down, right, mirrored = (
        np.array([getattr(paste, name) for paste in pastes])[:, None]
        for name in ("down", "right", "mirrored")
    )
    line = np.arange(side)
    rows, columns = line - down, line - right
    columns = np.where(mirrored, side - 1 - columns, columns)
    inside = _is_inside(rows, side)[:, :, None] & _is_inside(columns, side)[:, None]
    place = rows.clip(0, side - 1)[:, :, None] * side + columns.clip(0, side - 1)[:, None]
    takers = torch.tensor([paste.taker for paste in pastes], device=batch.device)
    givers = torch.tensor([paste.giver for paste in pastes], device=batch.device)
    places = torch.from_numpy(place).to(batch.device).flatten(1)[:, None]
    came = batch[givers].flatten(2).gather(2, places.expand(-1, batch.shape[1], -1))
    there = _send(inside, batch)[:, None]
    came = came.reshape(len(pastes), -1, side, side) * there
    image, mask = came[:, :-1], came[:, -1:]
    here, own = batch[takers, :-1], batch[takers, -1:]

    seam = _send(_blur_matrix(side), batch)
    size = mask.sum(dim=(1, 2, 3), keepdim=True)
    in_head = (mask * (here.mean(dim=1, keepdim=True) > AIR)).sum(dim=(1, 2, 3), keepdim=True)
    welcome = (size >= LEAST_PIXELS) & (in_head >= LEAST_IN_HEAD * size)
    mask = mask * welcome
    cover = torch.minimum(torch.maximum(2 * (seam @ mask @ seam.T), mask), torch.ones_like(mask))
    cover = cover * there  # beyond the giver's border nothing came
    visible = _send([paste.visible for paste in pastes], batch)[:, None, None, None]
    pasted = batch.clone()
    pasted[takers, :-1] = here + visible * cover * (image - here)
    pasted[takers, -1:] = torch.maximum(own * (1 - cover), mask)
    return pasted


def _is_inside(places: np.ndarray, side: int) -> np.ndarray:
    inside: np.ndarray = (places >= 0) & (places < side)
    return inside


@lru_cache(maxsize=16)
def _blur_matrix(side: int) -> np.ndarray:
    """Return the (S, S) float32 matrix that blurs a line as `paste.seam` does."""
    unit = np.eye(side, dtype=np.float32)
    blurred: np.ndarray = ndimage.gaussian_filter1d(
        unit, SEAM * side, axis=0, truncate=REACH, mode="nearest"
    )
    return blurred


def _acquire(images: torch.Tensor, changes: list[IntensityChange]) -> torch.Tensor:
    side = images.shape[-1]
    if coils := [change.gains for change in changes if change.gains is not None]:
        gains = _filled([change.gains for change in changes], np.zeros_like(coils[0]))
        images = images * torch.exp(_fields(_send(gains, images), side))[:, None]
    blurs = [None if c.blur is None else blur_taps(side, c.blur) for c in changes]
    images = _along_both_axes(images, blurs)
    sizes = [None if c.coarseness is None else coarse_taps(side, c.coarseness) for c in changes]
    images = _along_both_axes(images, sizes)
    loud = [
        (i, c.noise, c.levels)
        for i, c in enumerate(changes)
        if c.noise is not None and c.levels is not None
    ]
    if loud:
        where, sigmas, levels = zip(*loud, strict=True)
        level = torch.from_numpy(np.stack(levels).astype(np.int32)).to(images.device)
        noise = _send(normal_quantiles(), images)[level][:, None]
        sigma = _send(sigmas, images)[:, :, None, None]
        images = images.index_add(0, torch.tensor(where, device=images.device), sigma * noise)
    return images


def _show(images: torch.Tensor, changes: list[IntensityChange]) -> torch.Tensor:
    def values(drawn: Iterable[np.ndarray | None], neutral: float) -> torch.Tensor:
        default = np.full(images.shape[1], neutral, np.float32)
        return _send(_filled(drawn, default), images)[:, :, None, None]

    images = images ** values((change.gamma for change in changes), 1)
    images = 1 - (1 - images) ** values((change.inverted_gamma for change in changes), 1)
    contrast = values((change.contrast for change in changes), 1)
    brightness = values((change.brightness for change in changes), 0)
    return images * contrast + (0.5 - 0.5 * contrast + brightness)


def _filled(drawn: Iterable[np.ndarray | None], default: np.ndarray) -> list[np.ndarray]:
    return [default if one is None else one for one in drawn]


def _along_both_axes(images: torch.Tensor, lines: Sequence[Taps | None]) -> torch.Tensor:
    """Make each row and each column of some (C, S, S) images anew; None leaves an image alone."""
    chosen = [i for i, taps in enumerate(lines) if taps is not None]
    if not chosen:
        return images
    side = images.shape[-1]
    pixels, weights = zip(*(taps for taps in lines if taps is not None), strict=True)
    most = max(one.shape[1] for one in pixels)
    wide = [((0, 0), (0, most - one.shape[1])) for one in pixels]
    pixel = np.stack([np.pad(one, pad) for one, pad in zip(pixels, wide, strict=True)])
    weight = np.stack([np.pad(one, pad) for one, pad in zip(weights, wide, strict=True)])
    matrix = torch.zeros((len(chosen), side, side), device=images.device)
    matrix.scatter_add_(2, torch.from_numpy(pixel).to(images.device), _send(weight, images))
    where = torch.tensor(chosen, device=images.device)
    matrix = matrix[:, None]
    return images.index_copy(0, where, matrix @ images[where] @ matrix.mT)


def blur_taps(side: int, width: float) -> Taps:
    """Return the (S, T) taps of `ndimage.gaussian_filter1d` with the edge pixel repeated."""
    reach = int(4 * width + 0.5)
    steps = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (steps / width) ** 2)
    pixels = (np.arange(side)[:, None] + steps).clip(0, side - 1)
    return pixels, np.broadcast_to((weights / weights.sum()).astype(np.float32), pixels.shape)


def coarse_taps(side: int, factor: float) -> Taps:
    """Return the (S, 4) taps of `coarsen`: to a coarse line, and from there back."""
    coarse = coarse_side(side, factor)
    down, part_down = line_places(side, coarse)
    up, part_up = line_places(coarse, side)
    pixels, weights = [], []
    for step, share in ((up, 1 - part_up), (up + 1, part_up)):
        pixels += [down[step], down[step] + 1]
        weights += [share * (1 - part_down[step]), share * part_down[step]]
    return np.stack(pixels, axis=1), np.stack(weights, axis=1)

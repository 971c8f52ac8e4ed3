"""The worst slices as one picture: what was there, what was found, name and Dice."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from brainseg_gui.core.image.contrast import grey_levels, stretch
from brainseg_gui.core.image.resample import resize_square
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.palette import PREDICTION, REFERENCE
from brainseg_gui.core.slices import Slice

WORST = 24
SIDE, CAPTION, GAP, COLUMNS = 240, 38, 8, 6  # pixels, but for COLUMNS
GROUND, INK, QUIET = (24, 24, 26), (232, 232, 232), (160, 160, 160)
DASH = 4  # points of an outline drawn, then as many left out


@dataclass(frozen=True, eq=False)
class Tile:
    """One slice of the sheet.

    Attributes
    ----------
    name : str
    dice : float
    caption : str
        Patient and tumour type.
    picture : (SIDE, SIDE, 3) uint8
    """

    name: str
    dice: float
    caption: str
    picture: np.ndarray

    @property
    def key(self) -> tuple[float, str]:
        """Return what orders tiles: the lowest Dice first."""
        return self.dice, self.name


def draw_tile(name: str, slice_: Slice, mask: np.ndarray, dice: float) -> Tile:
    """Draw a slice with the outlines of reference (solid) and prediction (dashed)."""
    side = max(slice_.shape)
    top, left = (side - slice_.shape[0]) // 2, (side - slice_.shape[1]) // 2
    square = np.zeros((side, side), np.float32)
    square[top : top + slice_.shape[0], left : left + slice_.shape[1]] = stretch(
        grey_levels(slice_.pixels)
    )
    grey = np.rint(np.clip(resize_square(square, SIDE), 0, 1) * 255).astype(np.uint8)
    picture = Image.fromarray(np.repeat(grey[..., None], 3, axis=2))
    draw = ImageDraw.Draw(picture)
    origin, scale = np.array([top, left]), SIDE / side
    assert slice_.reference is not None
    for line in contours(slice_.reference):
        draw.line(_points((line + origin) * scale), fill=REFERENCE, width=1)
    for line in contours(mask):
        for dash in _dashes((line + origin) * scale):
            draw.line(dash, fill=PREDICTION, width=2)
    kind = slice_.tumour.text if slice_.tumour else "unknown"
    return Tile(name, dice, f"{slice_.patient or 'no patient'}, {kind}", np.asarray(picture))


def draw_sheet(tiles: Sequence[Tile], mark: str = "") -> bytes:
    """Return the tiles with their captions as one PNG.

    Parameters
    ----------
    tiles : sequence of Tile
        In the order in which they are shown.
    mark : str
        Put behind every Dice, for numbers that need a warning.
    """
    columns = min(COLUMNS, max(len(tiles), 1))
    rows = -(-len(tiles) // columns)
    width, height = SIDE + GAP, SIDE + CAPTION + GAP
    sheet = Image.new("RGB", (columns * width + GAP, rows * height + GAP), GROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for number, tile in enumerate(tiles):
        x, y = GAP + number % columns * width, GAP + number // columns * height
        sheet.paste(Image.fromarray(tile.picture), (x, y))
        draw.text((x, y + SIDE + 3), f"{_short(tile.name)}   Dice {tile.dice:.3f}{mark}", INK, font)
        draw.text((x, y + SIDE + 19), _short(tile.caption), QUIET, font)
    buffer = io.BytesIO()
    sheet.save(buffer, format="PNG")
    return buffer.getvalue()


def pack_tiles(tiles: Sequence[Tile]) -> bytes:
    """Return tiles as the bytes of an `.npz` file."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        names=np.array([tile.name for tile in tiles], str),
        dice=np.array([tile.dice for tile in tiles], float),
        captions=np.array([tile.caption for tile in tiles], str),
        pictures=np.array([tile.picture for tile in tiles], np.uint8),
    )
    return buffer.getvalue()


def unpack_tiles(content: bytes) -> list[Tile]:
    """Return the tiles that `pack_tiles` packed."""
    with np.load(io.BytesIO(content)) as stored:
        columns = [stored[name] for name in ("names", "dice", "captions", "pictures")]
    return [
        Tile(str(name), float(dice), str(caption), picture)
        for name, dice, caption, picture in zip(*columns, strict=True)
    ]


def _points(line: np.ndarray) -> list[tuple[float, float]]:
    """Return (N, 2) row, column as Pillow's x, y; pixel centres there have whole numbers."""
    return [(column - 0.5, row - 0.5) for row, column in line]


def _dashes(line: np.ndarray) -> Iterator[list[tuple[float, float]]]:
    """Cut a closed outline into dashes of about `DASH` pixels and as long gaps."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0], steps.cumsum()])
    for start in np.arange(0, along[-1], 2 * DASH):
        at = np.linspace(start, min(start + DASH, along[-1]), 5)
        yield _points(np.column_stack([np.interp(at, along, axis) for axis in line.T]))


def _short(text: str, most: int = 26) -> str:
    return text if len(text) <= most else "…" + text[1 - most :]

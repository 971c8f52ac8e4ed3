"""What is in files of masks on its way from the reading child; see `files.parcels`."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from brainseg_gui.children.exchange import Exchange
from brainseg_gui.children.messages import Message, NoMessageError
from brainseg_gui.core.types import Mask
from brainseg_gui.files.containers.nifti.cuts import Cut
from brainseg_gui.files.info import MAX_SIDE
from brainseg_gui.files.masks.found import Block, MaskFile
from brainseg_gui.files.wishes import MOST_LABELS

MOST_BLOCKS = 100_000
LONGEST = 1 << 26  # bytes
LONGEST_TEXT = 2000
SUM = re.compile("[0-9a-f]{64}")


def pack_mask_file(found: MaskFile, exchange: Exchange) -> Message:
    """Put what is in a file into the exchange; ValueError with a sentence if that is too much."""
    said = {
        "blocks": [_packed(block) for block in found.blocks],
        "made": found.made,
        "predicted": found.predicted,
        "sum": found.sum,
    }
    data = json.dumps(said).encode("ascii")
    if len(found.blocks) > MOST_BLOCKS or len(data) > LONGEST:
        raise ValueError("more masks are in it than are read")
    exchange.put(np.frombuffer(data, np.uint8))
    return {"bytes": len(data)}


def unpack_mask_file(message: Message, exchange: Exchange) -> MaskFile:
    """Return what was packed; NoMessageError, ValueError or OSError if it is not that."""
    match message:
        case {"bytes": int(count)} if 0 < count <= LONGEST:
            (data,) = exchange.take((np.uint8, (count,)))
        case _:
            raise NoMessageError("no masks")
    match json.loads(data.tobytes()):
        case {
            "blocks": list(blocks),
            "made": str(made),
            "predicted": bool(predicted),
            "sum": str(sum_),
        }:
            short = len(blocks) <= MOST_BLOCKS and len(made) <= LONGEST_TEXT
            if short and SUM.fullmatch(sum_):
                return MaskFile(tuple(map(_unpacked, blocks)), made, predicted, sum_)
    raise NoMessageError("no masks")


def pack_mask(mask: Mask, exchange: Exchange) -> Message:
    """Put a mask into the exchange."""
    exchange.put(np.asarray(mask, np.uint8))
    return {"shape": list(mask.shape)}


def unpack_mask(message: Message, exchange: Exchange) -> Mask:
    """Return a mask that was packed; NoMessageError, ValueError or OSError if there is none."""
    match message.get("shape"):
        case [int(height), int(width)] if 0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE:
            (mask,) = exchange.take((np.uint8, (height, width)))
            return mask != 0  # type: ignore[no-any-return]
    raise NoMessageError("no mask")


def _packed(block: Block) -> dict[str, Any]:
    cut = block.cut
    return {
        "shape": list(block.shape),
        "axes": [cut.normal, cut.rows, cut.columns],
        "flips": [bool(cut.flip_rows), bool(cut.flip_columns)],
        "name": block.name,
        "affine": None if block.affine is None else np.asarray(block.affine, float).tolist(),
        "problem": block.problem,
        "classes": list(block.classes),
        "source": block.source,
    }


def _unpacked(said: Any) -> Block:
    match said:
        case {
            "shape": [int(first), int(second), int(third)],
            "axes": [int(normal), int(rows), int(columns)],
            "flips": [bool(flip_rows), bool(flip_columns)],
            "name": str(name),
            "affine": affine,
            "problem": str(problem),
            "classes": list(classes),
            "source": str(source),
        }:
            shape = first, second, third
            where = None if affine is None else np.array(affine, np.float64)
            right = (
                min(shape) > 0 and max(shape) <= MAX_SIDE and {normal, rows, columns} == {0, 1, 2}
            )
            texts = (name, problem, source, *map(str, classes))
            short = all(len(it) <= LONGEST_TEXT for it in texts) and len(classes) <= MOST_LABELS
            if right and short and (where is None or where.shape == (4, 4)):
                cut = Cut(normal, rows, columns, flip_rows, flip_columns)
                return Block(shape, cut, name, where, problem, texts[3:], source)
    raise NoMessageError("no masks")

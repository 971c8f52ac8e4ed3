"""All masks of an export as one file of COCO's kind, with run lengths or with polygons.

References
----------
Lin et al., "Microsoft COCO: common objects in context", ECCV 2014; the packed run lengths are those
of its `maskApi.c`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.masks.rings import filled, in_one_line, pieces
from brainseg_gui.core.slices import Tumour
from brainseg_gui.core.text import encoded
from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.given import Gathered, Item

RUNS_FILE, POLYGONS_FILE = "coco.json", "coco-polygons.json"
UNKNOWN = max(it.value for it in Tumour) + 1  # category of a tumour whose type is not known
Segmentation = dict[str, object] | list[list[float]]


def write_runs(path: Path, gathered: Gathered) -> None:
    """Write the masks as run lengths, which any mask can be.

    Raises
    ------
    WriteError
        If the file cannot be written, or does not read back as the same masks.
    """
    _write(path, gathered, run_lengths)


def write_polygons(path: Path, gathered: Gathered) -> None:
    """Write the masks as polygons, one for each piece; a hole is a loop inwards.

    Raises
    ------
    WriteError
        As `write_runs`.
    """
    _write(path, gathered, polygons)


def run_lengths(mask: Mask) -> Segmentation:
    """Return the packed run lengths of a mask, column by column."""
    values = mask.ravel(order="F")
    changes = np.flatnonzero(values[1:] != values[:-1]) + 1
    first = [0] if values[:1].any() else []  # the first run is of what is outside
    bounds = np.concatenate([first, [0], changes, [values.size]]).astype(int)
    return {"size": list(mask.shape), "counts": "".join(_packed(np.diff(bounds).tolist()))}


def polygons(mask: Mask) -> Segmentation:
    """Return a list of x, y, x, y, … for each piece of a mask."""
    lines = (in_one_line((it.outer, *it.holes))[:-1] for it in pieces(mask))
    return [line[:, ::-1].astype(float).ravel().tolist() for line in lines]


def mask_of(segmentation: Any, shape: tuple[int, int]) -> Mask:
    """Return the mask that an annotation holds."""
    if isinstance(segmentation, list):
        return filled([np.reshape(line, (-1, 2))[:, ::-1] for line in segmentation], shape)
    counts = _unpacked(segmentation["counts"])
    values = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    return values.reshape(shape, order="F")


def _write(path: Path, gathered: Gathered, segmentation: Callable[[Mask], Segmentation]) -> None:
    images: dict[str, dict[str, object]] = {}
    annotations: list[dict[str, object]] = []
    for item in gathered.items:
        mask = item.mask()
        image = images.setdefault(item.given.name, _image(len(images) + 1, item, mask))
        if mask.any():
            number = len(annotations) + 1
            about = _annotation(number, int(str(image["id"])), item, mask)
            annotations.append(about | {"segmentation": segmentation(mask)})
    named = {it.value: it.text for it in Tumour} | {UNKNOWN: "tumour"}
    content = {
        "info": {"description": "Masks of brain tumours, reviewed; research use"},
        "images": list(images.values()),
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for number, name in named.items()],
    }
    write_atomically(path, encoded(json.dumps(content, ensure_ascii=False)))
    _prove(path, gathered.items)


def _image(number: int, item: Item, mask: Mask) -> dict[str, object]:
    height, width = mask.shape
    return {
        "id": number,
        "file_name": item.given.name,
        "height": height,
        "width": width,
        "patient": item.given.patient,
    }


def _annotation(number: int, image: int, item: Item, mask: Mask) -> dict[str, object]:
    box = box_of(mask)
    assert box is not None
    height, width = box.shape
    return {
        "id": number,
        "image_id": image,
        "category_id": UNKNOWN if item.given.tumour is None else item.given.tumour.value,
        "area": int(np.count_nonzero(mask)),
        "bbox": [box.left, box.top, width, height],
        "iscrowd": 0,
        "attributes": {"verdict": item.given.verdict, "reader": item.given.reader},
    }


def _prove(path: Path, items: Iterable[Item]) -> None:
    """Read the file and compare each of its masks with the one that it was made of."""
    try:
        found = json.loads(path.read_bytes().decode("utf-8", "surrogateescape"))
        shapes = {it["id"]: (it["height"], it["width"]) for it in found["images"]}
        masks = (mask_of(it["segmentation"], shapes[it["image_id"]]) for it in found["annotations"])
        wanted = (mask for it in items if (mask := it.mask()).any())
        same = all(np.array_equal(*both) for both in zip(masks, wanted, strict=True))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WriteError(path, "what is on the disk holds no masks") from error
    if not same:
        raise WriteError(path, "what is on the disk differs from what was written")


def _packed(counts: list[int]) -> Iterator[str]:
    """Yield five bits at a time, of each run its difference from the one before the last."""
    for place, count in enumerate(counts):
        left = count - counts[place - 2] if place > 2 else count
        more = True
        while more:
            bits, left = left & 31, left >> 5
            more = left != (-1 if bits & 16 else 0)
            yield chr(48 + (bits | 32 if more else bits))


def _unpacked(text: str) -> list[int]:
    counts: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 48
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            if bits & 16:
                value -= 1 << shift
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            value = shift = 0
    return counts

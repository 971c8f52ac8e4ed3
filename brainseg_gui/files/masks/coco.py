"""Masks as COCO keeps them: one JSON file, with run lengths or polygons for each image.

References
----------
Lin et al., "Microsoft COCO: common objects in context", ECCV 2014; the packed run lengths are those
of its `maskApi.c`.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.core.masks.rings import filled
from brainseg_gui.core.text import in_one_line
from brainseg_gui.core.types import Mask
from brainseg_gui.files.containers.last_opened import LastOpened
from brainseg_gui.files.info import MAX_SIDE
from brainseg_gui.files.masks.found import FLAT, Block, MaskFile, Member
from brainseg_gui.files.masks.one_class import tumour_labels
from brainseg_gui.files.wishes import MOST_LABELS, Wishes

SUFFIX = ".json"
LARGEST = 64 << 20  # bytes of a file
MOST_IMAGES, MOST_POINTS, MOST_NUMBERS = 100_000, 1 << 20, 1 << 22
LONGEST = 200
NOTHING = "no annotation is of it, which does not say that there is no tumour"
NO_SHAPE = "an annotation of it is no run lengths and no polygons that are read"


class _Coco:
    """A file that is open: its images, and what was annotated of each."""

    def __init__(self, path: Path) -> None:
        if os.stat(path).st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST >> 20} MB, which is read at most")
        try:
            content = json.loads(path.read_bytes().decode("utf-8-sig", "surrogateescape"))
        except (ValueError, RecursionError) as error:
            raise ValueError("no JSON, or a damaged or cut off file of it") from error
        said = content if isinstance(content, dict) else {}
        images, annotations = said.get("images"), said.get("annotations")
        self.is_coco = isinstance(images, list) and isinstance(annotations, list)
        self.images = [it for it in _listed(images) if isinstance(it, dict)]
        if len(self.images) > MOST_IMAGES:
            raise ValueError(f"it lists more than {MOST_IMAGES} images")
        self.of: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for it in _listed(annotations):
            if isinstance(it, dict):
                self.of[str(it.get("image_id"))[:LONGEST]].append(it)
        self._names = {
            str(it.get("id"))[:LONGEST]: in_one_line(str(it.get("name")))[:LONGEST]
            for it in _listed(said.get("categories"))
            if isinstance(it, dict)
        }
        info = said.get("info")
        self.made = (
            in_one_line(str(info.get("description", "")))[:80] if isinstance(info, dict) else ""
        )

    def close(self) -> None:
        """Let go of it."""
        self.images.clear()
        self.of.clear()

    def annotations(self, image: dict[str, Any]) -> list[dict[str, Any]]:
        return self.of.get(str(image.get("id"))[:LONGEST], [])

    def category(self, annotation: dict[str, Any]) -> str:
        """Return what an annotation is of, by name where it has one."""
        number = str(annotation.get("category_id"))[:LONGEST]
        return self._names.get(number) or number

    def categories(self, image: dict[str, Any]) -> tuple[str, ...]:
        """Return what was annotated of an image."""
        return tuple(dict.fromkeys(map(self.category, self.annotations(image))))[:MOST_LABELS]

    def taken(self, image: dict[str, Any], wishes: Wishes) -> list[dict[str, Any]]:
        """Return the annotations that are tumour; ValueError if there are none, or nobody knows."""
        categories = self.categories(image)
        if not categories:
            raise ValueError(NOTHING)
        tumour = tumour_labels(categories, wishes)
        return [it for it in self.annotations(image) if self.category(it) in tumour]

    def problem(self, image: dict[str, Any], wishes: Wishes) -> str:
        """Return why what was annotated of an image is no mask."""
        try:
            self.taken(image, wishes)
        except ValueError as error:
            return str(error)
        return ""


def sniff(head: bytes) -> bool:
    """Tell whether a file may be JSON with an object in it."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def contents(path: Path, wishes: Wishes) -> MaskFile:
    """Return an image's mask each; nothing for JSON of another kind."""
    file = opened.get(path)
    if not file.is_coco:
        return MaskFile()
    return MaskFile(tuple(_block(file, image, wishes) for image in file.images), file.made)


def read(path: Path, member: Member, wishes: Wishes) -> Mask:
    """Return the mask of an image: what lies in any of its annotations that are tumour."""
    file = opened.get(path)
    if member.block >= len(file.images) or member.cut != FLAT or member.number != 1:
        raise ValueError("there is no such mask in it")
    image = file.images[member.block]
    if problem := _size_problem(image):
        raise ValueError(problem)
    shape = image["height"], image["width"]
    found = np.zeros(shape, bool)
    left = MOST_POINTS
    for annotation in file.taken(image, wishes):
        try:
            mask, used = _drawn(annotation.get("segmentation"), shape, left)
        except (KeyError, TypeError, IndexError, OverflowError) as error:
            raise ValueError(NO_SHAPE) from error
        found |= mask
        left -= used
    return found


def _block(file: _Coco, image: dict[str, Any], wishes: Wishes) -> Block:
    name = in_one_line(str(image.get("file_name", "")))[:1000]
    if problem := _size_problem(image):
        return Block((1, 1, 1), name=name, problem=problem)
    shape = image["height"], image["width"], 1
    problem, labels = file.problem(image, wishes), file.categories(image)
    return Block(shape, name=name, problem=problem, classes=labels)


def _size_problem(image: dict[str, Any]) -> str:
    sides = image.get("height"), image.get("width")
    right = all(type(side) is int and 1 <= side <= MAX_SIDE for side in sides)
    return "" if right else f"it says no size of 1 to {MAX_SIDE} a side"


def _drawn(said: Any, shape: tuple[int, int], left: int) -> tuple[Mask, int]:
    """Return the mask of an annotation, and how many numbers it took."""
    if isinstance(said, list) and said:
        used = sum(len(line) for line in said)
        if used > left:
            raise ValueError(f"its polygons have more than {MOST_POINTS} numbers")
        mask = np.zeros(shape, bool)
        for line in said:
            mask |= filled([_ring(line)], shape)
        return mask, used
    if not isinstance(said, dict) or list(said["size"]) != list(shape):
        raise ValueError(NO_SHAPE)
    counts = said["counts"]
    if len(counts) > MOST_NUMBERS:
        raise ValueError("its run lengths are longer than any that are read")
    runs = np.array(_unpacked(counts) if isinstance(counts, str) else counts)
    if runs.dtype.kind not in "iu" or runs.ndim != 1 or (runs < 0).any():
        raise ValueError(NO_SHAPE)
    # Each is looked at before the sum, which could overflow.
    if (runs > shape[0] * shape[1]).any() or int(runs.sum()) != shape[0] * shape[1]:
        raise ValueError("its run lengths are not those of a mask of its size")
    values = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return values.reshape(shape, order="F"), 0


def _ring(line: Any) -> np.ndarray:
    """Return x, y, x, y, … as row, column."""
    points = np.array(line, np.float64)
    if points.ndim != 1 or len(points) < 6 or len(points) % 2:
        raise ValueError(NO_SHAPE)
    if not (np.abs(points) <= 2 * MAX_SIDE).all():  # what is no number is not, either
        raise ValueError("its polygons lie far outside of the image")
    return points.reshape(-1, 2)[:, ::-1]


def _unpacked(text: str) -> list[int]:
    """Return run lengths of which each letter holds five bits."""
    counts: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 48
        if not 0 <= bits < 64 or shift > 40:
            raise ValueError(NO_SHAPE)
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            if bits & 16:
                value -= 1 << shift
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            value = shift = 0
    return counts


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


opened: LastOpened[_Coco] = LastOpened(_Coco)

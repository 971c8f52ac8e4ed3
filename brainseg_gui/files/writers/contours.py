"""Outlines for other programs: GeoJSON and a table of points.

Coordinates are x to the right and y downwards, in pixels from the corner of the image: pixel (row,
column) covers x from column to column + 1. Filled, the outlines are the mask, holes left out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from brainseg_gui.core.masks.rings import Ring, filled, pieces
from brainseg_gui.core.text import encoded
from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.given import Given

COLUMNS = ("piece", "ring", "x", "y")  # ring 0 is the outline of a piece, the others are its holes
NOT_READ = "what is on the disk holds no outlines"


def write_geojson(path: Path, mask: Mask, given: Given) -> None:
    """Write one feature, a MultiPolygon with a polygon for each piece.

    Raises
    ------
    WriteError
        If it cannot be written.

    References
    ----------
    RFC 7946, "The GeoJSON Format", 2016; its longitude and latitude are x and y here.
    """
    polygons = [[_closed(it.outer), *map(_closed, it.holes)] for it in pieces(mask)]
    height, width = mask.shape
    feature = {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
        "properties": {
            "slice": given.name,
            "patient": given.patient,
            "tumour": given.tumour_text,
            "verdict": given.verdict,
            "reader": given.reader,
            "height": height,
            "width": width,
            "spacing_mm": given.spacing_mm,
        },
    }
    content = {"type": "FeatureCollection", "features": [feature]}
    write_atomically(path, encoded(json.dumps(content, ensure_ascii=False)))


def read_geojson(path: Path, shape: tuple[int, int]) -> Mask:
    """Return the mask that the polygons of a file make when they are filled.

    Raises
    ------
    WriteError
        If there are none.
    """
    try:
        (feature,) = json.loads(path.read_bytes().decode("utf-8", "surrogateescape"))["features"]
        polygons = feature["geometry"]["coordinates"]
        rings = [np.array(ring, float)[:, ::-1] for polygon in polygons for ring in polygon]
        return filled(rings, shape)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise WriteError(path, NOT_READ) from error


def write_points(path: Path, mask: Mask, given: Given) -> None:
    """Write a line for each corner of each outline.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for number, piece in enumerate(pieces(mask), 1):
        for ring, corners in enumerate((piece.outer, *piece.holes)):
            table.writerows((number, ring, x, y) for y, x in corners.tolist())
    write_atomically(path, text.getvalue().encode())


def read_points(path: Path, shape: tuple[int, int]) -> Mask:
    """Return the mask that the points of a file make when their rings are filled.

    Raises
    ------
    WriteError
        If they make none.
    """
    try:
        rings: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            piece, ring, x, y = line.split(",")
            rings.setdefault((piece, ring), []).append((float(y), float(x)))
        return filled([np.array(points) for points in rings.values()], shape)
    except (OSError, ValueError) as error:
        raise WriteError(path, NOT_READ) from error


def _closed(ring: Ring) -> Sequence[Sequence[int]]:
    points: list[list[int]] = np.concatenate([ring, ring[:1]])[:, ::-1].tolist()
    return points

"""Where a picture of a DICOM file lies in the patient, and beside which others."""

from __future__ import annotations

import hashlib

import numpy as np

from brainseg_gui.core.place import Place
from brainseg_gui.files.containers.dicom.header import Frame
from brainseg_gui.files.containers.geometry import IN_ITS_FILE, Geometry

SQUARE = 1e-3
OF_FILE = ("TemporalPositionIdentifier", "EchoNumbers")
OF_FRAME = ("StackID", "TemporalPositionIndex")
ALONG = 0.9  # of a unit vector is along an axis
POSITION, ORIENTATION = "PlanePositionSequence", "PlaneOrientationSequence"
MEASURES, CONTENT = "PixelMeasuresSequence", "FrameContentSequence"
TURNED = "It is stored mirrored or turned against the usual view of its plane, and shown as stored."


def spacing(frame: Frame) -> tuple[float | None, tuple[str, ...]]:
    """Return the side of a square pixel in mm, or why none is known."""
    sides = frame.numbers("PixelSpacing", 2, MEASURES)
    if sides is None or min(sides) <= 0:
        return None, ()
    height, width = sides
    if abs(height - width) > SQUARE * max(sides):
        said = f"{width:.3g} x {height:.3g} mm"
        return None, (f"The pixels are no squares ({said}), so lengths are not in mm.",)
    return width, ()


def place(frame: Frame) -> Place | None:
    """Return where in its series, or in its file, a picture lies; None where nothing says it."""
    directions = _directions(frame)
    position = frame.numbers("ImagePositionPatient", 3, POSITION)
    stack = _stack(frame, directions)
    if directions is not None and position is not None:
        normal = np.cross(directions[0], directions[1])
        return Place(stack, round(float(np.dot(normal, position)), 4), in_mm=True)
    if frame.file.frames > 1:
        return Place(stack, float(frame.number))
    number = frame.numbers("InstanceNumber", 1, "")
    return None if number is None or not stack else Place(stack, number[0])


def volume_of(frame: Frame) -> Geometry | None:
    """Return a picture as a volume of one slice; None where the file does not say where it lies.

    The third axis is the normal, a millimetre long: where the next slice of its stack lies, say
    that one's `Place`.
    """
    directions, sides = _directions(frame), frame.numbers("PixelSpacing", 2, MEASURES)
    position = frame.numbers("ImagePositionPatient", 3, POSITION)
    if directions is None or sides is None or position is None or min(sides) <= 0:
        return None
    across, down = directions
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = across * sides[1], down * sides[0]
    affine[:3, 2], affine[:3, 3] = np.cross(across, down), position
    affine[:2] *= -1  # from left and back to right and front
    height, width = frame.file.shape
    return Geometry((width, height, 1), affine, IN_ITS_FILE, 1)


def notes(frame: Frame) -> tuple[str, ...]:
    """Return what must be said of how a picture is stored: it is shown as it is."""
    directions = _directions(frame)
    if directions is None:
        return ()
    for direction in directions:
        # In DICOM the axes run to the patient's left, back and head. Seen as usual, columns go to
        # the left or the back, rows to the back or the feet.
        axis = int(np.abs(direction).argmax())
        usual = direction[axis] > 0 if axis < 2 else direction[axis] < 0
        if abs(direction[axis]) >= ALONG and not usual:
            return (TURNED,)
    columns, rows = (int(np.abs(it).argmax()) for it in directions)
    return (TURNED,) if columns > rows else ()


def _directions(frame: Frame) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the unit vectors along a row and down a column."""
    six = frame.numbers("ImageOrientationPatient", 6, ORIENTATION)
    if six is None:
        return None
    across, down = np.array(six[:3]), np.array(six[3:])
    lengths = np.linalg.norm(across), np.linalg.norm(down)
    if min(lengths) < 0.5 or abs(float(np.dot(across, down))) > 0.1:
        return None
    return across / lengths[0], down / lengths[1]


def _stack(frame: Frame, directions: tuple[np.ndarray, np.ndarray] | None) -> str:
    """Return what the pictures of one stack have in common, "" where no series is named.

    A series may hold several: localisers in three directions, echoes, points in time.
    """
    file = frame.file
    series = file.text("SeriesInstanceUID")
    if not series and file.frames == 1:
        return ""
    apart = [
        *(file.text(name) for name in OF_FILE),
        *(file.of_frame(name, CONTENT, frame.number) for name in OF_FRAME),
        "" if directions is None else np.round(np.concatenate(directions), 1) + 0.0,
    ]
    said = "\0".join([series, *(str(it) for it in apart)])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]

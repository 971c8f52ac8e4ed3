"""What a PNG says of itself: pictures that this program wrote are taken for nothing else."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from brainseg_gui.files.containers import opening
from brainseg_gui.files.writers.png import KEY, SIGNATURE, Kind

TEXTS = (b"tEXt", b"iTXt")  # the second is what other programs make of the first
MOST_CHUNKS = 1 << 20
LONGEST = 256  # bytes of a text that are looked at
WORDS = {
    Kind.MASK.value: "a mask",
    Kind.PREDICTION.value: "a prediction",
    Kind.OVERLAY.value: "an overlay",
    Kind.PROBABILITY.value: "a map of probabilities",
}


def mark_of(path: Path) -> str:
    """Return what the program wrote into a picture that it is; "" for all others.

    A slice that it wrote says nothing of itself. Nothing is unpacked.

    Raises
    ------
    OSError, ValueError
        If the file cannot be read.
    """
    with opening.streamed(path) as file:
        if file.read(len(SIGNATURE)) != SIGNATURE:
            return ""
        for _ in range(MOST_CHUNKS):
            head = file.read(8)
            if len(head) < 8:
                break
            length, name = struct.unpack(">I4s", head)
            if name in TEXTS and (said := _said(file, length)):
                return said
            if name == b"IEND":
                break
            file.seek(4 if name in TEXTS else length + 4, 1)
    return ""


def words_for(mark: str) -> str:
    """Return what a picture with a mark is, as a sentence calls it."""
    return f"{WORDS.get(mark, 'a picture')} that brainseg wrote"


def _said(file: BinaryIO, length: int) -> str:
    """Return what one text says, if it is the program's; the file is behind it then."""
    text = file.read(min(length, LONGEST))
    file.seek(length - len(text), 1)
    key, _, value = text.partition(b"\0")
    return value.rpartition(b"\0")[2].decode("latin-1") if key == KEY.encode() else ""

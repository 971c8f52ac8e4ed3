"""Write numbers as TensorBoard reads them, on machines without TensorFlow too.

A file is a chain of records (length, checksum, bytes, checksum) of `Event` messages in the wire
format of Protocol Buffers: tensorflow/core/util/event.proto and
tensorflow/core/lib/io/record_writer.h say which field is which.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
CASTAGNOLI = 0x82F63B78


def events(measured: Iterable[tuple[float, int, Mapping[str, float]]]) -> bytes:
    """Return an event file.

    Parameters
    ----------
    measured : iterable of (time, step, values)
        Time in seconds since 1970; values by their name.
    """
    first = _event(0.0, 0, _field(3, BYTES, b"brain.Event:2"))
    parts = [_record(first)]
    for time, step, values in measured:
        scalars = b"".join(_field(1, BYTES, _scalar(*item)) for item in values.items())
        parts.append(_record(_event(time, step, _field(5, BYTES, scalars))))
    return b"".join(parts)


def _event(time: float, step: int, content: bytes) -> bytes:
    return _field(1, FIXED64, struct.pack("<d", time)) + _field(2, VARINT, _varint(step)) + content


def _scalar(name: str, value: float) -> bytes:
    return _field(1, BYTES, name.encode()) + _field(2, FIXED32, struct.pack("<f", value))


def _field(number: int, kind: int, content: bytes) -> bytes:
    length = _varint(len(content)) if kind == BYTES else b""
    return _varint(number << 3 | kind) + length + content


def _varint(value: int) -> bytes:
    """Return seven bits a byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _record(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return length + _checksum(length) + content + _checksum(content)


def _checksum(content: bytes) -> bytes:
    """Return the masked CRC-32C of TFRecord files."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _table_entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (CASTAGNOLI if value & 1 else 0)
    return value


_TABLE = tuple(_table_entry(value) for value in range(256))

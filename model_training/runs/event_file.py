"""Write numbers as TensorBoard reads them, on machines without TensorFlow too."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping


def events(measured: Iterable[tuple[float, int, Mapping[str, float]]]) -> bytes:
    """Return an event file: a chain of `Event` messages, each with its length and checksums.

    Parameters
    ----------
    measured : iterable of (time, step, values)
        Time in seconds since 1970; values by their name.
    """
    from tensorboardX.proto.event_pb2 import Event
    from tensorboardX.proto.summary_pb2 import Summary

    found = [Event(file_version="brain.Event:2")]
    for time, step, values in measured:
        scalars = [Summary.Value(tag=name, simple_value=one) for name, one in values.items()]
        found.append(Event(wall_time=time, step=step, summary=Summary(value=scalars)))
    return b"".join(_record(event.SerializeToString()) for event in found)


def _record(content: bytes) -> bytes:
    from tensorboardX.record_writer import masked_crc32c

    length = struct.pack("<Q", len(content))
    sums = [struct.pack("<I", masked_crc32c(part)) for part in (length, content)]
    return length + sums[0] + content + sums[1]

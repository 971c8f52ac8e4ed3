"""Cut an ONNX network down to what leads to one of its inner tensors.

A network that averages over views of a slice answers four times as fast with one of them, and the
bundle need not hold the same weights twice. ONNX Runtime itself would run all of it. What is read
here of a file (protocol buffers: numbered fields, each with its length) is what a cut needs.
"""

from __future__ import annotations

from collections.abc import Iterator

GRAPH = 7  # of a model
NODE, INITIALIZER, OUTPUT, VALUE_INFO = 1, 5, 12, 13  # of a graph
INPUTS, OUTPUTS = 1, 2  # of a node
TENSOR_NAME = 8
FLOAT = b"\x12\x04\x0a\x02\x08\x01"  # the type of a value: a tensor of float32

Field = tuple[int, bytes, bytes]
"""Its number, what it holds, and the bytes of the whole."""


def cut(content: bytes, output: str) -> bytes:
    """Return the network whose only answer is an inner tensor of another one.

    Raises
    ------
    ValueError
        If no step makes that tensor, or this is no ONNX network.
    """
    try:
        parts = [
            _field(GRAPH, _cut_graph(held, output.encode())) if number == GRAPH else whole
            for number, held, whole in _fields(content)
        ]
    except IndexError:
        raise ValueError("it ends within a field") from None
    return b"".join(parts)


def _cut_graph(graph: bytes, output: bytes) -> bytes:
    fields = list(_fields(graph))
    needed, kept = {output}, set[int]()
    for place in range(len(fields) - 1, -1, -1):  # what a step needs was made before it
        number, held, _ = fields[place]
        if number == NODE:
            names = [(way, name) for way, name, _ in _fields(held) if way in (INPUTS, OUTPUTS)]
            if any(way == OUTPUTS and name in needed for way, name in names):
                kept.add(place)
                needed |= {name for way, name in names if way == INPUTS}
    if not kept:
        raise ValueError(f"nothing in it makes {output.decode()}")
    parts = []
    for place, (number, held, whole) in enumerate(fields):
        if number == INITIALIZER:
            named = next((name for way, name, _ in _fields(held) if way == TENSOR_NAME), b"")
            wanted = named in needed
        else:
            wanted = place in kept if number == NODE else number not in (OUTPUT, VALUE_INFO)
        if wanted:
            parts.append(whole)
    return b"".join([*parts, _field(OUTPUT, _field(1, output) + FLOAT)])


def _fields(content: bytes) -> Iterator[Field]:
    """Yield the fields of a message; of those without a length, no content."""
    at = 0
    while at < len(content):
        start = at
        key, at = _number(content, at)
        kind, length = key & 7, 0
        if kind == 0:
            _, at = _number(content, at)
        elif kind == 2:
            length, at = _number(content, at)
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError(f"no field of an ONNX network is of kind {kind}")
        if at + length > len(content):
            raise ValueError("it ends within a field")
        yield key >> 3, content[at : at + length], content[start : at + length]
        at += length


def _number(content: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at a place, seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _field(number: int, held: bytes) -> bytes:
    return _bytes_of(number << 3 | 2) + _bytes_of(len(held)) + held


def _bytes_of(value: int) -> bytes:
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])

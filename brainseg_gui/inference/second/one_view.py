"""A network that is the mean over views of a slice can be asked for one of them, in a quarter.

Its bundle has a switch: a constant by which an `If` takes that view for the answer. Because it is
a constant ONNX Runtime drops the other branch when it loads the network, and the bundle need not
hold the same weights twice; `model_training.bundles.one_view` puts it in.
"""

from __future__ import annotations


def switch(name: str, on: bool) -> bytes:
    """Return how a file spells a switch: a tensor's name, which is its last field but the value."""
    spelt = name.encode()
    return b"\x42" + len(spelt).to_bytes(1) + spelt + b"\x4a\x01" + bytes([on])


def with_view(content: bytes, name: str) -> bytes:
    """Return a network whose answer is the view of a switch; ValueError if there is none."""
    if not 0 < len(name.encode()) < 128 or content.count(switch(name, False)) != 1:
        raise ValueError(f"it has no switch {name}")
    return content.replace(switch(name, False), switch(name, True))

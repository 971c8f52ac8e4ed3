"""Damage copies of a review, recover each, and count the corrections that come back.

usage: python -m tests.endurance.mutate_review [COUNT [SEED]]

The review holds 8 corrections on 3 slices. Each copy is recovered in a process of its own, which
gets ten seconds and 2 GB. The exit status is 1 if one of them ended otherwise than with a review
or a sentence.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.recovery import recover
from brainseg_gui.review.storage.store import ReviewStore, StoreError

SHAPE, STROKES = (96, 96), 10
WANTED = [(number, reader) for number in range(3) for reader in ("Ada", "Bob", "Eve")][:8]
PATIENCE_S = 10
Masks = dict[tuple[str, str], Mask]


def main(count: int = 500, seed: int = 0) -> int:
    """Damage so many copies, and print what came back."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        path, masks = _review(Path(folder))
        content, copy = path.read_bytes(), Path(folder) / "copy.sqlite"
        found, ends = 0, Counter[str]()
        for _ in range(count):
            copy.write_bytes(_damaged(content, chance))
            back, end = _recovered(copy, masks)
            found += back
            ends[end] += 1
    print(
        f"{count} copies of {len(content)} bytes: {found / count:.3f} of {len(masks)} corrections"
    )
    print(dict(ends))
    return 1 if ends.keys() - {"recovered", "sentence"} else 0


def _review(folder: Path) -> tuple[Path, Masks]:
    path, masks = folder / "review.sqlite", {}
    rng = np.random.default_rng(0)
    with closing(ReviewStore(path)) as store:
        for number, reader in WANTED:
            pixels = np.random.default_rng(number).normal(500, 100, SHAPE).astype(np.float32)
            slice_ = Slice(pixels, patient=f"P{number}")
            session = ReviewSession(store, reader)
            session.open(f"{number}.mat", slice_)
            for _ in range(STROKES):
                session.start(Layer.NOTHING, rng.random(SHAPE) < 0.3)
            assert session.current is not None
            masks[slice_.digest, reader] = session.current.correction.mask.copy()
    return path, masks


def _damaged(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    pages = len(changed) // 4096
    for _ in range(chance.choice((1, 1, 2, 3))):
        kind, page = chance.random(), 4096 * chance.randrange(pages)
        if kind < 0.25:
            changed[page : page + 4096] = chance.randbytes(4096)
        elif kind < 0.4:
            other = 4096 * chance.randrange(pages)
            one, two = changed[page : page + 4096], changed[other : other + 4096]
            changed[page : page + 4096], changed[other : other + 4096] = two, one
        elif kind < 0.6:
            changed[page : page + 512] = bytes(512)
        elif kind < 0.75:
            changed[chance.randrange(100)] = chance.randrange(256)
        elif kind < 0.9:
            for _ in range(20):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
        else:
            del changed[chance.randrange(4096, len(changed)) :]
            break
    return bytes(changed)


def _recovered(copy: Path, masks: Masks) -> tuple[int, str]:
    queue: multiprocessing.SimpleQueue[tuple[int, str]] = multiprocessing.SimpleQueue()
    child = multiprocessing.Process(target=_recover, args=(copy, masks, queue))
    child.start()
    child.join(PATIENCE_S)
    if child.is_alive():
        child.kill()
        child.join()
        return 0, "hang"
    return queue.get() if not queue.empty() else (0, "killed")


def _recover(copy: Path, masks: Masks, queue: multiprocessing.SimpleQueue[tuple[int, str]]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    new = copy.with_name("new.sqlite")
    for path in copy.parent.glob("new.sqlite*"):
        path.unlink()
    try:
        recover(copy, new)
        with closing(ReviewStore(new)) as store:
            found = {(it.digest, it.reader): it.mask for it in store.corrections()}
    except StoreError:
        queue.put((0, "sentence"))
        return
    except BaseException as error:
        queue.put((0, type(error).__name__))
        return
    right = sum(
        key in found and found[key].shape == mask.shape and bool((found[key] == mask).all())
        for key, mask in masks.items()
    )
    queue.put((right, "recovered"))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

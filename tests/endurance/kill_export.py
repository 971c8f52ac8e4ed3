"""Kill an export in the middle, go on with it, and count: none missing, none twice.

`python -m tests.endurance.kill_export [COUNT]`: a real `brainseg-export`, ended by SIGKILL.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.handover.journal import FILE
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
from tests.picture_factory import make_slice
from tests.review_factory import decide, save

MANY = 2000
SIDE = 64
TRIES = 5  # where a quick disk is done before it is killed
REVIEW = "brainseg-review.sqlite"


def mask_of(number: int) -> Mask:
    """Return a mask that tells of which slice it is: its number in bits, and a corner."""
    mask = np.zeros((SIDE, SIDE), bool)
    mask[1, 1] = True
    for bit in range(16):
        mask[3, 2 * bit] = bool(number >> bit & 1)
    return mask


def make_review(folder: Path, count: int) -> None:
    """Make slices with a correction each."""
    with closing(ReviewStore(folder / REVIEW)) as store:
        for number in range(count):
            path = folder / f"{number}.mat"
            write_mat(path, make_slice(number, (SIDE, SIDE), patient=f"P{number}"))
            about = (path.name, f"P{number}", mask_of(number), Layer.NOTHING, "Ada")
            it = StoredCorrection(read_slice(path).digest, *about)
            save(store, it)
            decide(store, it)


def export(folder: Path, out: Path) -> subprocess.Popen[bytes]:
    """Begin an export in a process of its own."""
    command = [sys.executable, "-m", "brainseg_gui.cli.export", str(folder / REVIEW)]
    return subprocess.Popen(
        [*command, "--output", str(out), "--format", "png,geojson"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def kill_in_the_middle(folder: Path, out: Path, at: int) -> bool:
    """Kill an export when so many masks are written; False where it was done before."""
    with export(folder, out) as process:
        while process.poll() is None:
            if len(list(out.glob("*.geojson"))) >= at:
                process.kill()
                break
            time.sleep(0.001)
        process.communicate()
    return process.returncode == -9 and (out / FILE).exists()


def check(folder: Path, out: Path, count: int) -> list[str]:
    """Return what is wrong with an export that went on: nothing, or sentences."""
    wrong = []
    names = sorted(it.name for it in out.iterdir())
    masks = [f"{number}_mask{suffix}" for number in range(count) for suffix in (".png", ".geojson")]
    if names != sorted([*masks, "manifest.json", "provenance.csv"]):
        wrong.append(f"other files than one of each mask: {set(names) ^ set(masks)}")
    for number in range(count):
        with Image.open(out / f"{number}_mask.png") as image:
            if not np.array_equal(np.asarray(image) > 0, mask_of(number)):
                wrong.append(f"the mask of {number} is another one")
    manifest = json.loads((out / "manifest.json").read_bytes())
    listed = [it["file"] for it in manifest["files"]]
    if not manifest["complete"] or sorted(listed) != sorted([*masks, "provenance.csv"]):
        wrong.append("the manifest does not list each file once")
    rows = (out / "provenance.csv").read_text().splitlines()[1:]
    if len(rows) != count:
        wrong.append(f"{len(rows)} rows of {count} verdicts")
    return wrong


def kill_and_go_on(folder: Path, count: int) -> tuple[list[str], int]:
    """Return what is wrong, and how many masks were there when the export was killed."""
    make_review(folder, count)
    for number in range(TRIES):
        out = folder.parent / f"out-{number}"
        out.mkdir()
        if kill_in_the_middle(folder, out, count // 3):
            break
    else:
        return ["it was never killed in the middle"], 0
    there = len(list(out.glob("*.geojson")))
    with export(folder, out) as process:
        _, said = process.communicate()
    if process.returncode:
        return [f"it ended with {process.returncode}: {said.decode()[-300:]}"], there
    return check(folder, out, count), there


def main(argv: list[str] | None = None) -> int:
    """Run once; 0 if nothing is missing or twice."""
    (count, *_) = [*map(int, sys.argv[1:] if argv is None else argv), MANY]
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "slices")
        folder.mkdir()
        wrong, there = kill_and_go_on(folder, count)
    print("\n".join(wrong) or f"{count} masks: none missing, none twice", end="; ")
    print(f"killed at {there}, {time.monotonic() - start:.0f} s in all")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())

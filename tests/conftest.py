"""What several rooms of the test suite share."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from brainseg_gui.files import reading
from tests.bundle_factory import make_bundle, make_corrector
from tests.mat_factory import fields_of
from tests.reading_here import ReadingHere

# The same examples at every run, however slow the machine: a build that fails by luck teaches
# nobody. `pytest --hypothesis-profile=search` looks further.
hypothesis.settings.register_profile("build", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("build")


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores: tests of children wait more than they work."""
    return min((os.cpu_count() or 1) + 1, 5)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the trainings, which take longest: no worker is left alone with one at the end."""
    items.sort(key=lambda item: "model_training" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Leave what was loaded out of every later search for garbage: it stays, and it is much."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)  # windows are made of many small things, which go in any case


DOOR = reading.door  # as the program has it


@pytest.fixture(autouse=True)
def reading_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in the test's own process: formats may be its own, and there is no child to start.

    The program has no such switch. `reading_child` takes this back.
    """
    reading.close()  # the children of what is shared by several tests
    monkeypatch.setattr(reading, "door", ReadingHere)


@pytest.fixture
def reading_child(reading_here: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read files as the program does, in a child."""
    monkeypatch.setattr(reading, "door", DOOR)
    yield
    reading.close()


@pytest.fixture
def new_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return a function that takes a size, such as "300k", and returns the folder of such a disk.

    It is a real one, which only root on Linux can have: without it the test is skipped.
    """
    disks: list[Path] = []

    def mount(size: str) -> Path:
        disk = tmp_path / f"disk{len(disks) or ''}"
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("a disk of its own can be mounted only by root on Linux")
        disks.append(disk)
        return disk

    yield mount
    for disk in disks:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small real bundle that finds the lightest area; never to be changed."""
    return make_bundle(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(scope="session")
def corrector_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small real corrector, to which all that is light is tumour; never to be changed."""
    return make_corrector(tmp_path_factory.mktemp("models") / "fixer")


@pytest.fixture(scope="session")
def head() -> np.ndarray:
    """Return (96, 80) float32 pixels of a head with a light ellipse in it."""
    pixels = fields_of((96, 80))["image"].astype(np.float32)
    pixels.setflags(write=False)
    return pixels

"""A review on a real disk, and what can go wrong with one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
from tests.review_factory import FullDisk, NewCorrection, NewSlice, Share


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what goes to the user's own folder in a place of the test's own."""
    for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA", "APPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for slices."""
    folder = tmp_path / "slices"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReviewStore]:
    """A review with nothing in it yet."""
    store = ReviewStore(tmp_path / "review.sqlite")
    yield store
    store.close()


@pytest.fixture
def new_correction() -> NewCorrection:
    """Make a stored correction with a small square in it."""

    def make(
        digest: str = "d",
        name: str = "1.mat",
        corner: tuple[int, int] = (2, 3),
        start: Layer = Layer.NOTHING,
        shape: tuple[int, int] = (12, 17),
    ) -> StoredCorrection:
        mask = np.zeros(shape, bool)
        mask[corner[0] : corner[0] + 3, corner[1] : corner[1] + 4] = True
        return StoredCorrection(digest, name, "100360", mask, start, "Reader")

    return make


@pytest.fixture
def new_slice() -> NewSlice:
    """Make a slice; another seed makes another one."""

    def make(
        seed: int = 0, shape: tuple[int, int] = (12, 17), reference: Mask | None = None
    ) -> Slice:
        pixels = np.random.default_rng(seed).integers(0, 900, shape).astype(np.float32)
        return Slice(pixels, reference, patient="100360")

    return make


@pytest.fixture
def full_disk() -> FullDisk:
    """Return a context in which no file of this process can grow, as on a full disk."""
    resource = pytest.importorskip("resource", reason="no file size limits on this system")

    @contextmanager
    def full() -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return full


@pytest.fixture
def small_disk(new_disk: Callable[[str], Path]) -> Path:
    """A disk of 256 kB of its own."""
    return new_disk("256k")


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """A folder that exists and takes no files, not even from root."""
    if os.name != "posix":
        pytest.skip("POSIX permissions")
    if os.geteuid() != 0:
        folder = tmp_path / "locked"
        folder.mkdir(mode=0o500)
        return folder
    if not Path("/proc/self").is_dir():
        pytest.skip("root writes to every folder here")
    return Path("/proc")


@pytest.fixture
def share(request: pytest.FixtureRequest) -> Iterator[Share]:
    """A folder, and a function that makes it read-only, for root too."""
    if os.name != "posix":
        pytest.skip("POSIX permissions")
    if os.geteuid() != 0:
        folder = request.getfixturevalue("tmp_path") / "share"
        folder.mkdir()
        yield folder, lambda: folder.chmod(0o500)
        folder.chmod(0o700)
        return
    disk = request.getfixturevalue("small_disk")
    remount = ["mount", "-o", "remount,ro", str(disk)]
    yield disk, lambda: subprocess.run(remount, check=True, capture_output=True)

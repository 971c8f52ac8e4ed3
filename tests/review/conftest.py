"""A review on a real disk, and what can go wrong with one."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection


@pytest.fixture
def store(tmp_path):
    """A review with nothing in it yet."""
    store = ReviewStore(tmp_path / "review.sqlite")
    yield store
    store.close()


@pytest.fixture
def new_correction():
    """Make a stored correction with a small square in it."""

    def make(digest="d", name="1.mat", corner=(2, 3), start=Layer.NOTHING, shape=(12, 17)):
        mask = np.zeros(shape, bool)
        mask[corner[0] : corner[0] + 3, corner[1] : corner[1] + 4] = True
        return StoredCorrection(digest, name, "100360", mask, start, "Reader")

    return make


@pytest.fixture
def new_slice():
    """Make a slice; another seed makes another one."""

    def make(seed=0, shape=(12, 17), reference=None):
        pixels = np.random.default_rng(seed).integers(0, 900, shape).astype(np.float32)
        return Slice(pixels, reference, patient="100360")

    return make


@pytest.fixture
def full_disk():
    """Return a context in which no file of this process can grow, as on a full disk."""
    resource = pytest.importorskip("resource", reason="no file size limits on this system")

    @contextmanager
    def full():
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return full


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 kB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
def unwritable(tmp_path):
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
def share(request):
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

"""Arrays between two processes through a file in shared memory."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.inference import exchange
from brainseg_gui.inference.exchange import create_exchange, put, take


@pytest.fixture
def path() -> Iterator[Path]:
    path = create_exchange()
    yield path
    path.unlink()


def test_an_array_comes_back_as_float32(path: Path) -> None:
    array = np.arange(12).reshape(3, 4)
    put(path, array)
    found = take(path, (3, 4))
    assert found.dtype == np.float32
    assert np.array_equal(found, array)


def test_a_smaller_array_after_a_larger_one_is_read_whole(path: Path) -> None:
    put(path, np.ones((100, 100)))
    put(path, np.full((2, 3), 7))
    assert np.array_equal(take(path, (2, 3)), np.full((2, 3), 7))


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_nobody_else_may_read_it(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_array_that_is_not_there_whole_is_an_error(path: Path) -> None:
    put(path, np.ones((2, 2)))
    with pytest.raises(OSError, match="cut off"):
        take(path, (3, 3))


def test_where_shared_memory_is_full_the_disk_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "ROOM", 1 << 60)
    assert exchange._memory_folder() is None


def test_where_there_is_no_shared_memory_the_disk_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exchange, "SHARED_MEMORY", "/no/such/folder")
    assert exchange._memory_folder() is None


def test_a_disk_that_fills_up_is_an_error_not_a_crash(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError) as caught:
            put(path, np.ones((100, 100)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.errno == errno.EFBIG

"""Arrays between two processes through a file in shared memory."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

import numpy as np
import pytest

from brainseg_gui.children import exchange
from brainseg_gui.children.exchange import Exchange


@pytest.fixture
def ours() -> Iterator[Exchange]:
    ours = Exchange.create()
    yield ours
    ours.close()
    assert not ours.path.exists()


def test_arrays_of_any_kind_come_back_as_they_were(ours: Exchange) -> None:
    arrays: list[np.ndarray] = [np.ones((3, 4), np.float32), np.array([[True]]), np.eye(2, 3).T]
    ours.put(*arrays)
    for found, array in zip(ours.take(*((a.dtype, a.shape) for a in arrays)), arrays, strict=True):
        assert found.dtype == array.dtype
        assert np.array_equal(found, array)


def test_both_sides_see_what_the_other_put_last(ours: Exchange) -> None:
    theirs = Exchange.join(ours.path)
    for value in range(3):
        ours.put(np.full(5, value))
        theirs.put(*(it + 10 for it in theirs.take((np.int64, (5,)))))
        assert ours.take((np.int64, (5,)))[0].tolist() == [value + 10] * 5
    theirs.close()


@pytest.mark.skipif(os.name != "posix", reason="a file that is open cannot be removed there")
def test_the_file_has_no_name_once_both_have_it(ours: Exchange) -> None:
    Exchange.join(ours.path).close()
    assert not ours.path.exists()
    ours.put(np.ones(3))
    assert ours.take((np.float64, (3,)))[0].tolist() == [1, 1, 1]


def test_a_smaller_array_after_a_larger_one_is_read_whole(ours: Exchange) -> None:
    ours.put(np.ones((100, 100)))
    ours.put(np.full((2, 3), 7))
    assert np.array_equal(ours.take((np.int64, (2, 3)))[0], np.full((2, 3), 7))


def test_the_room_of_a_huge_array_is_given_back(ours: Exchange) -> None:
    ours.put(np.zeros(exchange.KEPT + 100, np.uint8))
    ours.put(np.zeros(50, np.uint8))
    assert ours.path.stat().st_size == 50


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_nobody_else_may_read_it(ours: Exchange) -> None:
    assert ours.path.stat().st_mode & 0o777 == 0o600


def test_an_array_that_is_not_there_whole_is_an_error(ours: Exchange) -> None:
    ours.put(np.ones((2, 2)))
    with pytest.raises(OSError, match="cut off"):
        ours.take((np.float64, (3, 3)))


def test_where_shared_memory_is_full_the_disk_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "ROOM", 1 << 60)
    assert exchange._memory_folder() is None


def test_where_there_is_no_shared_memory_the_disk_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exchange, "SHARED_MEMORY", "/no/such/folder")
    assert exchange._memory_folder() is None


def test_a_disk_that_fills_up_is_an_error_not_a_crash(
    ours: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError) as caught:
            ours.put(np.ones((100, 100)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.errno == errno.EFBIG

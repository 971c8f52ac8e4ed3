"""What is remembered of slices between two openings, and what becomes of a damaged memory."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.image.thumbnail import SIDE
from brainseg_gui.files import index_cache
from brainseg_gui.files.index_cache import IndexCache, Known, Stamp

HOUR_NS = 3600 * 10**9


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(index_cache, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of three files that were written an hour ago."""
    folder = tmp_path / "slices"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.mat").write_bytes(bytes(number + 1))
        age(folder / f"{number}.mat")
    return folder


def age(path: Path) -> None:
    then = time.time_ns() - HOUR_NS
    os.utime(path, ns=(then, then))


def known_of(path: Path, seed: int = 0) -> Known:
    stamp = Stamp.of(path)
    assert stamp is not None
    picture = np.random.default_rng(seed).integers(0, 255, (SIDE, SIDE)).astype(np.uint8)
    return Known(stamp, "7", "glioma", "ab" * 32, 512, 400, 12, picture, Turn.LEFT, None, ((1, 9),))


def learn(folder: Path) -> IndexCache:
    cache = IndexCache(folder)
    for seed, path in enumerate(sorted(folder.iterdir())):
        cache.put(path.name, known_of(path, seed))
    cache.save()
    return cache


def fields(known: Known) -> tuple[object, ...]:
    return tuple(value for name, value in vars(known).items() if name != "thumbnail")


def remembered(folder: Path) -> list[str]:
    cache = IndexCache(folder)
    return [p.name for p in sorted(folder.iterdir()) if cache.get(p.name, Stamp.of(p))]


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_it_is_for_its_owner_only(folder: Path) -> None:
    assert learn(folder).path.stat().st_mode & 0o077 == 0


def test_what_was_learned_is_known_the_next_time(folder: Path) -> None:
    learn(folder)
    cache = IndexCache(folder)
    for seed, path in enumerate(sorted(folder.iterdir())):
        found, expected = cache.get(path.name, Stamp.of(path)), known_of(path, seed)
        assert found is not None
        assert fields(found) == fields(expected)
        assert np.array_equal(found.thumbnail, expected.thumbnail)


def test_a_slice_without_reference_is_remembered_as_one(folder: Path) -> None:
    cache = IndexCache(folder)
    known = known_of(folder / "0.mat")
    cache.put("0.mat", Known(known.stamp, "", "", "ab", 1, 1, None, known.thumbnail))
    cache.save()
    found = IndexCache(folder).get("0.mat", known.stamp)
    assert found is not None
    assert found.reference_px is None


@pytest.mark.parametrize("change", ["size", "time", "gone"])
def test_a_file_that_changed_is_not_known(folder: Path, change: str) -> None:
    learn(folder)
    path = folder / "1.mat"
    if change == "size":
        stamp = path.stat()
        path.write_bytes(b"other")
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    elif change == "time":
        os.utime(path, ns=(1, 1))
    else:
        path.unlink()
    cache = IndexCache(folder)
    assert cache.get("1.mat", Stamp.of(path)) is None
    assert cache.get("2.mat", Stamp.of(folder / "2.mat")) is not None


def test_a_file_that_was_only_just_written_is_read_again(folder: Path) -> None:
    (folder / "1.mat").write_bytes(b"new")
    learn(folder)
    assert remembered(folder) == ["0.mat", "2.mat"]


def test_folders_do_not_share_what_is_known(folder: Path, tmp_path: Path) -> None:
    learn(folder)
    assert IndexCache(tmp_path).get("0.mat", Stamp.of(folder / "0.mat")) is None


def test_slices_that_were_not_opened_this_time_stay_known_and_lost_ones_do_not(
    folder: Path,
) -> None:
    learn(folder)
    (folder / "0.mat").unlink()
    cache = IndexCache(folder)
    cache.put("1.mat", known_of(folder / "1.mat"))
    cache.save()
    (folder / "0.mat").write_bytes(bytes(1))
    assert remembered(folder) == ["1.mat", "2.mat"]


def test_nothing_is_written_where_nothing_was_learned(folder: Path, own_cache: Path) -> None:
    IndexCache(folder).save()
    assert not own_cache.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY", b"x" * 5000])
def test_a_damaged_index_is_thrown_away_and_made_anew(folder: Path, content: bytes) -> None:
    path = learn(folder).path
    path.write_bytes(content)
    assert remembered(folder) == []
    assert not path.exists()
    learn(folder)
    assert len(remembered(folder)) == 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(where=st.floats(0, 0.999), what=st.integers(1, 255), cut=st.booleans())
def test_no_damage_is_taken_for_knowledge(folder: Path, where: float, what: int, cut: bool) -> None:
    path = learn(folder).path
    content = bytearray(path.read_bytes())
    at = int(where * len(content))
    if cut:
        del content[at:]
    else:
        content[at] ^= what
    path.write_bytes(content)
    cache = IndexCache(folder)
    for seed, file in enumerate(sorted(folder.iterdir())):
        found, expected = cache.get(file.name, Stamp.of(file)), known_of(file, seed)
        if found is not None:
            assert fields(found) == fields(expected)
            assert np.array_equal(found.thumbnail, expected.thumbnail)


def test_an_index_of_other_fields_is_made_anew(folder: Path) -> None:
    path = learn(folder).path
    np.savez(path, rows=np.frombuffer(b'[["0.mat", [1, 2], {"age": 3}]]', np.uint8),
             thumbnails=np.zeros((1, SIDE, SIDE), np.uint8))  # fmt: skip
    assert remembered(folder) == []


def test_where_no_index_can_be_written_the_slices_are_read_again(
    folder: Path, own_cache: Path
) -> None:
    own_cache.write_text("in the way")
    learn(folder)
    assert remembered(folder) == []
    assert own_cache.read_text() == "in the way"


def test_the_indexes_of_the_folders_opened_last_are_kept(
    folder: Path, tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_cache, "KEPT_FOLDERS", 2)
    paths = []
    for number in range(3):
        other = tmp_path / f"other{number}"
        folder.rename(other)
        paths.append(learn(other).path)
        os.utime(paths[-1], (number, number))
        other.rename(folder)
    learn(folder)
    assert not paths[0].exists()
    assert not paths[1].exists()
    assert len(list(own_cache.iterdir())) == 2

"""Slices as arrays, read once."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.errors import SliceError, WriteError
from model_training.data import example_cache
from model_training.data.examples import Examples, load_examples
from model_training.data.sources import Source, find_examples
from tests.picture_factory import make_slice, write_mats

STEPS = Preprocessing(("equalised", "stretched"), 32)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_mats(
        tmp_path / "data", {str(n): make_slice(n, patient=str(100 + n)) for n in range(3)}
    )


@pytest.fixture
def source(data: Path) -> Source:
    return find_examples(data)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def same(one: Examples, other: Examples) -> bool:
    return all(np.array_equal(value, vars(other)[name]) for name, value in vars(one).items())


def spoil(path: Path) -> None:
    """Make a file unreadable, although its size and time say that it is the same."""
    status = path.stat()
    path.write_bytes(b"x" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def folder_of(cache: Path) -> Path:
    (folder,) = cache.iterdir()
    return folder


def test_examples_are_what_the_network_sees_in_eight_bits(source: Source, cache: Path) -> None:
    examples = load_examples(source, STEPS, cache)
    slice_ = make_slice(1)
    assert slice_.reference is not None
    assert (examples.images.dtype, examples.masks.dtype) == (np.uint8, np.uint8)
    for seen, wanted in (
        (examples.images[1], STEPS.apply(slice_.pixels)),
        (examples.masks[1], STEPS.mask(slice_.reference)),
    ):
        np.testing.assert_allclose(seen / 255, wanted, atol=0.5 / 255 + 1e-6)


def test_examples_know_patient_kind_and_name(source: Source, cache: Path) -> None:
    examples = load_examples(source, STEPS, cache)
    assert examples.patients.tolist() == ["100", "101", "102"]
    assert set(examples.kinds.tolist()) == {"glioma"}
    assert examples.names.tolist() == ["0.mat", "1.mat", "2.mat"]


def test_a_list_of_files_does_for_a_source(source: Source, cache: Path) -> None:
    paths = source.files
    listed = load_examples(paths, STEPS, cache)
    assert listed.names.tolist() == [str(path) for path in paths]
    assert np.array_equal(listed.images, load_examples(source, STEPS, cache).images)


def test_the_cache_gives_the_same_arrays_without_reading_a_slice(
    source: Source, cache: Path
) -> None:
    first = load_examples(source, STEPS, cache)
    for path in source.files:
        spoil(path)
    assert same(first, load_examples(source, STEPS, cache))


def test_cached_arrays_are_mapped_and_nobody_can_change_them(source: Source, cache: Path) -> None:
    examples = load_examples(source, STEPS, cache)
    assert isinstance(examples.images, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        examples.images[0] = 0


def test_two_runs_share_a_cache_wherever_the_data_were_moved_to(data: Path, cache: Path) -> None:
    first = load_examples(find_examples(data), STEPS, cache)
    moved = find_examples(data.rename(data.with_name("moved")))
    for path in moved.files:
        spoil(path)
    assert same(first, load_examples(moved, STEPS, cache))


def test_the_user_is_told_of_long_work_and_only_of_that(source: Source, cache: Path) -> None:
    said: list[str] = []
    load_examples(source, STEPS, cache, said.append)
    load_examples(source, STEPS, cache, said.append)
    assert said == [f"preparing 3 slices at 32 px in {cache}, once"]


def test_a_slice_that_changed_is_read_anew(data: Path, cache: Path) -> None:
    first = load_examples(find_examples(data), STEPS, cache)
    write_mats(data, {"1": make_slice(9, patient="101")})
    second = load_examples(find_examples(data), STEPS, cache)
    changed = (first.images != second.images).any(axis=(1, 2, 3))
    assert changed.tolist() == [False, True, False]


def test_a_slice_of_the_same_size_but_a_later_time_is_read_anew(
    source: Source, cache: Path
) -> None:
    load_examples(source, STEPS, cache)
    spoil(source.files[1])
    os.utime(source.files[1])
    with pytest.raises(SliceError):
        load_examples(source, STEPS, cache)


def test_another_size_or_view_or_value_has_a_cache_of_its_own(source: Source, cache: Path) -> None:
    load_examples(source, STEPS, cache)
    assert load_examples(source, Preprocessing(STEPS.channels, 64), cache).images.shape[1] == 64
    assert load_examples(source, Preprocessing(("clahe",), 32), cache).images.shape[-1] == 1
    narrow, wide = (
        load_examples(source, Preprocessing((channel,), 32), cache)
        for channel in ("percentile:10:90", "percentile:1:99")
    )
    assert not np.array_equal(narrow.images, wide.images)


@pytest.mark.parametrize("name", ["images.npy", "masks.npy", "sums.json"])
@pytest.mark.parametrize("damage", ["missing", "cut", "flipped"])
def test_a_damaged_cache_is_made_anew(source: Source, cache: Path, name: str, damage: str) -> None:
    first = load_examples(source, STEPS, cache)
    pixels = np.array(first.images)
    file = folder_of(cache) / name
    content = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        half = len(content) // 2
        flipped = content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :]
        file.write_bytes(content[:half] if damage == "cut" else flipped)
    second = load_examples(source, STEPS, cache)
    assert np.array_equal(second.images, pixels)
    assert file.read_bytes() == content


def test_a_file_in_the_place_of_a_cache_is_one_sentence(source: Source, cache: Path) -> None:
    load_examples(source, STEPS, cache)
    folder = folder_of(cache)
    folder.rename(cache / "away")
    folder.write_bytes(b"")
    with pytest.raises(WriteError, match=r"-equalised-stretched-32: the folder is a file$"):
        load_examples(source, STEPS, cache)


def test_a_cache_that_was_cut_off_while_it_was_written_is_not_used(
    source: Source, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(part: Path, folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(example_cache, "_move", killed)
        with pytest.raises(KeyboardInterrupt):
            load_examples(source, STEPS, cache)
    assert list(cache.iterdir()) == []
    assert len(load_examples(source, STEPS, cache)) == 3


def test_what_a_killed_run_left_half_written_is_cleared_once_it_is_old(
    source: Source, cache: Path
) -> None:
    load_examples(source, STEPS, cache)
    whole = folder_of(cache)
    old, new = (cache / f"{whole.name}.{name}.part" for name in ("old", "new"))
    for part in (old, new):
        part.mkdir()
        (part / "images.npy").write_bytes(b"half")
    for path in (old / "images.npy", old):
        os.utime(path, (0, 0))
    (whole / "sums.json").unlink()
    load_examples(source, STEPS, cache)
    assert not old.exists()
    assert new.exists()


def test_a_full_disk_is_one_sentence_and_leaves_nothing_behind(
    source: Source, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match=r"-equalised-stretched-32: the disk is full$"):
        load_examples(source, STEPS, cache)
    assert list(cache.iterdir()) == []


def test_two_runs_that_prepare_the_same_slices_both_get_them(
    source: Source, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_examples(source, STEPS, cache)
    pixels = np.array(first.images)
    # The other run had finished just when this one looked and found nothing.
    example_cache.store(folder_of(cache), [(first.images[0], first.masks[0])])
    assert np.array_equal(load_examples(source, STEPS, cache).images, pixels)
    assert len(list(cache.iterdir())) == 1


def test_some_examples_can_be_taken_with_all_that_belongs_to_them(
    source: Source, cache: Path
) -> None:
    taken = load_examples(source, STEPS, cache).take(np.array([True, False, True]))
    assert len(taken) == 2
    assert taken.patients.tolist() == ["100", "102"]
    assert taken.names.tolist() == ["0.mat", "2.mat"]
    assert (len(taken.images), len(taken.masks), len(taken.kinds)) == (2, 2, 2)


def test_a_slice_without_a_mask_is_refused_by_name_before_any_is_prepared(
    data: Path, cache: Path
) -> None:
    write_mats(data, {"2": Slice(make_slice().pixels, patient="102")})
    spoiled = find_examples(data)
    spoil(data / "0.mat")
    with pytest.raises(ValueError, match=r"^2\.mat: a slice without a mask cannot be trained on$"):
        load_examples(spoiled, STEPS, cache)


def test_a_slice_that_cannot_be_read_is_refused_by_name(source: Source, cache: Path) -> None:
    spoil(source.files[2])
    with pytest.raises(SliceError, match=r"^2\.mat: "):
        load_examples(source, STEPS, cache)
    assert list(cache.iterdir()) == []


def test_no_slices_at_all_are_refused(cache: Path) -> None:
    with pytest.raises(ValueError, match="no slices to train on"):
        load_examples(Source(()), STEPS, cache)


def test_slices_of_several_sizes_make_examples_of_one(tmp_path: Path, cache: Path) -> None:
    slices = {"1": make_slice(shape=(40, 48)), "2": make_slice(shape=(64, 50))}
    source = find_examples(write_mats(tmp_path / "sizes", slices))
    assert load_examples(source, STEPS, cache).images.shape == (2, 32, 32, 2)

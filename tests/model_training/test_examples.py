"""Slices as arrays, read once."""

from __future__ import annotations

import os

import numpy as np
import pytest

from brainseg_gui.core.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.mat_writer import write_mat
from model_training.examples import load_examples, prepare

STEPS = Preprocessing(("equalised", "stretched"), 32)


def make_slice(seed=0, shape=(40, 48), patient="100360", reference=True):
    pixels = np.random.default_rng(seed).integers(0, 900, shape).astype(np.float32)
    mask = np.zeros(shape, bool)
    mask[10:20, 12:30] = True
    return Slice(pixels, mask if reference else None, patient=patient, tumour=Tumour.GLIOMA)


@pytest.fixture
def paths(tmp_path):
    paths = [tmp_path / f"{number}.mat" for number in range(3)]
    for seed, path in enumerate(paths):
        write_mat(path, make_slice(seed, patient=str(100 + seed)))
    return paths


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "run" / "cache"


def same(one, other):
    return all(np.array_equal(value, vars(other)[name]) for name, value in vars(one).items())


def spoil(path):
    """Make a file unreadable, although its size and time say that it is the same."""
    status = path.stat()
    path.write_bytes(b"x" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_examples_are_what_the_network_sees_in_eight_bits(paths, cache) -> None:
    examples = load_examples(paths, STEPS, cache)
    slice_ = make_slice(1)
    assert (examples.images.dtype, examples.masks.dtype) == (np.uint8, np.uint8)
    np.testing.assert_allclose(
        examples.images[1] / 255, STEPS.apply(slice_.pixels), atol=0.5 / 255 + 1e-6
    )
    np.testing.assert_allclose(
        examples.masks[1] / 255, STEPS.mask(slice_.reference), atol=0.5 / 255 + 1e-6
    )


def test_examples_know_patient_kind_and_file(paths, cache) -> None:
    examples = load_examples(paths, STEPS, cache)
    assert examples.patients.tolist() == ["100", "101", "102"]
    assert set(examples.kinds.tolist()) == {"glioma"}
    assert examples.names.tolist() == [str(path) for path in paths]


def test_the_cache_gives_the_same_arrays_without_reading_a_slice(paths, cache) -> None:
    first = load_examples(paths, STEPS, cache)
    for path in paths:
        spoil(path)
    assert same(first, load_examples(paths, STEPS, cache))


def test_a_slice_that_changed_is_read_anew(paths, cache) -> None:
    first = load_examples(paths, STEPS, cache)
    write_mat(paths[1], make_slice(9, patient="101"))
    second = load_examples(paths, STEPS, cache)
    changed = (first.images != second.images).any(axis=(1, 2, 3))
    assert changed.tolist() == [False, True, False]


def test_a_slice_of_the_same_size_but_a_later_time_is_read_anew(paths, cache) -> None:
    load_examples(paths, STEPS, cache)
    spoil(paths[1])
    os.utime(paths[1])
    with pytest.raises(SliceError):
        load_examples(paths, STEPS, cache)


def test_another_size_or_view_has_a_cache_of_its_own(paths, cache) -> None:
    load_examples(paths, STEPS, cache)
    assert load_examples(paths, Preprocessing(STEPS.channels, 64), cache).images.shape[1] == 64
    assert load_examples(paths, Preprocessing(("clahe",), 32), cache).images.shape[-1] == 1


def test_a_cache_that_was_cut_off_while_it_was_written_is_not_used(
    paths, cache, monkeypatch
) -> None:
    def cut_off(file, **arrays):
        file.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(np, "savez", cut_off)
        with pytest.raises(KeyboardInterrupt):
            load_examples(paths, STEPS, cache)
    assert len(load_examples(paths, STEPS, cache)) == 3


def test_some_examples_can_be_taken_with_all_that_belongs_to_them(paths, cache) -> None:
    taken = load_examples(paths, STEPS, cache).take(np.array([True, False, True]))
    assert len(taken) == 2
    assert taken.patients.tolist() == ["100", "102"]
    assert taken.names.tolist() == [str(paths[0]), str(paths[2])]
    assert (len(taken.images), len(taken.masks), len(taken.kinds)) == (2, 2, 2)


def test_a_slice_without_a_mask_is_refused_by_name(paths, cache) -> None:
    write_mat(paths[1], make_slice(reference=False))
    with pytest.raises(ValueError, match=r"1\.mat: a slice without a mask cannot be trained on"):
        load_examples(paths, STEPS, cache)


def test_a_slice_that_cannot_be_read_is_refused_by_name(paths, cache) -> None:
    paths[2].write_bytes(b"")
    with pytest.raises(SliceError, match=r"^2\.mat: "):
        load_examples(paths, STEPS, cache)


def test_no_slices_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="no slices to train on"):
        prepare([], STEPS)


def test_slices_of_several_sizes_make_examples_of_one() -> None:
    slices = [("1", make_slice(shape=(40, 48))), ("2", make_slice(shape=(64, 50)))]
    assert prepare(slices, STEPS).images.shape == (2, 32, 32, 2)

"""The registry of formats: what each row promises, and that a row is all a format needs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files import formats
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import FORMATS, Format, format_of, read_info, read_slice
from brainseg_gui.files.wishes import Wishes
from brainseg_gui.files.writers.mat_writer import write_mat
from model_training.data.sources import find_examples
from tests.documented_format import add_documented_format, documented_code, write_grid
from tests.picture_factory import make_slice, write_pictures

SLICE = make_slice(patient="MR049453", tumour=Tumour.MENINGIOMA)


def mat_sample(folder: Path) -> Path:
    write_mat(folder / "1.mat", SLICE)
    return folder / "1.mat"


def picture_sample(folder: Path) -> Path:
    return write_pictures(folder, {"1": SLICE}, ".png") / "images" / "1.png"


# A format's row is tested with a file that holds `SLICE`, written here.
SAMPLES: dict[str, Callable[[Path], Path]] = {
    "MATLAB slices": mat_sample,
    "Folders of pictures": picture_sample,
}
each_row = pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)


def same_slice(found: Slice) -> bool:
    assert found.reference is not None
    assert SLICE.reference is not None
    return (
        np.array_equal(found.pixels, SLICE.pixels)
        and np.array_equal(found.reference, SLICE.reference)
        and (found.patient, found.tumour) == (SLICE.patient, SLICE.tumour)
    )


@each_row
def test_each_format_finds_knows_indexes_and_reads_its_own(row: Format, tmp_path: Path) -> None:
    path = SAMPLES[row.name](tmp_path)
    assert list(find_slices([tmp_path])) == [path]
    assert format_of(path) is row
    info, found = read_info(path), read_slice(path)
    assert (info.shape, info.patient, info.tumour) == (found.shape, found.patient, found.tumour)
    assert info.has_reference
    assert same_slice(found)
    assert row.sniff(path.read_bytes()[: formats.HEAD])


@each_row
def test_no_format_takes_anothers_file_or_any_text_for_its_own(row: Format, tmp_path: Path) -> None:
    assert not row.sniff(b"a text that is no image")
    for name in SAMPLES.keys() - {row.name}:
        (tmp_path / name).mkdir()
        assert not row.sniff(SAMPLES[name](tmp_path / name).read_bytes()[: formats.HEAD])


@each_row
def test_each_suffix_is_written_as_it_is_compared(row: Format) -> None:
    assert row.suffixes
    assert all(it.startswith(".") and it == it.lower() for it in row.suffixes)
    for suffix in row.suffixes:
        assert f"*{suffix}" in formats.dialog_filters()


@each_row
def test_a_file_of_nonsense_is_refused_with_one_sentence_by_each(
    row: Format, tmp_path: Path
) -> None:
    path = SAMPLES[row.name](tmp_path)
    path.write_bytes(path.read_bytes()[:40] + bytes(100))
    with pytest.raises(SliceError) as caught:
        read_slice(path)
    assert caught.value.path.name == path.name
    assert "\n" not in str(caught.value)


def test_a_file_is_known_by_its_content_before_its_name(tmp_path: Path) -> None:
    path = mat_sample(tmp_path).rename(tmp_path / "export.dat")
    assert list(find_slices([path])) == [path]
    assert same_slice(read_slice(path))


def test_whatever_a_reader_raises_is_one_sentence_about_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(path: Path, *wishes: Wishes) -> Slice:
        raise LookupError("first line\nsecond line")

    row = Format("Stumbling", (".x",), lambda head: False, stumble, stumble)  # type: ignore[arg-type]
    monkeypatch.setattr(formats, "FORMATS", (row,))
    (tmp_path / "1.x").write_bytes(b"x")
    with pytest.raises(SliceError, match=r"^1\.x: .*LookupError: first line second line\)$"):
        read_slice(tmp_path / "1.x")


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    os.mkfifo(tmp_path / "1.dat")
    assert list(find_slices([tmp_path / "1.dat"])) == []


def test_the_documented_format_is_short_and_has_one_row() -> None:
    reader, row = documented_code()
    assert len((reader + row).splitlines()) <= 60
    assert row.count(" Format(") == 1


def test_a_new_row_is_found_indexed_read_and_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_grid(tmp_path / "in" / "1.grid", SLICE)
    assert list(find_slices([tmp_path / "in"])) == []
    add_documented_format(monkeypatch)
    assert list(find_slices([tmp_path / "in"])) == [path]
    assert read_info(path).patient == SLICE.patient
    assert same_slice(read_slice(path))
    (entry,) = find_examples(tmp_path / "in")
    assert (entry.name, entry.kind, entry.has_reference) == ("1.grid", "meningioma", True)
    assert same_slice(entry.read())


def test_a_new_row_is_named_by_dialogs_and_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_documented_format(monkeypatch)
    assert "Text grids (*.grid)" in formats.dialog_filters()
    assert formats.openable().startswith(".mat, .grid")
    assert " files, or images/" in formats.openable()
    with pytest.raises(ValueError, match=r"expected \.mat, \.grid.* files, or images/"):
        find_examples(tmp_path)

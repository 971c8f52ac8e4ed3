"""Finding slices in files and folders."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices, natural_key
from brainseg_gui.files.formats import not_a_slice

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def search(paths: Sequence[Path], base: Path) -> tuple[list[str], list[SliceError]]:
    problems: list[SliceError] = []
    found = [path.relative_to(base).as_posix() for path in find_slices(paths, problems.append)]
    return found, problems


def test_slices_come_in_natural_order_the_files_of_a_folder_first(tmp_path: Path) -> None:
    make(tmp_path, "10.mat", "2.mat", "1.mat", "p10/1.mat", "p2/3.mat", "p2/deep/4.mat")
    found, problems = search([tmp_path], tmp_path)
    assert found == ["1.mat", "2.mat", "10.mat", "p2/3.mat", "p2/deep/4.mat", "p10/1.mat"]
    assert problems == []


def test_the_authors_folds_are_no_slice_unless_they_are_named(tmp_path: Path) -> None:
    make(tmp_path, "1.mat", "cvind.mat", "a/cvind.mat", "a/my_cvind.mat")
    assert search([tmp_path], tmp_path) == (["1.mat", "a/my_cvind.mat"], [])
    assert search([tmp_path / "cvind.mat"], tmp_path)[0] == ["cvind.mat"]


def test_only_mat_files_are_slices_in_either_case(tmp_path: Path) -> None:
    make(tmp_path, "1.mat", "2.MAT", "1.png", "notes.txt", "mat", ".hidden.mat", ".git/1.mat")
    assert search([tmp_path], tmp_path)[0] == ["1.mat", "2.MAT"]


def test_a_slice_that_is_named_twice_comes_once(tmp_path: Path) -> None:
    make(tmp_path, "a/1.mat", "a/2.mat")
    found, _ = search([tmp_path / "a" / "2.mat", tmp_path, tmp_path / "a"], tmp_path)
    assert found == ["a/2.mat", "a/1.mat"]


def test_what_is_not_there_or_no_slice_is_reported_and_the_rest_found(tmp_path: Path) -> None:
    make(tmp_path, "1.mat", "1.txt")
    paths = [tmp_path / "none", tmp_path / "1.txt", tmp_path / "1.mat"]
    found, problems = search(paths, tmp_path)
    assert found == ["1.mat"]
    assert [(problem.path.name, problem.reason) for problem in problems] == [
        ("none", "no such file or folder"),
        ("1.txt", not_a_slice()),
    ]


def test_a_folder_that_cannot_be_read_is_reported_and_the_rest_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "closed/1.mat", "open/2.mat")
    scandir = os.scandir

    def guarded(folder: Path) -> object:
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", guarded)
    found, problems = search([tmp_path], tmp_path)
    assert found == ["open/2.mat"]
    assert problems[0].path == tmp_path / "closed"
    assert problems[0].reason == "the folder cannot be read (permission denied)"


@needs_links
def test_a_link_that_leads_in_a_circle_is_reported_once_and_ends(tmp_path: Path) -> None:
    make(tmp_path, "a/1.mat")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    found, problems = search([tmp_path], tmp_path)
    assert found == ["a/1.mat"]
    assert [problem.reason for problem in problems] == ["a link that leads in a circle"]


@needs_links
def test_a_folder_that_is_linked_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "a/1.mat")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    found, problems = search([tmp_path], tmp_path)
    assert (found, problems) == (["a/1.mat"], [])


@needs_links
def test_a_slice_that_links_to_itself_or_nowhere_is_found_for_the_reader_to_refuse(
    tmp_path: Path,
) -> None:
    (tmp_path / "1.mat").symlink_to(tmp_path / "1.mat")
    (tmp_path / "2.mat").symlink_to(tmp_path / "none")
    assert search([tmp_path], tmp_path)[0] == ["1.mat", "2.mat"]


def test_the_first_slice_comes_before_the_search_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "1.mat", "sub/2.mat")
    search_of_all = find_slices([tmp_path])
    assert next(search_of_all).name == "1.mat"
    make(tmp_path, "sub/3.mat")
    assert [path.name for path in search_of_all] == ["2.mat", "3.mat"]


def test_numbers_in_names_count_as_numbers() -> None:
    names = ["p2s10", "p10s1", "p2s9", "P1", "x", "007"]
    assert sorted(names, key=natural_key) == ["007", "P1", "p2s9", "p2s10", "p10s1", "x"]

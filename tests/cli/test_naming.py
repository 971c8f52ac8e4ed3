"""Names of results."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.cli.naming import output_stems

NAMES = st.sampled_from(["1", "2", "a", "A", "a_2"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: Path("in", *parts))


def names(*paths: str) -> list[str]:
    return [stem.as_posix() for stem in output_stems([Path(path) for path in paths]).values()]


def test_a_stem_that_occurs_once_stays() -> None:
    assert names("in/a/1.mat", "in/b/2.mat") == ["1", "2"]


def test_equal_stems_go_into_folders_named_like_their_own() -> None:
    assert names("in/a/1.mat", "in/b/c/1.mat", "in/b/2.mat") == ["a/1", "b/c/1", "2"]


def test_a_folder_above_the_other_keeps_its_slice_at_the_top() -> None:
    assert names("in/1.mat", "in/a/1.mat") == ["1", "a/1"]


def test_upper_and_lower_case_count_as_equal() -> None:
    assert names("in/x.mat", "in/X.mat", "in/x.MAT") == ["x", "X_2", "x_3"]


def test_a_zip_file_counts_as_a_folder_that_is_called_without_its_suffix() -> None:
    assert names("in/a.zip/1.mat", "in/b.zip/2.mat") == ["1", "2"]
    assert names("in/a.zip/1.mat", "in/b.ZIP/sub/1.mat") == ["a/1", "b/sub/1"]


@given(st.lists(PATHS, unique=True, max_size=12), st.sampled_from([".mat", ".MAT"]))
def test_no_two_slices_share_a_name_on_any_disk(paths: list[Path], suffix: str) -> None:
    stems = output_stems([path.with_name(path.name + suffix) for path in paths])
    assert len({stem.as_posix().casefold() for stem in stems.values()}) == len(paths)
    assert not any(stem.is_absolute() or ".." in stem.parts for stem in stems.values())

"""`make check` runs what is near to a change."""

from __future__ import annotations

from pathlib import Path

from tests.changed import ALWAYS, changed_files, near_to

ROOT = Path(__file__).parents[1]


def names_of(*files: str) -> list[str]:
    return [path.name for path in near_to([ROOT / file for file in files])]


def test_the_near_to_a_module_are_those_that_import_it_then_those_of_its_folder() -> None:
    names = names_of("brainseg_gui/core/image/clahe.py")
    assert names[:2] == [ALWAYS.name, "test_clahe.py"]
    assert "test_contrast.py" in names
    assert "test_store.py" not in names


def test_a_changed_test_comes_before_all_that_it_could_have_to_do_with() -> None:
    names = names_of("brainseg_gui/core/image/clahe.py", "tests/cli/test_naming.py")
    assert names[1] == "test_naming.py"


def test_what_supports_tests_is_followed_to_them() -> None:
    assert "test_predict.py" in names_of("tests/documented_format.py")


def test_a_document_concerns_no_test_but_the_rules() -> None:
    assert names_of("README.md") == [ALWAYS.name]


def test_a_commit_that_is_not_there_is_said() -> None:
    assert changed_files("no-such-commit") is None

"""The documents hold what the program does, and stay as short as they are meant to be."""

from __future__ import annotations

import importlib
import re
from importlib import metadata
from pathlib import Path

import pytest

from brainseg_gui import __version__

ROOT = Path(__file__).parents[2]
MOST_LINES = {"README.md": 90, "CONTRIBUTING.md": 120}

with pytest.MonkeyPatch.context() as patched:
    patched.syspath_prepend(ROOT / ".ci")
    documents = importlib.import_module("documents")


def markdown() -> list[Path]:
    folders = [ROOT, *(ROOT / name for name in ("docs", "model_training", "tests", "resources"))]
    return [
        path
        for folder in folders
        for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
    ]


def test_the_table_of_keys_is_that_of_the_program() -> None:
    assert documents.KEYS.read_text(encoding="utf-8") == documents.keys_document()


@pytest.mark.parametrize("extra", documents.SIZES)
def test_the_software_is_listed_with_version_and_licence(extra: str) -> None:
    text = documents.SOFTWARE.read_text(encoding="utf-8")
    rows = {name: rest for name, *rest in re.findall(r"(?m)^\| (\S+) \| (\S+) \| (.+) \|$", text)}
    for name in documents.required(extra):
        version, licence = rows[name]
        assert licence.upper() not in {"", "UNKNOWN"}
        if metadata.version(name) == version:
            assert licence == documents.licence(metadata.distribution(name))


@pytest.mark.parametrize("name", MOST_LINES)
def test_what_is_read_first_is_short(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MOST_LINES[name]
    if name == "README.md":
        assert [line for line in lines if len(line) > 120] == []


@pytest.mark.parametrize("path", markdown(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_leads_only_to_what_is_there(path: Path) -> None:
    for address in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in address:
            assert (path.parent / address).exists(), address


def test_what_is_cited_is_this_version() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in text

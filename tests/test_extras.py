"""What a copy without an extra says: which one brings the feature, and how this copy gets it."""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from brainseg_gui import about, extras
from brainseg_gui.extras import DISTRIBUTION, how_to_get, missing

ROOT = Path(__file__).parents[1]
Installed = Callable[[dict[str, Any] | None], None]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    """Pretend that the program lies in no checkout, and pip noted this of where it came from."""

    def pretend(origin: dict[str, Any] | None) -> None:
        record = SimpleNamespace(read_text=lambda name: origin and json.dumps(origin))
        monkeypatch.setattr(extras, "CHECKOUT", tmp_path)
        monkeypatch.setattr(metadata, "distribution", lambda name: record)

    return pretend


def test_in_a_checkout_make_brings_an_extra() -> None:
    assert missing("TensorFlow is", extras.GPU) == (
        "TensorFlow is not installed here; the extra “gpu” brings it: make extra EXTRA=gpu."
    )


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        ({"url": "file:///tmp/b.whl", "archive_info": {}}, "file:///tmp/b.whl"),
        (
            {"url": "https://host/b", "vcs_info": {"vcs": "git", "commit_id": "1a2b"}},
            "git+https://host/b@1a2b",
        ),
    ],
)
def test_elsewhere_it_comes_from_where_the_program_came_from(
    installed: Installed, origin: dict[str, Any], address: str
) -> None:
    installed(origin)
    assert how_to_get("train") == f"pip install '{DISTRIBUTION}[train] @ {address}'"


def test_where_that_is_not_known_the_public_index_is_not_named_in_its_place(
    installed: Installed,
) -> None:
    installed(None)
    assert "pip install" not in how_to_get("gpu")


def test_the_names_are_those_of_the_distribution() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    brought = setup["options.extras_require"]
    assert setup["metadata"]["name"] == DISTRIBUTION
    named = {extras.GPU, extras.TRAIN, extras.PRETRAINED, extras.FORMATS, extras.REPORTS}
    assert named | {"test"} == set(brought)
    for package, extra in about.OPTIONAL.items():
        assert re.search(rf"^{package}\b", brought[extra], re.MULTILINE), package
    needed = set(re.findall(r"^[\w-]+", setup["options"]["install_requires"], re.MULTILINE))
    assert {name.lower() for name in needed} == {name.lower() for name in about.NEEDED} - {
        "pyqt5-qt5"
    }


def test_no_text_tells_to_install_a_name_of_the_public_index_that_is_not_ours() -> None:
    texts = [*ROOT.glob("*.md"), *(ROOT / "brainseg_gui").rglob("*.py")]
    texts += [*(ROOT / "model_training").rglob("*.py"), *(ROOT / ".ci").glob("*.py")]
    for path in texts:
        found = re.findall(r"pip install '?brainseg(?!_review)", path.read_text(encoding="utf-8"))
        assert found == [], path

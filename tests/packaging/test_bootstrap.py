"""The first step of every make target: what it refuses, does once and does not do again."""

from __future__ import annotations

import ast
import configparser
import contextlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]

# A project so small that pip installs it without any package index.
BACKEND = """
import zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "tiny-1.0-py3-none-any.whl"
    info = "tiny-1.0.dist-info/"
    with zipfile.ZipFile(wheel_directory + "/" + name, "w") as wheel:
        wheel.writestr(info + "METADATA", "\\n".join([
            "Metadata-Version: 2.1", "Name: tiny", "Version: 1.0", "Provides-Extra: test"]))
        wheel.writestr(info + "WHEEL", "\\n".join([
            "Wheel-Version: 1.0", "Root-Is-Purelib: true", "Tag: py3-none-any"]))
        wheel.writestr(info + "entry_points.txt", "[console_scripts]\\ntiny = tiny:main\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""
SETUP = "[metadata]\nname = tiny\n[options.extras_require]\ntest =\n[mypy]\nstrict = True\n"
BUILD_SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


with pytest.MonkeyPatch.context() as patched:
    patched.syspath_prepend(ROOT / ".ci")
    bootstrap = importlib.import_module("bootstrap")
    qt_libraries = importlib.import_module("qt_libraries")


@pytest.fixture(scope="module")
def empty_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkout whose .venv was made anew, and holds nothing but pip yet."""
    root = tmp_path_factory.mktemp("bare") / "checkout"
    root.mkdir()
    (root / "backend.py").write_text(BACKEND)
    (root / "pyproject.toml").write_text(BUILD_SYSTEM)
    (root / "setup.cfg").write_text(SETUP)
    (root / ".venv").mkdir()
    (root / ".venv" / "relic").touch()
    bootstrap.Environment(root).make()
    return root


@pytest.fixture(scope="module")
def prepared_once(
    empty_environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A tiny checkout with its environment, and what was said when it was set up."""
    root = tmp_path_factory.mktemp("prepared") / "checkout"
    shutil.copytree(empty_environment, root, symlinks=True)
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        reach_no_index(patch)
        bootstrap.prepare(root, [])
    return root, said.getvalue()


@pytest.fixture
def checkout(empty_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny checkout, and a pip that reaches no index."""
    root = tmp_path / "checkout"
    shutil.copytree(empty_environment, root, symlinks=True)
    (root / ".venv" / "bootstrap.log").unlink()
    reach_no_index(monkeypatch)
    return root


@pytest.fixture
def prepared(
    prepared_once: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of the tiny checkout with its environment, as if it had been set up there."""
    root = tmp_path / "checkout"
    shutil.copytree(prepared_once[0], root, symlinks=True)
    note_other_place(root, str(root))
    reach_no_index(monkeypatch)
    return root


def reach_no_index(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(qt_libraries, "provide", lambda environment: None)
    for name in [name for name in os.environ if name.upper().startswith("PIP_")]:
        patch.delenv(name)
    patch.setenv("PIP_CONFIG_FILE", os.devnull)
    patch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    patch.setenv("PIP_RETRIES", "0")
    patch.setenv("NO_PROXY", "127.0.0.1")


def note_other_place(root: Path, place: str) -> None:
    note = bootstrap.Environment(root).note
    note.write_text(json.dumps(json.loads(note.read_text()) | {"checkout": place}))


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and ". " not in text and "\n" not in text


# Which Python


def test_the_file_is_read_even_by_python_3_6() -> None:
    source = (ROOT / ".ci" / "bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__ import annotations" not in source


def test_the_versions_it_takes_are_those_of_setup_cfg_and_of_the_makefile() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    (lowest, least), (beyond, most) = bootstrap.LOWEST, bootstrap.BEYOND
    assert setup["options"]["python_requires"] == f">={lowest}.{least},<{beyond}.{most}"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"({lowest}, {least}) <= sys.version_info[:2] < ({beyond}, {most})" in makefile
    assert " ".join(f"python3.{minor}" for minor in range(most - 1, least - 1, -1)) in makefile


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13), (3, 14, 0), (4, 0)])
def test_another_python_is_refused_in_one_sentence(version: tuple[int, ...]) -> None:
    sentence = bootstrap.python_complaint(version)
    assert is_one_sentence(sentence)
    assert "3.11 to 3.13" in sentence
    assert f"this is {version[0]}.{version[1]}:" in sentence


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (3, 13, 9)])
def test_a_python_that_fits_is_taken(version: tuple[int, ...]) -> None:
    assert bootstrap.python_complaint(version) == ""


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins for Python are shell scripts")
def test_instead_of_a_python_that_does_not_fit_one_on_path_is_taken_that_fits_and_starts(
    tmp_path: Path,
) -> None:
    does = {"python3.10": "exit 1", "python3.13": "exit 127", "python3.12": 'echo "took $0 $*"'}
    for name, what in does.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{what}\n")
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}{os.pathsep}/bin{os.pathsep}/usr/bin"
    make = ["make", "-s", "extra", "EXTRA=gpu", f"PYTHON={tmp_path / 'python3.10'}"]
    done = subprocess.run(make, cwd=ROOT, env={"PATH": path}, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1].endswith("python3.12 .ci/bootstrap.py gpu")


def test_without_a_python_that_fits_it_stops_with_the_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    with pytest.raises(SystemExit, match=r"^brainseg needs Python 3\.11 to 3\.13"):
        bootstrap.main([])


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_without_the_venv_module_one_sentence_names_its_package(missing: str) -> None:
    sentence = bootstrap.python_complaint((3, 12, 1), lambda name: name != missing)
    assert is_one_sentence(sentence)
    assert "apt-get install python3.12-venv" in sentence


# The environment


def test_a_second_call_starts_nothing_and_says_nothing(
    prepared_once: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    checkout, said = prepared_once
    assert "bootstrap.log" in said
    assert "tiny" in os.listdir(bootstrap.Environment(checkout).python.parent)
    monkeypatch.setattr(subprocess, "Popen", None)
    bootstrap.prepare(checkout, [])
    assert capsys.readouterr().out == ""


def test_an_extra_is_added_to_what_is_there_and_stays(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.Environment, "make", None)
    bootstrap.prepare(prepared, ["test"])
    assert bootstrap.Environment(prepared).noted()["extras"] == ["test"]
    monkeypatch.setattr(bootstrap.Environment, "install", None)
    bootstrap.prepare(prepared, [])


def test_an_extra_that_does_not_exist_is_answered_with_those_that_do(checkout: Path) -> None:
    with pytest.raises(SystemExit, match="There is no extra tset: choose among test"):
        bootstrap.prepare(checkout, ["tset"])


def test_without_a_network_one_sentence_names_the_log_and_nothing_is_lost(prepared: Path) -> None:
    needy = BUILD_SYSTEM.replace("[]", '["a-backend-that-is-not-here"]')
    (prepared / "pyproject.toml").write_text(needy)
    with pytest.raises(SystemExit) as refusal:
        bootstrap.prepare(prepared, ["test"])
    sentence = str(refusal.value)
    assert is_one_sentence(sentence)
    assert "from the package index: check network" in sentence
    assert ".venv/bootstrap.log" in sentence
    assert "127.0.0.1" in (prepared / ".venv" / "bootstrap.log").read_text()
    assert bootstrap.Environment(prepared).is_sound()


def test_a_failure_that_is_not_the_networks_is_told_in_pips_words(checkout: Path) -> None:
    (checkout / "backend.py").write_text("raise ImportError('no backend today')")
    with pytest.raises(SystemExit, match="brainseg: “ImportError: no backend today”;"):
        bootstrap.prepare(checkout, [])


def unfinish(root: Path) -> None:
    bootstrap.Environment(root).note.unlink()


def lose_python(root: Path) -> None:
    bootstrap.Environment(root).python.unlink()


def come_from_another_folder(root: Path) -> None:
    note_other_place(root, "/it/was/before")


def come_from_another_python(root: Path) -> None:
    settings = root / ".venv" / "pyvenv.cfg"
    settings.write_text(re.sub(r"version = 3\.\d+", "version = 3.10", settings.read_text()))


@pytest.mark.parametrize(
    "damage", [unfinish, lose_python, come_from_another_folder, come_from_another_python]
)
def test_a_half_made_environment_is_made_anew(
    prepared: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None]
) -> None:
    damage(prepared)
    made = []
    monkeypatch.setattr(bootstrap.Environment, "make", lambda environment: made.append("made"))
    monkeypatch.setattr(
        bootstrap.Environment, "install", lambda environment, extras: made.append("installed")
    )
    bootstrap.prepare(prepared, [])
    assert made == ["made", "installed"]


def test_making_anew_leaves_nothing_of_the_old(empty_environment: Path) -> None:
    environment = bootstrap.Environment(empty_environment)
    assert not (environment.home / "relic").exists()
    assert environment.python.exists()
    assert not environment.is_sound()


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("strict = True", "strict = False", False),
        ("name = tiny", "name = tiny\n[options]\ninstall_requires = huge", True),
    ],
)
def test_only_what_gets_installed_decides_about_installing_again(
    checkout: Path, old: str, new: str, again: bool
) -> None:
    before = bootstrap.wants(checkout)
    path = checkout / "setup.cfg"
    path.write_text(path.read_text().replace(old, new))
    assert (bootstrap.wants(checkout) != before) is again


def test_another_distribution_is_installed_into_the_same_environment(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = (
        (prepared / "setup.cfg").read_text().replace("name = tiny", "name = tiny\nversion = 2")
    )
    (prepared / "setup.cfg").write_text(changed)
    monkeypatch.setattr(bootstrap.Environment, "make", None)
    bootstrap.prepare(prepared, [])
    assert bootstrap.Environment(prepared).noted()["wants"] == bootstrap.wants(prepared)


# Qt's system libraries


class Machine:
    """Stands for the system: what Qt misses before and after apt-get ran."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, user: int, before: dict, after: dict
    ) -> None:
        self.missing, self.after = before, after
        self.python = Path(sys.executable)
        self.ran: list[list[str]] = []
        monkeypatch.setattr(qt_libraries, "ask", lambda environment: self.missing)
        monkeypatch.setattr(qt_libraries, "known_to_apt", lambda: ["libgl1", "libegl1"])
        monkeypatch.setattr(shutil, "which", lambda command: command)
        monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)

    def run(self, command: list[str], **variables: str) -> int:
        self.ran.append(command)
        self.missing = self.after
        return 0


def test_root_on_debian_installs_what_qt_misses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch, 0, {"offscreen": "libGL.so.1: no such file"}, {})
    qt_libraries.provide(machine)
    assert [command[1] for command in machine.ran] == ["update", "install"]
    assert machine.ran[1][-2:] == ["libgl1", "libegl1"]
    assert "cannot" not in capsys.readouterr().out


def test_anybody_else_is_told_the_exact_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch, 1000, {"xcb": "libxcb-icccm.so.4: no such file"}, {})
    qt_libraries.provide(machine)
    assert machine.ran == []
    said = capsys.readouterr().out
    assert "libxcb-icccm.so.4" in said
    assert "sudo apt-get update && sudo apt-get install -y libgl1 libegl1" in said


def test_without_the_offscreen_platform_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {"offscreen": "libGL.so.1: no such file"}
    machine = Machine(monkeypatch, 0, missing, missing)
    with pytest.raises(SystemExit, match=r"^Qt cannot start on this system \(libGL"):
        qt_libraries.provide(machine)


def test_where_nothing_is_missing_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch, 0, {}, {})
    qt_libraries.provide(machine)
    assert (machine.ran, capsys.readouterr().out) == ([], "")


def test_only_packages_that_can_be_installed_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = (
        "libgl1:\n  Installed: (none)\n  Candidate: 1.6.0-1\n  Version table:\n"
        "libold1:\n  Installed: (none)\n  Candidate: (none)\n"
        "libglib2.0-0t64:\n  Installed: 2.84\n  Candidate: 2.84\n"
    )
    monkeypatch.setattr(subprocess, "check_output", lambda *arguments, **options: policy)
    assert qt_libraries.known_to_apt() == ["libgl1", "libglib2.0-0t64"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux loader")
def test_the_questions_are_answered_by_qt_and_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    here = SimpleNamespace(python=Path(sys.executable))
    assert "offscreen" not in qt_libraries.ask(here)
    absent = qt_libraries.LOAD.replace("libqxcb", "libqnothing")
    monkeypatch.setattr(qt_libraries, "QUESTIONS", {"xcb": absent})
    assert "cannot open shared object file" in qt_libraries.ask(here)["xcb"]


def test_what_sets_up_the_environment_stays_small() -> None:
    files = [ROOT / ".ci" / f"{name}.py" for name in ("bootstrap", "qt_libraries")]
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files) <= 200

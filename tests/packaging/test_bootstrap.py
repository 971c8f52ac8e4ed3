"""The first step of every make target: what it refuses, does once and does not do again."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

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
BUILD_SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bootstrap = load("bootstrap")
qt_libraries = load("qt_libraries")


@pytest.fixture(scope="module")
def empty_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkout whose .venv holds nothing but pip yet."""
    root = tmp_path_factory.mktemp("bare") / "checkout"
    root.mkdir()
    (root / "backend.py").write_text(BACKEND)
    (root / "pyproject.toml").write_text(BUILD_SYSTEM)
    (root / "setup.cfg").write_text("[metadata]\nname = tiny\n[mypy]\nstrict = True\n")
    bootstrap.Environment(root).make()
    return root


@pytest.fixture
def checkout(empty_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny checkout, and a pip that reaches no index."""
    root = tmp_path / "checkout"
    shutil.copytree(empty_environment, root, symlinks=True)
    (root / ".venv" / "bootstrap.unfinished").unlink()
    for name in [name for name in os.environ if name.upper().startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return root


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and ". " not in text and "\n" not in text


# Which Python


def test_the_file_is_read_even_by_python_3_6() -> None:
    source = (ROOT / ".ci" / "bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__ import annotations" not in source


def test_the_versions_it_takes_are_those_of_setup_cfg() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lowest, beyond = bootstrap.dotted(bootstrap.LOWEST), bootstrap.dotted(bootstrap.BEYOND)
    assert setup["options"]["python_requires"] == f">={lowest},<{beyond}"


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
def test_an_older_python_looks_for_one_on_path_that_fits_and_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, does in [("python3.13", "exit 127"), ("python3.12", "echo 3.12")]:
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.fitting_python_on_path() == str(tmp_path / "python3.12")
    (tmp_path / "python3.12").unlink()
    assert bootstrap.fitting_python_on_path() == ""


def test_without_a_python_that_fits_it_stops_with_the_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bootstrap, "fits", lambda version: False)
    monkeypatch.setattr(bootstrap, "fitting_python_on_path", lambda: "")
    with pytest.raises(SystemExit, match=r"^brainseg needs Python 3\.11 to 3\.13"):
        bootstrap.main()


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_without_the_venv_module_one_sentence_names_its_package(missing: str) -> None:
    sentence = bootstrap.venv_complaint((3, 12, 1), lambda name: name != missing)
    assert is_one_sentence(sentence)
    assert "apt-get install python3.12-venv" in sentence
    assert bootstrap.venv_complaint((3, 12, 1), lambda name: True) == ""


# The environment


def test_a_second_call_starts_nothing_and_says_nothing(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.prepare(checkout)
    assert "Installed." in capsys.readouterr().out
    assert "tiny" in os.listdir(bootstrap.Environment(checkout).scripts)
    monkeypatch.setattr(subprocess, "Popen", None)
    bootstrap.prepare(checkout)
    assert capsys.readouterr().out == ""


def test_without_a_network_one_sentence_names_the_log(checkout: Path) -> None:
    needy = BUILD_SYSTEM.replace("[]", '["a-backend-that-is-not-here"]')
    (checkout / "pyproject.toml").write_text(needy)
    with pytest.raises(SystemExit) as refusal:
        bootstrap.prepare(checkout)
    sentence = str(refusal.value)
    assert is_one_sentence(sentence)
    assert "from the package index: check the network" in sentence
    assert ".venv/bootstrap.log" in sentence
    assert "127.0.0.1" in (checkout / ".venv" / "bootstrap.log").read_text()
    (checkout / "pyproject.toml").write_text(BUILD_SYSTEM)
    bootstrap.prepare(checkout)


def test_a_failure_that_is_not_the_networks_is_told_in_pips_words(checkout: Path) -> None:
    (checkout / "backend.py").write_text("raise ImportError('no backend today')")
    with pytest.raises(SystemExit, match="brainseg: “ImportError: no backend today”;"):
        bootstrap.prepare(checkout)


def unfinish(root: Path) -> None:
    (root / ".venv" / "bootstrap.unfinished").touch()


def lose_python(root: Path) -> None:
    bootstrap.Environment(root).python.unlink()


def lose_a_command(root: Path) -> None:
    bootstrap.Environment(root).scripts.joinpath("tiny").unlink()


def come_from_another_folder(root: Path) -> None:
    bootstrap.Environment(root).remember(checkout="/where/it/was/before")


def come_from_another_python(root: Path) -> None:
    bootstrap.Environment(root).remember(python="3.10")


@pytest.mark.skipif(os.name == "nt", reason="its commands end in .exe")
@pytest.mark.parametrize(
    "damage",
    [unfinish, lose_python, lose_a_command, come_from_another_folder, come_from_another_python],
)
def test_a_half_made_environment_is_made_anew(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None]
) -> None:
    bootstrap.prepare(checkout)
    damage(checkout)
    made = []
    monkeypatch.setattr(bootstrap.Environment, "make", lambda environment: made.append("made"))
    monkeypatch.setattr(
        bootstrap.Environment, "install", lambda environment: made.append("installed")
    )
    bootstrap.prepare(checkout)
    assert made == ["made", "installed"]


def test_a_venv_that_python_cannot_make_is_told_in_its_last_words(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(environment: SimpleNamespace, command: list[str]) -> int:
        environment.log.write_text("Traceback\nOSError: no room\n")
        return 1

    monkeypatch.setattr(bootstrap.Environment, "run", fail)
    with pytest.raises(SystemExit, match="its last words were “OSError: no room”"):
        bootstrap.Environment(checkout).make()


def test_making_anew_leaves_nothing_of_the_old(checkout: Path) -> None:
    relic = checkout / ".venv" / "relic"
    relic.touch()
    environment = bootstrap.Environment(checkout)
    environment.make()
    assert not relic.exists()
    assert environment.unfinished.exists()
    assert environment.python.exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "again"),
    [
        ("setup.cfg", "strict = True", "strict = False", False),
        ("pyproject.toml", "[build-system]", "[tool.ruff]\n[build-system]", False),
        ("setup.cfg", "name = tiny", "name = tiny\n[options]\ninstall_requires = huge", True),
        ("pyproject.toml", "requires = []", 'requires = ["huge"]', True),
    ],
)
def test_only_what_gets_installed_decides_about_installing_again(
    checkout: Path, file: str, old: str, new: str, again: bool
) -> None:
    before = bootstrap.distribution(checkout)
    path = checkout / file
    path.write_text(path.read_text().replace(old, new))
    assert (bootstrap.distribution(checkout) != before) is again


def test_another_distribution_is_installed_into_the_same_environment(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.prepare(checkout)
    (checkout / "setup.cfg").write_text("[metadata]\nname = tiny\nversion = 2\n")
    monkeypatch.setattr(bootstrap.Environment, "make", None)
    bootstrap.prepare(checkout)
    assert bootstrap.Environment(checkout).is_installed()


# Qt's system libraries


class Machine:
    """Stands for the system: what Qt misses before and after apt-get ran."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, before: dict, after: dict) -> None:
        self.missing, self.after, self.installed = before, after, False
        self.python = Path(sys.executable)
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(qt_libraries, "ask", lambda python: self.missing)
        monkeypatch.setattr(qt_libraries, "apt_install", self.install)
        monkeypatch.setattr(qt_libraries, "known_to_apt", lambda names: names)

    def install(self, environment: object) -> None:
        self.missing, self.installed = self.after, True

    def is_debian(self, monkeypatch: pytest.MonkeyPatch, *, user: int) -> None:
        monkeypatch.setattr(qt_libraries, "is_debian", lambda: True)
        monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)


def test_root_on_debian_installs_what_qt_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, {"offscreen": "libGL.so.1: no such file"}, {})
    machine.is_debian(monkeypatch, user=0)
    assert qt_libraries.provide(machine) == ""
    assert machine.installed


def test_anybody_else_is_told_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, {"xcb": "libxcb-icccm.so.4: no such file"}, {})
    machine.is_debian(monkeypatch, user=1000)
    sentence = qt_libraries.provide(machine)
    assert not machine.installed
    assert "libxcb-icccm.so.4" in sentence
    assert "sudo apt-get update && sudo apt-get install -y" in sentence
    assert sentence.endswith(" ".join(qt_libraries.APT))


def test_without_the_offscreen_platform_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {"offscreen": "libGL.so.1: no such file"}
    machine = Machine(monkeypatch, missing, missing)
    machine.is_debian(monkeypatch, user=0)
    with pytest.raises(SystemExit, match=r"^Qt cannot start on this system \(libGL"):
        qt_libraries.provide(machine)


def test_where_nothing_is_missing_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, {}, {})
    machine.is_debian(monkeypatch, user=0)
    assert qt_libraries.provide(machine) == ""
    assert not machine.installed


def test_only_packages_that_can_be_installed_are_asked_for() -> None:
    policy = (
        "libgl1:\n  Installed: (none)\n  Candidate: 1.6.0-1\n  Version table:\n"
        "libold1:\n  Installed: (none)\n  Candidate: (none)\n"
        "libglib2.0-0t64:\n  Installed: 2.84\n  Candidate: 2.84\n"
    )
    assert qt_libraries.with_candidate(policy) == ["libgl1", "libglib2.0-0t64"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux loader")
def test_the_questions_are_answered_by_qt_itself() -> None:
    python = Path(sys.executable)
    assert qt_libraries.ask_one(python, "offscreen") == ""
    assert "cannot open shared object file" in qt_libraries.loader_complaint("libqnothing.so")

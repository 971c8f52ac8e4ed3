"""The wheel: what is in it, and that it works where there is no checkout.

It is built from a copy of the sources, so the checkout gets no build/ folder, and installed into an
environment that sees the dependencies of this one but not the checkout.
"""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import brainseg_gui

ROOT = Path(__file__).parents[2]
PACKAGES = {  # folder in the checkout, folder in the wheel
    "brainseg_gui": "brainseg_gui",
    "model_training": "model_training",
    "resources": "brainseg_gui/resources",
}
NOT_SHIPPED = {"__pycache__", "out_of_fold"}  # the second is for training from a checkout
COMMANDS = (
    "brainseg-gui",
    "brainseg-predict",
    "brainseg-export",
    "brainseg-load",
    "brainseg-doctor",
    "brainseg-report",
    "brainseg-train",
)
USES = """
import importlib.metadata, sys
points = importlib.metadata.entry_points(group="console_scripts")
for name in sys.argv[1:]:
    command = points[name].load()
    sys.argv = [name, "--help"]
    try:
        command()
    except SystemExit as end:
        assert not end.code
"""

Run = Callable[..., subprocess.CompletedProcess]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    for folder in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / folder, source / folder, ignore=ignored)
    for file in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / file).exists():
            shutil.copy(ROOT / file, source / file)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"]
    done = subprocess.run(build, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def run_installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command of the installed wheel, in an empty folder with an empty home."""
    home = tmp_path_factory.mktemp("elsewhere")
    scripts = install(wheel, home / "environment")
    desk = home / "desk"
    desk.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env |= {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "TF_CPP_MIN_LOG_LEVEL": "3"}
    env |= {f"XDG_{name}_HOME": str(home / name) for name in ("DATA", "CONFIG", "CACHE", "STATE")}

    def run(command: str, *arguments: str | Path) -> subprocess.CompletedProcess:
        path = shutil.which(command, path=str(scripts))
        assert path is not None, f"the wheel installed no {command}"
        done = subprocess.run(
            [path, *map(str, arguments)], cwd=desk, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    return run


def install(wheel: Path, environment: Path) -> Path:
    """Install the wheel into a new environment; the folder of its commands.

    The dependencies come by a .pth line, which adds their folder and runs none of the .pth files
    in it: the editable checkout stays out.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    paths = {"base": str(environment), "platbase": str(environment)}
    scripts = Path(sysconfig.get_path("scripts", "venv", vars=paths))
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    (packages / "dependencies.pth").write_text("\n".join(sorted(dependencies)))
    python = shutil.which("python", path=str(scripts))
    assert python is not None
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", "--ignore-installed", wheel], check=True)
    return scripts


# What is in it


def test_every_source_file_is_in_the_wheel_and_nothing_else(names: set[str]) -> None:
    expected = {
        f"{packed}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, packed in PACKAGES.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.parts)
    }
    shipped = {name for name in names if ".dist-info/" not in name}
    assert expected - shipped == set()
    assert shipped - expected == set()


@pytest.mark.parametrize(
    ("what", "least"),
    [
        ("style.qss", 1),
        ("icons/*", 1),
        ("demo/*.mat", 16),
        ("models/*/card.json", 1),
        ("models/*/model.keras", 1),
        ("models/*/model.onnx", 1),
        ("models/*/README.md", 2),
    ],
)
def test_style_icons_demo_and_bundle_are_inside(names: set[str], what: str, least: int) -> None:
    found = [name for name in names if Path(name).match(f"brainseg_gui/resources/{what}")]
    assert len(found) >= least


def test_it_brings_the_commands_and_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"brainseg_review-{brainseg_gui.__version__}.dist-info"
        points = configparser.ConfigParser()
        points.read_string(archive.read(f"{info}/entry_points.txt").decode())
        metadata = archive.read(f"{info}/METADATA").decode()
        licence = archive.read(f"{info}/licenses/LICENSE").decode()
    assert set(points["console_scripts"]) == set(COMMANDS)
    assert "License: GPL-3.0-or-later" in metadata
    assert "Requires-Python: <3.14,>=3.11" in metadata
    assert "GNU GENERAL PUBLIC LICENSE" in licence


# That it works elsewhere


def test_its_resources_are_found_outside_the_checkout(run_installed: Run) -> None:
    listing = (
        "import brainseg_gui, importlib.resources as r;"
        "root = r.files('brainseg_gui.resources'); print(brainseg_gui.__file__); print(root);"
        "print(*sorted(p.name for p in root.iterdir()))"
    )
    code, root, found = run_installed("python", "-c", listing).stdout.splitlines()
    assert not Path(code).is_relative_to(ROOT)
    assert not Path(root).is_relative_to(ROOT)
    assert {"demo", "icons", "models", "style.qss"} <= set(found.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_starts_and_tells_its_version(run_installed: Run, command: str) -> None:
    assert brainseg_gui.__version__ in run_installed(command, "--version").stdout


def test_each_command_tells_its_use(run_installed: Run) -> None:
    told = run_installed("python", "-c", USES, *COMMANDS).stdout
    assert all(f"usage: {command} " in told for command in COMMANDS)


def test_it_predicts_a_demo_slice_with_its_own_bundle(run_installed: Run, tmp_path: Path) -> None:
    where = "import importlib.resources as r; print(r.files('brainseg_gui.resources') / 'demo')"
    demo = Path(run_installed("python", "-c", where).stdout.strip())
    slice_file = min(demo.glob("*.mat"))
    run_installed("brainseg-predict", slice_file, "--output", tmp_path / "masks")
    assert (tmp_path / "masks" / f"{slice_file.stem}_mask.png").stat().st_size > 0
    assert (tmp_path / "masks" / "predictions.csv").read_text().count("\n") == 2


def test_its_window_opens_on_the_demo(run_installed: Run, tmp_path: Path) -> None:
    screenshot = tmp_path / "window.png"
    run_installed("brainseg-gui", "--demo", "--screenshot", screenshot)
    assert screenshot.read_bytes().startswith(b"\x89PNG")

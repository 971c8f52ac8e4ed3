"""Imports go one way, and heavy packages are loaded only in the rooms they belong to."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.statements import statements_of

ROOT = Path(__file__).parents[2]

# Beside the rooms: pictures and bundles, what is installed, what the program says of itself.
ASIDE = ("resources", "extras", "about")

# What each room may import of the others, directly or by way of another.
MAY_IMPORT = {
    "core": set[str](),
    "children": {"core"},
    "files": {"children", "core", "extras"},
    "inference": {"children", "core", "resources", "extras"},
    "review": {"files", "children", "core", "extras"},
    "reports": {"review", "files", "children", "core", "extras"},
    "cli": {
        "ui",
        "reports",
        "review",
        "files",
        "inference",
        "children",
        "core",
        "resources",
        "extras",
        "about",
    },
    "ui": {
        "reports",
        "review",
        "files",
        "inference",
        "children",
        "core",
        "resources",
        "extras",
        "about",
    },
}
# Package, and the only rooms in which it may be named at all.
BELONGS_TO = {
    "PyQt5": {"ui"},
    "pyqtgraph": {"ui"},
    "superqt": {"ui"},
    "qtawesome": {"ui"},
    "h5py": {"files"},
    "pydicom": {"files"},
    "nibabel": {"files"},
    "sqlalchemy": {"review"},
    "tensorflow": {"inference", "model_training"},
    "keras": {"inference", "model_training"},
    "onnxruntime": {"inference", "model_training"},
    "onnx": {"model_training"},
    "tf2onnx": {"model_training"},
    "matplotlib": {"reports", "model_training"},
    "tensorboardX": {"model_training"},
    "jinja2": {"reports", "model_training"},
    "fpdf": {"reports"},
}
# Packages that importing a room must not load, however indirectly.
ENGINES = {"tensorflow", "keras", "onnxruntime", "onnx", "tf2onnx", "jax", "torch"}
REPORTS = {"matplotlib", "tensorboardX", "jinja2", "fpdf"}
QT = {"PyQt5", "pyqtgraph", "superqt", "qtawesome"}
IMAGE_FILES = {"h5py", "pydicom", "nibabel"}
MUST_NOT_LOAD = {
    "core": ENGINES | QT | IMAGE_FILES | {"sqlalchemy", "PIL"},
    "children": ENGINES | QT | IMAGE_FILES | {"sqlalchemy", "PIL", "scipy", "skimage"},
    "files": ENGINES | QT | {"sqlalchemy"},  # its process that reads is asked below
    "inference": ENGINES | QT | IMAGE_FILES | {"sqlalchemy"},
    "review": ENGINES | QT | IMAGE_FILES,
    "reports": ENGINES | REPORTS | QT | IMAGE_FILES,
    "cli": ENGINES | REPORTS | QT | IMAGE_FILES,
    "ui": ENGINES | REPORTS | IMAGE_FILES,
}


def modules_of(room: str) -> list[str]:
    """Return the modules of a room by name, sub-packages included."""
    folder = ROOT / "brainseg_gui" / room
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(folder.rglob("*.py"))
    ]


@cache
def sources() -> tuple[tuple[str, Path], ...]:
    """Return the room and the path of each source file."""
    return tuple(_sources())


def _sources() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "brainseg_gui").rglob("*.py")):
        parts = path.relative_to(ROOT / "brainseg_gui").parts
        yield (parts[0] if len(parts) > 1 else ""), path
    for path in sorted((ROOT / "model_training").rglob("*.py")):
        yield "model_training", path


@cache
def text_of(path: Path) -> str:
    """Return the text of a source file, which is asked for by many tests."""
    return path.read_text(encoding="utf-8")


@cache
def imported_names(path: Path) -> frozenset[str]:
    """Return every module that a file names in an import, inside functions too."""
    return frozenset(_imported_names(path))


def _imported_names(path: Path) -> Iterator[str]:
    for node in statements_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_room_is_forgotten_here() -> None:
    packages = {path.parent.name for path in (ROOT / "brainseg_gui").glob("*/__init__.py")}
    assert packages == MAY_IMPORT.keys()


def test_imports_go_one_way() -> None:
    for room, path in sources():
        if room not in MAY_IMPORT:
            continue
        for name in imported_names(path):
            parts = name.split(".")
            if parts[0] == "brainseg_gui" and len(parts) > 1 and parts[1] != "__version__":
                assert parts[1] in MAY_IMPORT[room] | {room}, f"{path} imports {name}"


def test_windows_and_trainings_know_the_review_by_its_session_and_values_alone() -> None:
    for room, path in sources():
        if room in {"ui", "cli", "model_training"}:
            assert "review.storage" not in text_of(path), path


def test_the_program_never_imports_the_training() -> None:
    for room, path in sources():
        if room != "model_training":
            names = {name.split(".")[0] for name in imported_names(path)}
            assert "model_training" not in names, path


def test_the_training_uses_reports_reviews_the_card_the_files_and_the_core_alone() -> None:
    # A corrector is measured by way of what the program itself calls.
    engines = {f"inference.{name}" for name in ("model_card", "corrector", "bundles", "load")}
    allowed = {"core", "files", "review", "reports", "resources", "extras"} | engines
    for room, path in sources():
        if room == "model_training":
            for name in imported_names(path):
                rest = name.removeprefix("brainseg_gui.")
                if rest != name and rest != "__version__":
                    parts = rest.split(".")
                    assert {parts[0], ".".join(parts[:2])} & allowed, f"{path} imports {name}"


@pytest.mark.parametrize("package", sorted(BELONGS_TO))
def test_a_package_is_named_only_where_it_belongs(package: str) -> None:
    for room, path in sources():
        if package in {name.split(".")[0] for name in imported_names(path)}:
            assert room in BELONGS_TO[package], f"{path} imports {package}"


def test_one_file_knows_where_settings_are_kept() -> None:
    door = ROOT / "brainseg_gui/ui/widgets/settings.py"
    assert [path for _, path in sources() if "QSettings" in text_of(path)] == [door]


def test_matlab_and_image_files_are_opened_by_files_alone() -> None:
    for room, path in sources():
        if room != "files":
            assert not any(name.startswith("scipy.io") for name in imported_names(path)), path


def test_engines_and_what_reports_need_are_imported_inside_functions_only() -> None:
    for room, path in sources():
        heavy = REPORTS if room == "model_training" else ENGINES | REPORTS
        for node in (it for it in statements_of(path) if it.col_offset == 0):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & heavy, path


@pytest.mark.parametrize("room", sorted(MUST_NOT_LOAD))
def test_importing_a_room_loads_nothing_it_must_do_without(room: str) -> None:
    program = (
        "import importlib, sys\n"
        f"for name in {modules_of(room)!r}:\n"
        "    importlib.import_module(name)\n"
        "print(*sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    modules = done.stdout.split()
    assert not {name.split(".")[0] for name in modules} & MUST_NOT_LOAD[room]
    rooms = {name.split(".")[1] for name in modules if name.startswith("brainseg_gui.")}
    assert rooms <= MAY_IMPORT[room] | {room}
    assert "model_training" not in modules


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("inference.engine_process", IMAGE_FILES | {"PIL", "scipy", "skimage"}),
        ("files.reading_process", {"scipy", "skimage", "platformdirs"}),
    ],
)
def test_a_child_starts_without_what_the_window_needs(module: str, without: set[str]) -> None:
    program = f"import brainseg_gui.{module}, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & (ENGINES | QT | {"sqlalchemy"} | without)


def test_no_room_but_files_reads_an_image_file_in_its_own_process() -> None:
    for room, path in sources():
        if room != "files":
            names = imported_names(path)
            assert "brainseg_gui.files.here" not in names, path


def test_one_line_of_the_program_knows_matlabs_suffix() -> None:
    lines = [
        f"{path.relative_to(ROOT).as_posix()}: {line.strip()}"
        for _, path in sources()
        for line in text_of(path).splitlines()
        if re.search(r"\.mat\b", line) and not re.match(r"\s*(from|import) ", line)
    ]
    assert lines == ['brainseg_gui/files/readers/mat.py: SUFFIX = ".mat"']


def test_hdf5_is_opened_by_readers_and_writers_alone() -> None:
    for _, path in sources():
        if "h5py" in {name.split(".")[0] for name in imported_names(path)}:
            assert path.parent.name in {"readers", "writers"}, path


def test_a_reader_is_asked_through_the_registry() -> None:
    may = {"author_folds", "author_folds.read_author_folds", "mat", "mat.SUFFIX", ""}
    for room, path in sources():
        if room != "files":
            room_of_readers = "brainseg_gui.files.readers"
            names = {it for it in imported_names(path) if it.startswith(room_of_readers)}
            found = {name.removeprefix(room_of_readers).removeprefix(".") for name in names}
            assert found <= (may if room == "model_training" else set()), path


def test_a_start_does_not_wait_for_what_only_files_and_tools_need() -> None:
    code = "import sys, brainseg_gui.ui.app; print({name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    brought = ast.literal_eval(done.stdout)
    assert "PyQt5" in brought
    assert not {"scipy", "h5py", "sqlalchemy", "onnxruntime", "tensorflow"} & brought

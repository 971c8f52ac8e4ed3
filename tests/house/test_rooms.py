"""The house: no circles, no full rooms, nothing long, and nobody is handed the window."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from tests.house.statements import statements_of

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for top in ("brainseg_gui", "model_training", ".ci") for path in (ROOT / top).rglob("*.py")
)
MOST_MODULES, LONGEST_CLASS, LONGEST_FUNCTION = 16, 200, 40
KNOW_THE_WINDOW = {"brainseg_gui/ui/app.py", "brainseg_gui/ui/window"}


def name_of(path: Path) -> str:
    """Return a module's name; the files of `.ci` stand beside each other."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == ".ci" else parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in SOURCES}


def imports(path: Path) -> Iterator[str]:
    """Yield every module that is named in an import, under TYPE_CHECKING too."""
    for node in statements_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in inner if name in MODULES)
            if not all(name in MODULES for name in inner):  # the package's own names
                yield node.module


def length(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a definition has, its docstring not counted."""
    first, lines = node.body[0], (node.end_lineno or 0) - node.lineno + 1
    if ast.get_docstring(node) is not None:
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


def test_no_import_leads_in_a_circle() -> None:
    edges = {
        name: {target for target in imports(path) if target in MODULES and target != name}
        for name, path in MODULES.items()
    }
    TopologicalSorter(edges).prepare()  # raises CycleError, which names them


def test_no_room_is_full() -> None:
    files = [*SOURCES, *(ROOT / "tests").rglob("*.py")]
    count = Counter(path.parent for path in files if path.name != "__init__.py")
    assert {str(room): n for room, n in count.items() if n > MOST_MODULES} == {}


def test_no_class_and_no_function_is_long() -> None:
    limits = {
        ast.ClassDef: LONGEST_CLASS,
        ast.FunctionDef: LONGEST_FUNCTION,
        ast.AsyncFunctionDef: LONGEST_FUNCTION,
    }
    nodes = (
        (path, node)
        for path in SOURCES
        for node in statements_of(path)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert [
        f"{path.name}: {node.name} has {length(node)} lines"
        for path, node in nodes
        if length(node) > limits[type(node)]
    ] == []


def test_nobody_but_the_program_and_its_window_knows_the_window() -> None:
    for path in SOURCES:
        place = path.relative_to(ROOT).as_posix()
        if "import MainWindow" in path.read_text(encoding="utf-8"):
            assert any(place.startswith(known) for known in KNOW_THE_WINDOW), place


def test_a_gesture_needs_no_qt() -> None:
    for path in (ROOT / "brainseg_gui" / "ui" / "tools").glob("*.py"):
        assert "PyQt5" not in path.read_text(encoding="utf-8"), path


def test_the_tests_mirror_the_source() -> None:
    for top in ("brainseg_gui", "model_training"):
        base = ROOT / "tests" / ("" if top == "brainseg_gui" else top)
        rooms = {path.parent.relative_to(base) for path in base.rglob("test_*.py")}
        own = {
            Path(),
            Path("house"),
            Path("packaging"),
            Path("model_training"),
            *(room for room in rooms if room.parts and room.parts[0] == "model_training"),
        }
        for room in rooms - own:
            assert (ROOT / top / room).is_dir(), f"tests/{room} mirrors nothing"

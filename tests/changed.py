"""Run the tests of what changed: `make check`, or this file with Python.

    changed.py [BASE] [SECONDS]

The nearest come first: tests that changed since BASE, then those that name a changed module in an
import, then those of the folder that mirrors the module's. After SECONDS no further test is begun,
and it is said how many are left to `make test`.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALWAYS = ROOT / "tests" / "house" / "test_layers.py"
SECONDS = 55.0
# One test at a time for each worker, so that what was begun when the time is over ends soon.
TOGETHER = ("--numprocesses=auto", "--maxprocesses=4", "--dist=load", "--maxschedchunk=1")


class Clock:
    """A plugin of pytest that begins no test after its time is over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.count = self.failed = 0
        self.is_over = False

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember what to stop: with several workers it is the plugin that leads them."""
        self._leader = session.config.pluginmanager.get_plugin("dsession") or session

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count tests, and stop in time."""
        self.count += report.when == "call"
        self.failed += report.failed
        if time.monotonic() > self._end:
            self.is_over = True
            self._leader.shouldstop = "the time for a check is over"


def main(base: str = "main", seconds: str = str(SECONDS)) -> int:
    """Run them; 1 if one fails, 2 if there is no such commit."""
    files = changed_files(base)
    if files is None:
        print(f"There is no commit {base}: name another, as in make check BASE=HEAD~3.")
        return 2
    chosen = [str(path.relative_to(ROOT)) for path in near_to(files)]
    clock = Clock(float(seconds))
    status = pytest.main([*TOGETHER, *chosen], plugins=[clock])
    if clock.is_over and not clock.failed:
        print(f"{clock.count} tests passed; make test runs the rest of {len(chosen)} files.")
        return 0
    return int(status)


def changed_files(base: str) -> list[Path] | None:
    """Return what differs from the last commit that is shared with `base`, new files included."""
    names: list[str] = []
    for question in (
        ["diff", "--name-only", "--merge-base", base],
        ["ls-files", "--others", "--exclude-standard"],
    ):
        done = subprocess.run(["git", *question], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            return None
        names += done.stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def near_to(files: list[Path]) -> list[Path]:
    """Return the test files of changed files, the nearest first."""
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    modules = {module_of(path) for path in files if path.suffix == ".py"}
    changed = [path for path in tests if path in files]
    naming = [path for path in tests if modules & set(imported(path))]
    folders = {mirror_of(path.parent) for path in files}
    beside = [path for path in tests if path.parent in folders]
    return list(dict.fromkeys([ALWAYS, *changed, *naming, *beside]))


def module_of(path: Path) -> str:
    """Return the name under which a source file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def mirror_of(folder: Path) -> Path:
    """Return the folder of the tests of a folder of sources."""
    inside = folder.relative_to(ROOT)
    parts = inside.parts[1:] if inside.parts[:1] == ("brainseg_gui",) else inside.parts
    return ROOT.joinpath("tests", *parts) if parts else ROOT


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file names in an import."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""One holder at a time, known by name to who comes second, and gone when its process is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.held import HeldFile

HOLD = """
import sys
from pathlib import Path
from brainseg_gui.files.held import HeldFile
held = HeldFile()
print(held.take(Path(sys.argv[1]), {"reader": "Ada"}), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "a.lock"


Two = tuple[HeldFile, HeldFile]


@pytest.fixture
def two() -> Iterator[Two]:
    first, second = HeldFile(), HeldFile()
    yield first, second
    first.release()
    second.release()


def test_the_second_learns_what_the_first_wrote(path: Path, two: Two) -> None:
    first, second = two
    assert first.take(path, {"reader": "Änne", "process": 7}) is None
    assert second.take(path, {"reader": "Bo"}) == {"reader": "Änne", "process": 7}
    assert second.take(path, {"reader": "Bo"}) == {"reader": "Änne", "process": 7}


def test_what_is_let_go_of_is_gone_and_can_be_taken(path: Path, two: Two) -> None:
    first, second = two
    first.take(path, {})
    first.release()
    first.release()
    assert not path.exists()
    assert second.take(path, {}) is None


def test_who_takes_another_file_lets_go_of_the_first(path: Path, two: Two) -> None:
    first, second = two
    first.take(path, {})
    first.take(path.with_name("b.lock"), {})
    assert second.take(path, {}) is None


def test_a_process_that_is_killed_holds_nothing(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"None\n"
        held = HeldFile()
        assert held.take(path, {}) == {"reader": "Ada"}
        process.kill()
        process.wait()
        assert path.exists()
        assert held.take(path, {}) is None
        held.release()


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\xff"])
def test_a_text_that_cannot_be_read_is_no_text(path: Path, two: Two, text: bytes) -> None:
    first, second = two
    first.take(path, {"reader": "Ada"})
    path.write_bytes(text)
    assert second.take(path, {}) == {}


def test_a_place_that_takes_no_file_is_an_error(path: Path) -> None:
    path.parent.parent.joinpath(path.parent.name).write_bytes(b"")  # a file where the folder goes
    with pytest.raises((OSError, WriteError)):
        HeldFile().take(path, {})

"""`brainseg-gui` from the command line: what it opens, what it refuses, how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt5.QtGui import QImage

from brainseg_gui import __version__

HEAVY = {"PyQt5", "pyqtgraph", "scipy", "skimage", "sqlalchemy", "tensorflow", "onnxruntime"}


def gui(*arguments: object, limit_s: float = 60) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "brainseg_gui.cli.gui", *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=limit_s,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )


def colours(path: Path) -> set[int]:
    """Return the colours of a picture, coarsely."""
    image = QImage(str(path))
    assert image.width() >= 1000
    assert image.height() >= 700
    small = image.scaled(200, 120)
    return {small.pixel(x, y) & 0xF0F0F0 for x in range(200) for y in range(120)}


def test_the_demo_without_a_network(tmp_path: Path) -> None:
    done = gui("--demo", "--no-model", "--screenshot", tmp_path / "shot.png")
    assert done.returncode == 0, done.stderr
    assert len(colours(tmp_path / "shot.png")) > 20
    assert "Traceback" not in done.stderr


def test_a_folder_with_a_network_shows_its_prediction(
    tmp_path: Path, folder: Path, bundle: Path
) -> None:
    """Without one that can be used there is a picture too, and no review but the one named."""
    plain, predicted = tmp_path / "deep" / "plain.png", tmp_path / "predicted.png"
    review = tmp_path / "own.sqlite"
    without = gui(folder, "--model", tmp_path / "none", "--review", review, "--screenshot", plain)
    assert without.returncode == 0, without.stderr
    assert len(colours(plain)) > 20
    assert review.exists()
    assert sorted(path.name for path in folder.iterdir()) == ["1.mat", "2.mat", "3.mat"]
    done = gui(folder, "--model", bundle, "--screenshot", predicted)
    assert done.returncode == 0, done.stderr
    orange = {colour for colour in colours(predicted) - colours(plain) if is_orange(colour)}
    assert orange


def is_orange(colour: int) -> bool:
    red, green, blue = colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF
    return red > green + 24 > blue + 48


def test_a_picture_of_nothing_is_that_of_the_first_start(tmp_path: Path) -> None:
    assert gui("--no-model", "--screenshot", tmp_path / "shot.png").returncode == 0
    assert len(colours(tmp_path / "shot.png")) > 3


def test_a_picture_of_a_broken_file_comes_too(tmp_path: Path) -> None:
    (tmp_path / "1.mat").write_bytes(b"")
    done = gui(tmp_path / "1.mat", "--no-model", "--screenshot", tmp_path / "shot.png")
    assert done.returncode == 0
    assert (tmp_path / "shot.png").exists()


def test_a_picture_that_cannot_be_written_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = gui("--no-model", "--screenshot", tmp_path / "file" / "shot.png")
    assert done.returncode == 1
    assert done.stderr.count("brainseg-gui: ") == 1
    assert "Traceback" not in done.stderr


def test_a_path_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    done = gui(tmp_path / "none")
    assert done.returncode == 2
    assert "no such file or folder" in done.stderr
    assert str(tmp_path / "none") in done.stderr


def test_an_option_that_is_unknown_is_wrong_use() -> None:
    done = gui("--screnshot", "x.png")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_answer_without_qt(option: str) -> None:
    code = (
        "import sys\n"
        "from brainseg_gui.cli.gui import main\n"
        "try:\n"
        f"    main([{option!r}])\n"
        "except SystemExit as end:\n"
        "    assert not end.code\n"
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stderr.split())
    assert (__version__ if option == "--version" else "--screenshot") in done.stdout

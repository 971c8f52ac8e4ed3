"""The arrays' names are more than comments: a type checker refuses one for another."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

MIXED_UP = """from brainseg_gui.core.types import Mask, Pixels, Probability
def look(pixels: Pixels) -> None: ...
def ask(probability: Probability) -> None: ...
def use(mask: Mask, pixels: Pixels, probability: Probability) -> None:
    look(mask)
    ask(pixels)
    ask(probability), look(pixels)
"""


def test_a_mask_is_no_pixels_and_pixels_are_no_probability(tmp_path: Path) -> None:
    file = tmp_path / "mixed_up.py"
    file.write_text(MIXED_UP)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", str(file)], cwd=ROOT, capture_output=True, text=True
    )
    refused = re.findall(r"^.*:(\d+): error: .*\[arg-type\]$", checked.stdout, re.MULTILINE)
    assert refused == ["5", "6"], checked.stdout + checked.stderr

"""What came with a data set is not written to, though results are asked for beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.originals import spare_originals
from brainseg_gui.files.writers.png import Kind, write_mask, write_slice

GREY = np.arange(12, dtype=np.uint8).reshape(3, 4)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    write_slice(tmp_path / "1.png", GREY)
    return tmp_path / "1.png"


def test_a_slice_and_the_mask_that_came_with_it_are_spared(image: Path) -> None:
    mask = image.with_name("1_mask.png")
    spare_originals([mask], image, Kind)
    write_slice(mask, GREY)
    for target, word in ((image, "slice itself"), (mask, "came with the slice")):
        with pytest.raises(WriteError, match=word):
            spare_originals([target], image, Kind)
    spare_originals([image.with_name("1_overlay.png"), image.with_name("2.png")], image, Kind)


def test_what_the_program_wrote_before_is_replaced_unless_a_reader_made_it(image: Path) -> None:
    mask = image.with_name("1_mask.png")
    write_mask(mask, GREY > 3, Kind.PREDICTION)
    spare_originals([mask], image, [Kind.PREDICTION])
    write_mask(mask, GREY > 3, Kind.MASK)
    spare_originals([mask], image, Kind)
    with pytest.raises(WriteError, match="came with the slice"):
        spare_originals([mask], image, [Kind.PREDICTION])

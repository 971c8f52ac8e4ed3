"""Click to fix in the window, with a small corrector in a process of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.ui.hands import Hands


def test_a_click_is_answered_and_one_that_was_undone_leaves_no_trace(
    at_first: Hands, corrector_bundle: Path
) -> None:
    at_first.parts.correcting._bundle = corrector_bundle
    before = at_first.mask.copy()
    at_first.do("tool_click")
    at_first.mouse.stroke((20, 20))  # in the air, where nothing but the click itself is added
    at_first.wait(lambda: np.count_nonzero(at_first.mask) == 1)
    first = at_first.mask.copy()
    assert at_first.now.undo_text == "Click to fix"
    assert at_first.has_on_disk(first)
    at_first.do("undo")
    assert at_first.canvas.overlay.overlay.marks == ()
    at_first.mouse.stroke((20, 100))
    at_first.wait(lambda: at_first.mask.any())
    assert not (at_first.mask & first).any()
    at_first.do("undo")
    assert np.array_equal(at_first.mask, before)

"""A case sheet says what was measured and decided, and hides what is hidden."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.reports.reading.holdings import Holdings
from brainseg_gui.reports.reading.review import Choice, Known
from brainseg_gui.reports.sheets.picture import enlarged, picture
from brainseg_gui.reports.sheets.sheet import NOTICE, Sheet, sheet_of
from brainseg_gui.reports.sheets.write import to_html, to_pdf
from brainseg_gui.review.opening import look_at
from tests.reports.cohort_factory import NETWORK, chance_of, make_review, new_slice, new_to_all


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    """What a review with six slices holds."""
    make_review(tmp_path / "review.sqlite", [new_slice(seed) for seed in range(6)])
    with closing(look_at(tmp_path / "review.sqlite")) as session:
        return Holdings.of(session.contents)


def sheet(holdings: Holdings, seed: int, reader: str = "Bob", *, hidden: bool = False) -> Sheet:
    slice_ = new_slice(seed)
    known = Known(slice_.digest, f"{seed}.mat", slice_.patient, "glioma", hidden=hidden)
    return sheet_of(known, slice_, holdings, Choice(), new_to_all, reader, 0.5)


def test_measures_are_in_pixels_and_in_declared_millimetres(holdings: Holdings) -> None:
    found = sheet(holdings, 1)
    rows = {row[0]: row[1:] for row in found.rows}
    mask, reference = chance_of(new_slice(1), 1) >= 0.5, new_slice(1).reference
    assert reference is not None
    assert rows[""] == ("reference", "prediction", "correction")
    area = int(mask.sum())
    assert rows["Area"][1] == f"{area} px · {area / 4:.0f} mm²"
    score = dice(mask, reference)
    assert rows["Dice"] == ("–", f"{score:.3f}", "1.000")
    assert rows["Pieces"] == ("1", "2", "1")
    about = dict(found.about)
    assert (about["Reader"], about["Verdict"]) == ("Bob", "corrected")
    assert (about["Network"], about["Its SHA-256"]) == (NETWORK.name, NETWORK.sum)
    assert (about["Threshold"], about["Trained on this patient"]) == ("0.5", "no")


def test_another_reader_sees_his_own_verdict_and_mask(holdings: Holdings) -> None:
    found = sheet(holdings, 1, "Ada")
    assert dict(found.about)["Verdict"] == "unreviewed"
    assert Layer.CORRECTION not in found.masks


def test_a_prediction_that_was_accepted_stands_once(holdings: Holdings) -> None:
    found = sheet(holdings, 0, "Ada")
    assert dict(found.about)["Verdict"] == "accepted"
    assert list(found.masks) == [Layer.REFERENCE, Layer.PREDICTION]


def test_a_hidden_reference_is_in_no_mask_and_no_number(holdings: Holdings) -> None:
    found = sheet(holdings, 1, hidden=True)
    assert Layer.REFERENCE not in found.masks
    assert {row[0]: row[1:] for row in found.rows}["Dice"] == ("–", "–")
    assert dict(found.about)["Reference"] == "hidden until the verdict"


def test_the_enlarged_part_holds_every_mask_and_lies_in_the_slice(holdings: Holdings) -> None:
    for seed in range(6):
        found = sheet(holdings, seed)
        box = enlarged(found)
        assert 0 <= box.top < box.bottom <= 64
        assert box.shape[0] == box.shape[1]
        for mask in found.masks.values():
            assert mask[box.slices].sum() == mask.sum()


def test_the_lines_of_the_window_are_in_the_picture(holdings: Holdings) -> None:
    with Image.open(io.BytesIO(picture(sheet(holdings, 1)))) as image:
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3).astype(int)
    for colour in ((0x56, 0xB4, 0xE9), (0xE6, 0x9F, 0x00), (0x00, 0x9E, 0x73)):
        assert (np.abs(pixels - colour).sum(axis=1) < 12).any(), colour


def test_page_and_paper_are_whole_and_escape_what_files_say(holdings: Holdings) -> None:
    nasty = replace(sheet(holdings, 1), name="<img src=x onerror=alert(1)>\udcff")
    text = to_html([nasty, sheet(holdings, 2)]).decode()
    assert "<img src=x" not in text
    assert text.count("<section>") == text.count("</section>") == 2
    assert text.count(NOTICE) == 2
    paper = to_pdf([nasty, sheet(holdings, 2)])
    assert paper.startswith(b"%PDF-")
    assert paper.count(b"/Type /Page\n") == 2

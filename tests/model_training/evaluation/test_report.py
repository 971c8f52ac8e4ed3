"""A report: every number on the page, and none without its warning."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from brainseg_gui.core.palette import PREDICTION, REFERENCE
from brainseg_gui.core.slices import Slice, Tumour
from model_training.evaluation.calibration import Calibration
from model_training.evaluation.measure import Measured, Way, measure
from model_training.evaluation.postprocess import Postprocess
from model_training.evaluation.predict import Predict
from model_training.evaluation.report import build_report, sentence, write_report
from model_training.evaluation.scores import from_csv
from model_training.evaluation.sheet import WORST, draw_tile, pack_tiles, unpack_tiles
from model_training.evaluation.split_note import SplitNote

PATIENTS = SplitNote("patient", "Patient groups assigned to 5 folds.")
RECORDS = SplitNote("record", "Slices assigned to 5 folds.")
FACTS = {"unfinished": "", "networks": [], "left_out": {"trained_on": 12345}, "spacing_mm": 0.49}


def square(top: int, left: int, size: int = 20) -> np.ndarray:
    mask = np.zeros((64, 64), bool)
    mask[top : top + size, left : left + size] = True
    return mask


def slices() -> Iterator[tuple[str, Slice]]:
    """Slices of three patients and types, found well, half and not at all; and one of no tumour."""
    rng = np.random.default_rng(0)
    kinds = [Tumour.GLIOMA, Tumour.MENINGIOMA, Tumour.PITUITARY]
    for number in range(9):
        pixels = rng.random((64, 64)).astype(np.float32)
        reference = square(10, 4 * number, 10 + number)
        patient, tumour = f"MR{number % 3}<b>", kinds[number % 3]
        yield f"{number}.mat", Slice(pixels, reference, patient=patient, tumour=tumour)
    yield "none.mat", Slice(np.zeros((64, 64), np.float32), np.zeros((64, 64), bool))
    yield "no reference.mat", Slice(rng.random((64, 64)).astype(np.float32))


def predict(pixels: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [np.where(square(10, 18) & (one > 0), 0.83, 0.02).astype(np.float32) for one in pixels]


@pytest.fixture(scope="module")
def ways() -> dict[str, Measured]:
    settings = {"alone": Postprocess(0.5), "with flips": Postprocess(0.9)}
    chosen = {name: Way(predict, one) for name, one in settings.items()}
    return measure(chosen, slices(), spacing_mm=0.49, fold=2)


def written(folder: Path, split: SplitNote, ways: dict[str, Measured]) -> Path:
    report = build_report("small on test", split, ways, FACTS)
    write_report(folder, report, split, ways)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, ways: dict[str, Measured]) -> Path:
    return written(tmp_path_factory.mktemp("report"), PATIENTS, ways)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory, ways: dict[str, Measured]) -> Path:
    return written(tmp_path_factory.mktemp("marked"), RECORDS, ways)


class Page(HTMLParser):
    """The text of a page, what it refers to, and its number of opened and closed elements."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str | None] = []
        self.open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [v for k, v in attrs if k in ("src", "href", "data", "action")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [v for k, v in attrs if k in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += f" {data} "


def always(mask: np.ndarray) -> Predict:
    """A network that answers with one mask whatever it sees."""
    return lambda pixels: [mask.astype(np.float32)]


def numbers_of(value: Any) -> set[str]:
    """Every number in a JSON value, as JSON spells it."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return {number for one in value for number in numbers_of(one)}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {json.dumps(value)}
    return set()


def json_of(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def test_every_number_of_the_json_is_on_the_page(folder: Path) -> None:
    found = set(re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", Page(folder / "report.html").text))
    wanted = numbers_of(json_of(folder))
    assert len(wanted) > 100
    assert wanted <= found


def test_the_page_needs_nothing_from_outside(folder: Path) -> None:
    page = Page(folder / "report.html")
    assert [str(link)[:22] for link in page.links] == ["data:image/png;base64,"]
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"url\((?!#)", text) == []
    assert "@import" not in text
    # The names of two languages, at which nothing is looked up.
    languages = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert set(re.findall(r"https?://[^\"' <]*", text)) == languages


def test_the_page_is_well_formed_and_names_from_files_are_no_markup(folder: Path) -> None:
    page = Page(folder / "report.html")
    assert page.open == []
    assert "MR0<b>" in page.text


def test_the_page_shows_two_figures(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert text.count("<svg ") == 2
    dots = re.findall(r"<use[^>]*fill-opacity", text)
    assert len(dots) == json_of(folder)["overall"]["slices"] == 9


def test_the_headline_is_the_first_way_and_the_others_stand_beside_it(folder: Path) -> None:
    report = json_of(folder)
    assert report["headline"] == "alone"
    assert report["overall"] == report["ways"]["alone"] != report["ways"]["with flips"]
    assert report["ways"]["with flips"]["share_missed"] == 1


def test_slices_without_tumour_and_without_reference_are_counted(folder: Path) -> None:
    report = json_of(folder)
    assert (report["both_empty"], report["without_reference"]) == (1, 1)


def test_the_tables_hold_every_slice_of_each_way(folder: Path, ways: dict[str, Measured]) -> None:
    report = json_of(folder)
    for name, file in report["tables"].items():
        table = from_csv((folder / file).read_text(encoding="utf-8"))
        assert table == ways[name].scores


def test_a_record_wise_split_marks_every_number_on_the_page(marked: Path) -> None:
    text = Page(marked / "report.html").text
    report = json_of(marked)
    for number in numbers_of([report[name] for name in ("overall", "ways", "by_kind", "by_size")]):
        assert re.search(rf"(?<![\d.]){re.escape(number)}†", text)
    shown = text.split("How it was measured")[0].split("Slices assigned to 5 folds.")[1]
    cells = re.findall(r"<td>([^<]*\d[^<]*)</td>", (marked / "report.html").read_text("utf-8"))
    measured = [cell for cell in cells if re.fullmatch(r"[\d. to†-]+", cell)]
    assert len(measured) > 100
    assert all("†" in cell for cell in measured)
    assert "overstate" in shown


def test_a_record_wise_split_marks_the_json_the_tables_and_the_line(marked: Path) -> None:
    report = json_of(marked)
    assert "overstate" in report["split"]["warning"]
    groups = [report["overall"], report["by_patient"], report["calibration"]]
    groups += [
        g for name in ("ways", "by_kind", "by_size", "by_fold") for g in report[name].values()
    ]
    assert {group["split"] for group in groups} == {RECORDS.label}
    for file in report["tables"].values():
        lines = (marked / file).read_text(encoding="utf-8").splitlines()[1:]
        assert all(line.endswith(RECORDS.label) for line in lines)
    assert "†" in sentence(report)


def test_an_honest_split_marks_nothing(folder: Path) -> None:
    assert "†" not in (folder / "report.html").read_text(encoding="utf-8")
    assert "†" not in sentence(json_of(folder))


def test_the_same_measurements_make_the_same_files(
    folder: Path, ways: dict[str, Measured], tmp_path: Path
) -> None:
    again = written(tmp_path, PATIENTS, ways)
    for path in folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_worst_slices_come_first_and_no_more_than_fit() -> None:
    measured = Measured()
    for number in range(WORST + 6):
        found = square(10, 10, 20).copy()
        found[10 : 10 + number % 20] = False
        way = {"way": Way(always(found), Postprocess(0.5))}
        slice_ = Slice(np.ones((64, 64), np.float32), square(10, 10, 20), patient="1")
        one = measure(way, [(f"{number}.mat", slice_)])["way"]
        probability = found.astype(np.float32)
        measured.add(f"{number}.mat", slice_, probability, found, one.scores[0])
    dice = [tile.dice for tile in measured.worst]
    assert len(dice) == WORST
    assert dice == sorted(score.dice for score in measured.scores)[:WORST]


def test_a_tile_shows_both_outlines_where_they_are() -> None:
    slice_ = Slice(np.zeros((64, 128), np.float32), np.pad(square(10, 10), ((0, 0), (0, 64))))
    tile = draw_tile("a.mat", slice_, np.pad(square(30, 30), ((0, 0), (64, 0))), 0.0)
    side = tile.picture.shape[0]
    for colour, top, left in ((REFERENCE, 10, 10), (PREDICTION, 30, 94)):
        rows, columns = np.nonzero((tile.picture == colour).all(axis=-1))
        scale = side / 128
        low = np.array([(32 + top) * scale, left * scale])  # 32 rows of padding above
        high = low + 20 * scale
        np.testing.assert_allclose([rows.min(), columns.min()], low, atol=2.5)
        np.testing.assert_allclose([rows.max(), columns.max()], high, atol=2.5)


def test_reference_is_drawn_solid_and_prediction_dashed() -> None:
    slice_ = Slice(np.zeros((64, 64), np.float32), square(10, 10, 40))
    solid = draw_tile("a", slice_, np.zeros((64, 64), bool), 0.0).picture
    dashed = draw_tile("a", slice_, square(10, 10, 40), 1.0).picture
    row = np.flatnonzero((solid == REFERENCE).all(axis=-1).sum(axis=1) > 50)[0]
    here = (dashed[row] == PREDICTION).all(axis=-1)[40:180]
    assert (solid[row, 45:175] == REFERENCE).all()
    assert 0.3 < here.mean() < 0.8
    assert np.count_nonzero(np.diff(here.astype(int)) == 1) > 8


def test_tiles_packed_and_unpacked_are_the_tiles(ways: dict[str, Measured]) -> None:
    tiles = ways["alone"].worst
    for one, other in zip(unpack_tiles(pack_tiles(tiles)), tiles, strict=True):
        assert (one.name, one.dice, one.caption) == (other.name, other.dice, other.caption)
        np.testing.assert_array_equal(one.picture, other.picture)


def test_the_sheet_is_a_picture_of_all_tiles(folder: Path) -> None:
    with Image.open(folder / "worst.png") as sheet:
        assert sheet.width > 5 * 240
        assert sheet.height > 2 * 240


def test_nothing_measured_is_no_report() -> None:
    with pytest.raises(ValueError, match="none of the slices has a reference"):
        build_report("none", PATIENTS, {"alone": Measured()}, FACTS)


def test_slices_without_a_score_count_in_the_calibration(ways: dict[str, Measured]) -> None:
    assert ways["alone"].calibration.pixels.sum() == 10 * 64 * 64
    assert isinstance(ways["alone"].calibration, Calibration)

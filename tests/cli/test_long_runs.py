"""`brainseg-predict` over many slices: killed and gone on, logged, and never mixed."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from brainseg_gui.cli.predict import main
from brainseg_gui.cli.predicting.resume import held
from brainseg_gui.cli.predicting.table import Table
from brainseg_gui.cli.progress import Progress, duration
from brainseg_gui.files import reading
from brainseg_gui.files.errors import WriteError
from tests.mat_factory import fields_of, write_v5, write_v73

NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="no signals there")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four slices."""
    for number in range(1, 5):
        write_v73(tmp_path / "in" / f"{number}.mat", fields_of())
    return tmp_path / "in"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def predict(bundle: Path, *words: object) -> int:
    return main([str(it) for it in (*words, "--model", bundle, "--engine", "onnxruntime")])


def lines_of(out: Path) -> list[str]:
    return (out / "predictions.csv").read_text(encoding="utf-8").splitlines()


def files_of(out: Path) -> list[str]:
    with open(out / "predictions.csv", newline="", encoding="utf-8") as file:
        return [Path(row["file"]).name for row in csv.DictReader(file)]


def records(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


@NOT_ON_WINDOWS
def test_a_run_that_is_killed_again_and_again_ends_with_each_slice_once(
    bundle: Path, tmp_path: Path, out: Path
) -> None:
    number = 90
    first = write_v73(tmp_path / "in" / "0.mat", fields_of((96, 96)))
    for index in range(1, number):
        os.link(first, tmp_path / "in" / f"{index}.mat")
    words = ["-m", "brainseg_gui.cli.predict", str(tmp_path / "in"), "--output", str(out)]
    words += ["--model", str(bundle), "--engine", "onnxruntime", "--resume", "--workers", "2"]
    log = tmp_path / "log"
    counts = []
    for wanted in (10, 40):
        with subprocess.Popen([sys.executable, *words, "--log", str(log)]) as process:
            while process.poll() is None and len(list(out.glob("*_mask.png"))) < wanted:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
        counts.append(len(files_of(out)))
    assert counts == sorted(set(counts))
    assert 0 < counts[-1] < number
    done = subprocess.run([sys.executable, *words, "--log", str(log)], capture_output=True)
    assert done.returncode == 0, done.stderr
    assert sorted(files_of(out)) == sorted(f"{index}.mat" for index in range(number))
    for index in range(number):
        with Image.open(out / f"{index}_mask.png") as mask:
            mask.load()
    left = {path.name for path in out.iterdir()} - {f"{i}_mask.png" for i in range(number)}
    assert left == {"predictions.csv", "predictions.json"}
    *_, end = records(log)
    assert (end["event"], end["predicted"] + end["done_before"]) == ("end", number)
    assert end["done_before"] >= counts[-1]


def test_a_line_that_was_cut_off_does_not_count(bundle: Path, folder: Path, out: Path) -> None:
    assert predict(bundle, folder, "--output", out) == 0
    whole = (out / "predictions.csv").read_bytes()
    for cut in (1, 40):
        (out / "predictions.csv").write_bytes(whole[:-cut])
        assert predict(bundle, folder, "--output", out, "--resume") == 0
        assert (out / "predictions.csv").read_bytes() == whole


def test_what_is_done_is_left_as_it_is(
    bundle: Path, folder: Path, out: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert predict(bundle, folder / "1.mat", folder / "2.mat", "--output", out) == 0
    masks = [(out / f"{number}_mask.png").stat().st_ino for number in (1, 2)]
    before = lines_of(out)
    capfd.readouterr()
    assert predict(bundle, folder, "--output", out, "--resume") == 0
    assert "Slices predicted: 2" in (said := capfd.readouterr().out)
    assert "Done before, and left as they are: 2." in said
    assert lines_of(out)[:3] == before
    assert files_of(out) == ["1.mat", "2.mat", "3.mat", "4.mat"]
    assert [(out / f"{number}_mask.png").stat().st_ino for number in (1, 2)] == masks


def test_without_resume_a_run_begins_anew(bundle: Path, folder: Path, out: Path) -> None:
    assert predict(bundle, folder, "--output", out) == 0
    assert predict(bundle, folder / "3.mat", "--output", out, "--threshold", "0.4") == 0
    assert files_of(out) == ["3.mat"]


def test_a_picture_that_is_gone_or_older_than_its_slice_is_made_again(
    bundle: Path, folder: Path, out: Path
) -> None:
    words = (folder, "--output", out, "--overlay")
    assert predict(bundle, *words) == 0
    (out / "2_overlay.png").unlink()
    later = time.time() + 5
    os.utime(folder / "3.mat", (later, later))
    before = (out / "4_mask.png").stat().st_ino
    assert predict(bundle, *words, "--resume") == 0
    assert files_of(out) == ["1.mat", "4.mat", "2.mat", "3.mat"]
    assert (out / "2_overlay.png").exists()
    assert (out / "4_mask.png").stat().st_ino == before


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--threshold", "0.4"), "threshold was 0.5 and is 0.4 now"),
        (("--probability",), "probability was False and is True now"),
        (("--pseudonymise", "key"), "the key differs"),
        (
            ("--variables", "image=V,mask=W"),
            "variables was not given and is 'image=V,mask=W' now",
        ),
        (("--classes", "4,1"), "classes was not given and is '1,4' now"),
    ],
)
def test_what_was_begun_otherwise_is_never_mixed(
    bundle: Path,
    folder: Path,
    out: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    sentence: str,
) -> None:
    assert predict(bundle, folder / "1.mat", "--output", out) == 0
    before = {path: path.read_bytes() for path in out.iterdir()}
    options = tuple(str(tmp_path / it) if it == "key" else it for it in options)
    assert predict(bundle, folder, "--output", out, "--resume", *options) == 2
    said = capfd.readouterr().err
    assert sentence in said
    assert "choose another folder, or begin anew without --resume" in said
    assert {path: path.read_bytes() for path in out.iterdir()} == before


def test_another_network_is_never_mixed_in(
    bundle: Path, folder: Path, out: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert predict(bundle, folder / "1.mat", "--output", out) == 0
    facts = json.loads((out / "predictions.json").read_text())
    facts["sha256"]["model.onnx"] = "0" * 64
    (out / "predictions.json").write_text(json.dumps(facts))
    assert predict(bundle, folder, "--output", out, "--resume") == 2
    assert "the network was another one" in capfd.readouterr().err
    (out / "predictions.json").unlink()
    assert predict(bundle, folder, "--output", out, "--resume") == 2
    assert "no predictions.json that says how they were made" in capfd.readouterr().err


def test_relative_names_are_gone_on_with_where_they_were_begun(
    bundle: Path,
    folder: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    assert predict(bundle, "1.mat", "--output", out) == 0
    assert predict(bundle, "1.mat", "2.mat", "--output", out, "--resume") == 0
    assert files_of(out) == ["1.mat", "2.mat"]
    assert predict(bundle, folder, "--output", out, "--resume") == 2
    assert "called in was" in capfd.readouterr().err


def test_two_runs_never_write_into_one_folder(
    bundle: Path, folder: Path, out: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with held(out):
        assert predict(bundle, folder, "--output", out) == 2
    assert "another brainseg-predict is writing there" in capfd.readouterr().err
    assert predict(bundle, folder, "--output", out) == 0


def test_a_log_has_a_record_for_each_slice_and_for_start_and_end(
    bundle: Path, folder: Path, out: Path, tmp_path: Path
) -> None:
    (folder / "2.mat").write_bytes(b"no MATLAB file at all, but long enough to look at" * 9)
    write_v5(folder / "5.mat", fields_of() | {"label": [[9.0]]})
    log = tmp_path / "log.jsonl"
    log.write_text('{"event": "slice", "at": "cut o')
    assert predict(bundle, folder, "--output", out, "--log", log) == 1
    first, *lines = log.read_text().splitlines()
    assert first.endswith("cut o")
    start, *slices, end = map(json.loads, lines)
    assert (start["event"], start["slices"], start["threshold"]) == ("start", 5, 0.5)
    assert start["sha256"] == json.loads((out / "predictions.json").read_text())["sha256"]
    by_name = {Path(it["file"]).name: it for it in slices}
    assert list(by_name) == [f"{number}.mat" for number in range(1, 6)]
    assert by_name["2.mat"]["problem"] == "not a MATLAB file, or a damaged one"
    assert by_name["2.mat"]["risk"] is None
    assert by_name["1.mat"]["problem"] is None
    assert 0 <= by_name["1.mat"]["risk"] <= 1
    assert 0 < by_name["1.mat"]["network_seconds"] < by_name["1.mat"]["seconds"] < 60
    assert by_name["2.mat"]["network_seconds"] == 0
    assert by_name["5.mat"]["notes"]
    assert (end["event"], end["predicted"], end["failed"]) == ("end", 4, 1)
    assert end["interrupted"] is False


def test_neither_log_nor_facts_name_anybody_under_pseudonyms(
    bundle: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "ward-seven"
    write_v73(place / "slice-of-meier.mat", fields_of(patient="PAT-Meier-4711"))
    (place / "second-of-meier.mat").write_bytes(b"nothing")
    monkeypatch.chdir(tmp_path)
    words = ["ward-seven", "ward-seven/none-of-meier.mat", "--output", str(out)]
    words += ["--log", str(out / "log"), "--pseudonymise", str(tmp_path / "key")]
    assert predict(bundle, *words) == 1
    assert predict(bundle, *words, "--resume") == 1
    written = b"".join(path.read_bytes() for path in out.iterdir() if path.suffix != ".png")
    written += "".join(path.name for path in out.iterdir()).encode()
    for secret in (b"meier", b"4711", b"ward-seven", tmp_path.name.encode()):
        assert secret not in written.lower()
    key = (tmp_path / "key").read_bytes().strip()
    assert key not in written
    assert len(lines_of(out)) == 2


def test_a_log_that_cannot_be_opened_is_wrong_use(
    bundle: Path, folder: Path, out: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert predict(bundle, folder, "--output", out, "--log", tmp_path / "no" / "log") == 2
    assert "the folder does not exist" in capfd.readouterr().err


def test_a_table_that_a_link_leads_elsewhere_is_replaced_and_not_followed(
    bundle: Path, folder: Path, out: Path, tmp_path: Path
) -> None:
    if sys.platform == "win32":
        pytest.skip("links")
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    out.mkdir()
    (out / "predictions.csv").symlink_to(precious)
    assert predict(bundle, folder, "--output", out) == 0
    assert precious.read_text() == "mine"
    assert len(files_of(out)) == 4


@pytest.mark.parametrize("words", [("--workers", "0"), ("--workers", "x"), ("--workers", "65")])
def test_a_number_of_workers_that_makes_no_sense_is_wrong_use(words: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["in", "--output", "out", *words])
    assert caught.value.code == 2


def test_so_many_workers_read_at_a_time(
    bundle: Path, folder: Path, out: Path, reading_child: None
) -> None:
    assert predict(bundle, folder, "--output", out, "--workers", "3") == 0
    assert files_of(out) == ["1.mat", "2.mat", "3.mat", "4.mat"]
    assert 1 <= len(reading.door().pids) <= 3


def test_the_rate_is_that_of_this_run_whatever_was_done_before(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    seconds = iter([100.0, 102.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    progress = Progress(1000)
    progress.show(901)
    progress.show(911)
    assert capsys.readouterr().err.endswith("911 / 1000  5.0 slices/s  0:17 left")


def test_hours_are_told_as_hours() -> None:
    assert duration(3 * 3600 + 2 * 60 + 1) == "3:02:01"


def test_a_line_for_which_the_disk_has_no_room_leaves_nothing_of_itself(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="no file size limits on this system")
    table = Table(tmp_path, ("file", "notes"))
    table.add({"file": "1.mat"})
    before = (tmp_path / "predictions.csv").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 5, hard))
    try:
        with pytest.raises(WriteError):
            table.add({"file": "2.mat", "notes": "longer than what is left"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "predictions.csv").read_bytes() == before
    table.add({"file": "3.mat"})
    table.close()
    assert files_of(tmp_path) == ["1.mat", "3.mat"]

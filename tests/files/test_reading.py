"""Whatever a file does to its reader is one sentence, and the other files do not notice."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from brainseg_gui.children.child import GivenUpError
from brainseg_gui.children.exchange import Exchange
from brainseg_gui.children.messages import decoded, encoded
from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files import parcels, reading
from brainseg_gui.files.containers.container import Listing
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_info, read_infos, read_slice
from brainseg_gui.files.info import MAX_SIDE, SliceInfo
from brainseg_gui.files.reading import Reader, asking
from brainseg_gui.files.writers.mat_writer import write_mat
from tests.hostile_reading import REASONS, ROOT, start_here
from tests.picture_factory import make_slice, write_pictures
from tests.volume_files.zips import write_zip

needs_posix = pytest.mark.skipif(os.name != "posix", reason="POSIX processes and files")


@pytest.fixture(autouse=True)
def hostile(reading_child: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in real children, which know hostile files."""
    start_here(monkeypatch)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    write_mat(tmp_path / "good.mat", make_slice(patient="12"))
    return tmp_path / "good.mat"


def bad(folder: Path, what: str, number: int = 0) -> Path:
    path = folder / f"{number} {what}.bad"
    path.write_text(what)
    return path


def reason_of(path: Path) -> str:
    with pytest.raises(SliceError) as caught:
        read_slice(path)
    assert caught.value.path == path
    return caught.value.reason


NO_FILES = {
    "pipe.mat": "not a regular file",
    "device.mat": "not a regular file",
    "circle.mat": "too many levels of symbolic links",
    "folder.mat": "a folder, not a file",
    "none.mat": "no such file or directory",
}


def test_a_child_reads_what_this_process_asks_for(good: Path) -> None:
    found, written = read_slice(good), make_slice(patient="12")
    assert np.array_equal(found.pixels, written.pixels)
    assert found.reference is not None
    assert written.reference is not None
    assert np.array_equal(found.reference, written.reference)
    assert not found.pixels.flags.writeable
    assert read_info(good).patient == "12"
    assert reading.door().pids not in ([], [os.getpid()])


@needs_posix
def test_what_a_file_does_is_one_sentence_and_the_next_one_is_read(
    tmp_path: Path, good: Path
) -> None:
    read_slice(good)
    for what, reason in REASONS.items():
        began = time.monotonic()
        assert reason_of(bad(tmp_path, what)).startswith(reason)
        assert time.monotonic() - began < 4, what
        assert read_slice(good).patient == "12", what
        assert len(reading.door().pids) == 1, what


def test_importing_a_library_costs_the_file_no_time_and_what_that_prints_is_no_answer(
    tmp_path: Path,
) -> None:
    assert read_slice(bad(tmp_path, "import")).patient == "7"  # 1.2 s, of 1 s
    assert read_slice(bad(tmp_path, "print")).patient == "7"


@needs_posix
def test_a_file_is_blamed_only_by_a_child_that_read_nothing_before(tmp_path: Path) -> None:
    read_slice(bad(tmp_path, "ok"))
    assert read_slice(bad(tmp_path, "crash unless first")).patient == "7"


@needs_posix
def test_bad_files_among_many_cost_the_others_nothing(tmp_path: Path, good: Path) -> None:
    kinds = ["ok", "crash", "ok", "hang", "grow", "ok", "crash unless first", "ok"]
    paths = [bad(tmp_path, what, number) for number, what in enumerate(kinds)]
    found = list(read_infos([*paths, good, good.with_name("none.mat")]))
    broken = {n: str(it) for n, it in enumerate(found) if isinstance(it, SliceError)}
    assert broken == {
        n: f"{paths[n].name}: {REASONS[kinds[n]]}" for n in (1, 3, 4)
    } | {9: "none.mat: no such file or directory"}  # fmt: skip
    assert [it.patient for it in found if isinstance(it, SliceInfo)] == ["7"] * 5 + ["12"]


@needs_posix
def test_a_file_that_hangs_keeps_no_other_thread_waiting(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LIMITS", reading.Limits(2.0))  # another child starts sooner
    read_slice(good)
    thread = threading.Thread(target=lambda: reason_of(bad(tmp_path, "hang")))
    thread.start()
    time.sleep(0.1)
    began = time.monotonic()
    assert read_slice(good).patient == "12"
    assert thread.is_alive()
    assert time.monotonic() - began < 2
    thread.join()
    read_slice(good)
    assert len(reading.door().pids) <= 2


def test_threads_get_each_their_own_slice(tmp_path: Path) -> None:
    for number in range(8):
        write_mat(tmp_path / f"{number}.mat", make_slice(patient=str(number)))
    patients: dict[int, set[str]] = {}

    def read(number: int) -> None:
        paths = [tmp_path / f"{number}.mat"] * 10
        patients[number] = {read_slice(path).patient for path in paths}

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert patients == {number: {str(number)} for number in range(8)}


@needs_posix
def test_a_file_that_nobody_wants_any_more_is_given_up(tmp_path: Path, good: Path) -> None:
    read_slice(good)
    began = time.monotonic()
    with asking(lambda: 0.1), pytest.raises(GivenUpError):
        read_slice(bad(tmp_path, "hang"))
    assert time.monotonic() - began < 0.9
    assert read_slice(good).patient == "12"


@needs_posix
def test_closing_ends_what_is_being_read_with_a_sentence(tmp_path: Path, good: Path) -> None:
    read_slice(good)
    pids = reading.door().pids
    threading.Timer(0.2, reading.close).start()
    assert reason_of(bad(tmp_path, "hang")) == "it was not read, because the program ends"
    assert pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_child_that_cannot_be_started_is_one_sentence(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(good / "none"))
        assert "the process that reads files cannot start: Not a directory" in reason_of(good)
    with monkeypatch.context() as patch:
        patch.setattr(reading, "MODULE", "tests.no_such_module")
        assert "cannot start: " in reason_of(good)
    assert read_slice(good).patient == "12"


@needs_posix
def test_what_is_no_file_or_does_not_stay_as_it_is_is_refused_and_not_waited_for(
    tmp_path: Path,
) -> None:
    os.mkfifo(tmp_path / "pipe.mat")
    (tmp_path / "device.mat").symlink_to("/dev/zero")
    (tmp_path / "circle.mat").symlink_to(tmp_path / "circle.mat")
    (tmp_path / "folder.mat").mkdir()
    assert {path: reason_of(tmp_path / path) for path in NO_FILES} == NO_FILES
    assert reason_of(bad(tmp_path, "write to itself")) == "it was changed while it was read"
    assert reason_of(bad(tmp_path, "vanish")) == "no such file or directory"


def test_a_file_without_a_suffix_is_recognised_by_a_child(good: Path) -> None:
    path = good.rename(good.with_name("export.dat"))
    other = bad(path.parent, "text").rename(path.with_name("text.dat"))
    assert list(find_slices([path, other])) == [path]


def test_a_reason_names_the_file_that_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_pictures(tmp_path, {"1": make_slice()}, ".png")
    (folder / "masks" / "1.png").write_bytes(b"no picture")
    monkeypatch.chdir(folder / "images")
    with pytest.raises(SliceError) as caught:
        read_slice(Path("1.png"))
    assert caught.value.path == folder / "masks" / "1.png"


PARENT = """
import sys, threading
from pathlib import Path
import pytest
from brainseg_gui.files import reading
from tests.hostile_reading import start_here
start_here(pytest.MonkeyPatch())
reading.LIMITS = reading.Limits(1000)
folder = Path(sys.argv[1])
for name in ("deaf", "hang"):
    (folder / (name + ".bad")).write_text(name)
    threading.Thread(target=reading.door().read_slice, args=(folder / (name + ".bad"),)).start()
while len(reading.door().pids) < 2:
    pass
print(*reading.door().pids, flush=True)
"""


@needs_posix
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_program_that_is_killed_takes_its_children_with_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        pids = parent.stdout.readline().decode().split()
        time.sleep(0.5)  # for both to be busy
        parent.kill()
    assert len(pids) == 2
    end = time.monotonic() + 10  # one of them is deaf, and ends by itself after its own 5 s
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.05)


WHOLE = Slice(
    np.arange(12, dtype=np.float32).reshape(3, 4),
    np.arange(12).reshape(3, 4) > 5,
    np.array([[0.5, 1.5], [2, 3], [1, 0]]),
    "MR\udce4\ud83d",
    Tumour.PITUITARY,
    0.49,
    ("One.", "Two."),
    Turn.LEFT,
    classes=((1, 3), (4, 0)),
)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    exchange = Exchange.create()
    yield exchange
    exchange.close()


def through(slice_: Slice, exchange: Exchange, **changed: Any) -> Slice:
    message = decoded(encoded(parcels.pack_slice(slice_, exchange)))
    return parcels.unpack_slice(message | changed, exchange)


@pytest.mark.parametrize("slice_", [WHOLE, Slice(WHOLE.pixels)], ids=["whole", "bare"])
def test_every_field_of_a_slice_arrives(slice_: Slice, exchange: Exchange) -> None:
    found = through(slice_, exchange)
    for field in dataclasses.fields(Slice):
        ours, theirs = getattr(slice_, field.name), getattr(found, field.name)
        assert type(ours) is type(theirs), field.name
        assert np.array_equal(ours, theirs), field.name


def test_every_field_of_an_info_arrives(exchange: Exchange) -> None:
    info = SliceInfo((3, 4), "MR", Tumour.GLIOMA, True, 3, (Path("/a/b.png"),))
    message = decoded(encoded(parcels.pack_info(info)))
    assert parcels.unpack_info(message, exchange) == info


@pytest.mark.parametrize(
    "changed",
    [
        {"shape": [3]},
        {"shape": [3, 9000]},
        {"shape": [3, -4]},
        {"shape": [3, True]},
        {"shape": [3, 4000]},  # more than is there
        {"reference": 1},
        {"border": -1},
        {"border": 1 << 40},
        {"border": "3"},
        {"patient": None},
        {"patient": ["a"]},
        {"tumour": 4},
        {"tumour": True},
        {"spacing_mm": -1.0},
        {"spacing_mm": float("nan")},
        {"notes": "One."},
        {"notes": [1]},
        {"notes": ["x"] * 2000},
        {"fits_if": None},
        {"fits_if": "ASKEW"},
        {"classes": None},
        {"classes": [[1]]},
        {"classes": [[1, -2]]},
        {"classes": [[True, 2]]},
        {"classes": [[1, 2]] * 65},
    ],
)
def test_nothing_that_a_child_says_is_believed(changed: dict[str, Any], exchange: Exchange) -> None:
    with pytest.raises((ValueError, OSError)):
        through(WHOLE, exchange, **changed)


def test_a_file_may_take_five_seconds_and_a_gigabyte() -> None:
    assert reading.SECONDS == 5
    assert reading.ARRAYS + (1 << 30) < 2 * (1 << 30)
    assert reading.ARRAYS == 13 * MAX_SIDE**2


def test_each_of_many_files_has_its_own_listing(tmp_path: Path) -> None:
    counts = [3, 150, 7, 150, 1, 40] * 4
    paths = [tmp_path / f"{number}.zip" for number in range(len(counts))]
    for number, (path, count) in enumerate(zip(paths, counts, strict=True)):
        write_zip(path, {f"{number}-{it}.mat": b"" for it in range(count)})
    reader = Reader()
    try:
        listings = list(reader.read_listings(paths))
    finally:
        reader.close()
    for number, (listing, count) in enumerate(zip(listings, counts, strict=True)):
        assert isinstance(listing, Listing)
        assert listing.names == tuple(f"{number}-{it}.mat" for it in range(count))

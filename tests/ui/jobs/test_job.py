"""Background work: heard in the window's thread, ended when it should, never a reason to crash."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import QCoreApplication, QObject, pyqtSignal
from pytestqt.qtbot import QtBot

from brainseg_gui.ui.jobs.job import Job, Work
from brainseg_gui.ui.jobs.service import Service


class Counting(Job):
    """Counts to three, and waits before each number for its turn."""

    counted = pyqtSignal(int)
    task = "Counting"
    expected = (ZeroDivisionError,)

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.turns = threading.Semaphore(0)
        self.entered = threading.Event()
        self.left_tidily = threading.Event()
        self._error = error

    def work(self) -> Work:
        try:
            for number in range(1, 4):
                self.entered.set()
                self.turns.acquire(timeout=10)
                if self._error is not None:
                    raise self._error
                yield self.counted, number
        finally:
            self.left_tidily.set()


class Spelling(Service):
    """Says words letter by letter, each when it is let; number 0 is more urgent than 1."""

    spelled = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.turns, self.ready = threading.Semaphore(0), threading.Semaphore(0)

    def serve(self, kind: int, request: str) -> Work:
        for letter in request:
            yield None
            self.ready.release()
            self.turns.acquire(timeout=10)
            if letter == "!":
                raise ValueError("shouting")
            yield self.spelled, letter


@pytest.fixture
def counting() -> Iterator[Counting]:
    job = Counting()
    yield job
    job.turns.release(9)
    job.close()


@pytest.fixture
def spelling() -> Iterator[Spelling]:
    job = Spelling()
    job.start()
    yield job
    job.turns.release(9)
    job.close()


def heard_by(job: QObject, signal: str) -> list[object]:
    """Return a list that collects what a job says."""
    heard: list[object] = []
    getattr(job, signal).connect(heard.append)
    return heard


def queue_drained() -> None:
    """Let everything that is queued be heard."""
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()


def test_what_a_job_yields_is_heard_in_the_thread_that_made_it(
    qtbot: QtBot, counting: Counting
) -> None:
    threads: list[threading.Thread] = []
    numbers = heard_by(counting, "counted")
    counting.counted.connect(lambda _: threads.append(threading.current_thread()))
    counting.turns.release(3)
    with qtbot.waitSignal(counting.finished):
        counting.start()
    assert numbers == [1, 2, 3]
    assert set(threads) == {threading.main_thread()}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("seven"), "Counting failed (ValueError: seven)."),
        (ZeroDivisionError("There is nothing to count."), "There is nothing to count."),
    ],
    ids=["unforeseen", "expected"],
)
def test_an_exception_is_one_sentence(
    qtbot: QtBot, error: Exception, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    job = Counting(error)
    said = heard_by(job, "failed")
    job.turns.release()
    with caplog.at_level("INFO"), qtbot.waitSignal(job.finished):
        job.start()
    assert said == [sentence]
    assert [record.exc_info is not None for record in caplog.records] == [
        not isinstance(error, job.expected)
    ]


def test_a_job_that_is_closed_ends_at_its_next_yield_through_its_finally(
    counting: Counting,
) -> None:
    numbers = heard_by(counting, "counted")
    counting.start()
    assert counting.entered.wait(10)
    counting.turns.release()
    assert counting.close()
    assert counting.left_tidily.is_set()
    assert counting.turns.acquire(blocking=False) is False
    queue_drained()
    assert numbers == []


def test_what_is_queued_when_a_job_is_closed_is_not_heard(counting: Counting) -> None:
    numbers = heard_by(counting, "counted")
    counting.turns.release(3)
    counting.start()
    assert counting.wait(10_000)
    counting.close()
    queue_drained()
    assert numbers == []


def test_cancelling_is_seen_at_once_by_a_job_that_is_busy(counting: Counting) -> None:
    counting.start()
    assert counting.entered.wait(10)
    assert not counting.cancelled
    counting.cancel()
    assert counting.cancelled


def test_a_job_that_does_not_end_keeps_nobody_waiting_and_is_left_to_itself(
    counting: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    counting.patience_ms = 50
    counting.start()
    assert counting.entered.wait(10)
    began = time.monotonic()
    assert not counting.close()
    assert time.monotonic() - began < 5
    counting.turns.release()
    assert counting.wait(10_000)
    assert "did not end" in caplog.text


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads have no names there")
def test_a_thread_is_called_after_its_job(counting: Counting) -> None:
    counting.start()
    assert counting.entered.wait(10)
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    assert "Counting" in names


def test_the_newest_request_takes_the_place_of_those_before(
    qtbot: QtBot, spelling: Spelling
) -> None:
    letters = heard_by(spelling, "spelled")
    spelling.submit("abc")
    spelling.turns.release()
    qtbot.waitUntil(lambda: letters == ["a"])
    spelling.submit("xyz")
    spelling.submit("k")
    spelling.turns.release(2)  # one for the letter it waits for already
    qtbot.waitUntil(lambda: letters[-1] == "k")
    assert letters in (["a", "b", "k"], ["a", "k"])


def test_a_more_urgent_request_goes_between_and_the_other_goes_on(
    qtbot: QtBot, spelling: Spelling
) -> None:
    letters = heard_by(spelling, "spelled")
    spelling.submit("abc", 1)
    spelling.turns.release()
    qtbot.waitUntil(lambda: letters == ["a"])
    spelling.submit("x", 0)
    spelling.turns.release(3)
    qtbot.waitUntil(lambda: len(letters) == 4)
    assert "".join(map(str, letters)) in ("abxc", "axbc")


def test_a_request_that_fails_does_not_end_the_service(qtbot: QtBot, spelling: Spelling) -> None:
    said, letters = heard_by(spelling, "failed"), heard_by(spelling, "spelled")
    spelling.turns.release(2)
    spelling.submit("!")
    qtbot.waitUntil(lambda: len(said) == 1)
    spelling.submit("a")
    qtbot.waitUntil(lambda: letters == ["a"])
    assert said == ["The work failed (ValueError: shouting)."]


def test_what_was_answered_or_under_way_when_all_was_forgotten_is_not_heard(
    qtbot: QtBot, spelling: Spelling
) -> None:
    letters = heard_by(spelling, "spelled")
    spelling.submit("abc")
    spelling.turns.release()
    for _ in "ab":  # ready for the second letter: the first is said, and queued
        assert spelling.ready.acquire(timeout=10)
    spelling.forget()
    spelling.submit("k", 1)  # of another kind: it takes nobody's place
    spelling.turns.release(3)
    qtbot.waitUntil(lambda: bool(letters))
    assert letters == ["k"]

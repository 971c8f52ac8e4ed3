"""Whatever a child does, its parent goes on: it hears how the child ended, and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from brainseg_gui.children import child as child_module
from brainseg_gui.children import exchange
from brainseg_gui.children.child import (
    POLITE,
    Child,
    ChildDiedError,
    ChildStoppedError,
    GivenUpError,
)
from brainseg_gui.children.limits import Limits
from brainseg_gui.children.messages import LONGEST, NoMessageError
from tests.children.toy import ROOT, start

MIB = 1 << 20
needs_proc = pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="POSIX processes")


@pytest.fixture
def toy() -> Iterator[Child]:
    """Return a child that is ready."""
    toy = start()
    assert toy.hear()["ready"] == toy.pid
    yield toy
    toy.end()
    assert not toy.alive
    assert not toy.exchange.path.exists()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("toy")]


def is_gone(pid: int) -> bool:
    """Tell whether a process ended; one that only waits to be collected has ended."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_it_answers_in_the_order_in_which_it_was_asked(toy: Child) -> None:
    toy.tell(*({"number": number} for number in range(50)))
    assert [toy.hear() for _ in range(50)] == [{"number": number} for number in range(50)]


def test_names_of_any_bytes_survive(toy: Child) -> None:
    name = os.fsdecode(b"257_\xe4\n\xf0\x9f\xa7\xa0.x")
    assert toy.ask({"name": name}) == {"name": name}


@needs_posix
def test_a_polite_one_has_the_processors_only_where_others_leave_them(toy: Child) -> None:
    polite = start(polite=True)
    polite.hear()
    nice = [os.getpriority(os.PRIO_PROCESS, one.pid) for one in (toy, polite)]
    polite.end()
    assert nice[1] == max(POLITE, nice[0])  # a program that is so itself makes nobody less so


def test_its_environment_can_be_set(toy: Child) -> None:
    other = start()
    assert other.hear()["threads"] == "1"
    other.end()


def test_what_it_prints_is_no_answer(toy: Child) -> None:
    assert toy.ask({"do": "print"}) == {"do": "print"}
    assert toy.ask({}) == {}


@needs_posix
@pytest.mark.parametrize(
    ("what", "cause"),
    [
        ("crash", r"it crashed \(SIGABRT\)"),
        ("leave", "That was enough"),
        ("fork", "exit code 3"),
        ("nonsense", "it said what cannot be understood"),
        ("flood", "it was killed|cannot be understood"),
        ("endless line", "it said what cannot be understood"),
    ],
)
def test_what_ends_it_is_told_at_once_and_in_words(toy: Child, what: str, cause: str) -> None:
    began = time.monotonic()
    toy.tell({"do": what})
    with pytest.raises(ChildDiedError, match=cause):
        all(
            toy.hear(Limits(8)) is not None for _ in range(10_000)
        )  # a flood brings some, then ends
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("what", ["sleep", "search a text for ever"])
def test_one_that_takes_too_long_is_ended(toy: Child, what: str) -> None:
    began = time.monotonic()
    with pytest.raises(ChildDiedError, match=r"it gave no answer for 0\.3 s") as caught:
        toy.ask({"do": what, "seconds": 100}, Limits(0.3))
    assert 0.3 <= time.monotonic() - began < 2
    assert caught.value.excess == "gave no answer for 0.3 s"


@needs_posix
def test_one_that_is_stopped_by_the_system_is_ended_too(toy: Child) -> None:
    os.kill(toy.pid, signal.SIGSTOP)
    with pytest.raises(ChildDiedError, match=r"it gave no answer for 0\.2 s"):
        toy.ask({}, Limits(0.2))


@needs_proc
def test_one_that_grows_beyond_its_share_is_ended(toy: Child) -> None:
    limits = Limits(20, 200 * MIB)
    assert toy.ask({"do": "grow", "bytes": 100 * MIB}, limits)
    assert toy.ask({"do": "grow", "bytes": 150 * MIB}, limits)  # each answer has its own share
    with pytest.raises(ChildDiedError, match=r"it took more than 0\.2 GB of memory"):
        toy.ask({"do": "grow", "bytes": 4000 * MIB}, limits)


def test_what_nobody_wants_any_more_is_given_up_at_once(toy: Child) -> None:
    began = time.monotonic()
    with pytest.raises(GivenUpError):
        toy.ask({"do": "sleep", "seconds": 100}, Limits(50), lambda: 0.1)
    assert time.monotonic() - began < 1


def test_another_thread_can_stop_it(toy: Child) -> None:
    threading.Timer(0.1, toy.stop).start()
    with pytest.raises(ChildStoppedError):
        toy.ask({"do": "sleep", "seconds": 100})


def test_an_answer_is_never_left_for_the_next_question(
    toy: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(Child, "_next_line", interrupted)
    with pytest.raises(KeyboardInterrupt):
        toy.ask({})
    assert not toy.alive


def test_a_question_that_is_too_long_is_not_sent(toy: Child) -> None:
    with pytest.raises(NoMessageError):
        toy.ask({"text": "x" * LONGEST})
    assert toy.ask({}) == {}


def test_one_that_cannot_be_started_is_an_error_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_memory_folder", lambda: str(tmp_path))
    monkeypatch.setattr(child_module.sys, "executable", str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError):
        start()
    assert os.listdir(tmp_path) == []


PARENT = """
import sys, time
from tests.children.toy import start
toy = start(*sys.argv[2:])
toy.hear()
toy.tell({"do": sys.argv[1], "seconds": 100})
print(toy.pid, flush=True)
time.sleep(100)
"""


@needs_proc
@pytest.mark.parametrize("what", ["nothing", "sleep", "hold the interpreter"])
def test_it_ends_with_its_parent_however_busy_it_is(what: str) -> None:
    # Only what is deaf to everything needs a limit of its own.
    longest_s = "0.5" if what == "hold the interpreter" else "1000"
    command = [sys.executable, "-c", PARENT, what, longest_s]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert pid
    wait_until(lambda: is_gone(pid), 5)

"""The engine in its own process: what it answers, how it dies, and that nothing is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.children import child, exchange
from brainseg_gui.children.exchange import Exchange
from brainseg_gui.extras import is_installed
from brainseg_gui.inference import engine_child
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.keras_segmenter import BACKENDS
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import BundleError
from brainseg_gui.inference.segmenter import EngineDied, EngineError, EngineStopped

needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
needs_proc = pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
SECONDS = 20


@pytest.fixture(autouse=True)
def exchanges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the shared files, which is empty before and after."""
    folder = tmp_path / "shared"
    folder.mkdir()
    monkeypatch.setattr(exchange, "_memory_folder", lambda: str(folder))
    return folder


@pytest.fixture
def sentences() -> list[str]:
    """Return what the client said about restarts."""
    return []


@pytest.fixture
def client(bundle: Path, exchanges: Path, sentences: list[str]) -> Iterator[EngineClient]:
    with EngineClient(bundle, "onnxruntime", on_restart=sentences.append) as client:
        yield client
    assert client.pid is None
    assert os.listdir(exchanges) == []


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """Tell whether a process ended; one that only waits to be collected has ended."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def test_the_process_answers_like_the_engine_in_it(
    client: EngineClient, bundle: Path, head: np.ndarray
) -> None:
    here = load_segmenter(bundle, engine="onnxruntime", device="cpu").probability(head)
    there = client.probability(head)
    assert there.dtype == np.float32
    assert np.array_equal(here, there)


def test_slices_of_any_size_follow_each_other(client: EngineClient) -> None:
    for shape in [(64, 64), (512, 300), (16, 16), (300, 512)]:
        pixels = np.random.default_rng(0).integers(0, 4000, shape).astype(np.float32)
        assert client.probability(pixels).shape == shape


def test_the_start_says_what_runs_and_happens_once(client: EngineClient) -> None:
    info = client.start()
    pid = client.pid
    assert (info.engine, info.device) == ("onnxruntime", "CPU")
    assert (client.engine, client.device) == ("onnxruntime", "CPU")
    assert {"python", "numpy", "onnxruntime"} <= info.versions.keys()
    assert client.start() == info
    assert client.pid == pid


@pytest.mark.parametrize("backend", BACKENDS)
def test_keras_runs_there_on_any_backend_and_gives_the_same_mask(
    client: EngineClient,
    bundle: Path,
    head: np.ndarray,
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not is_installed(backend):
        pytest.skip(f"{BACKENDS[backend]} is not installed")
    monkeypatch.setenv("KERAS_BACKEND", backend)
    with EngineClient(bundle, "tensorflow", "cpu") as other:
        assert other.start().versions.keys() >= {backend, "keras"}
        assert (other.engine, other.device) == (backend, "CPU")
        mask = other.probability(head) >= 0.5
    assert np.array_equal(mask, client.probability(head) >= 0.5)


@needs_kill
def test_a_process_killed_while_idle_is_replaced_with_one_sentence(
    client: EngineClient, head: np.ndarray, sentences: list[str]
) -> None:
    before = client.probability(head)
    pid = client.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert np.array_equal(client.probability(head), before)
    assert client.pid not in (pid, None)
    assert sentences == [
        "The engine's process ended (it was killed, perhaps because memory ran out); "
        "it is started again."
    ]


@needs_kill
def test_a_process_killed_at_work_is_replaced_and_the_slice_answered(
    client: EngineClient, sentences: list[str]
) -> None:
    pixels = np.random.default_rng(0).random((3000, 3000), np.float32)
    before = client.probability(pixels)
    pid = client.pid
    assert pid is not None
    killer = threading.Timer(0.1, os.kill, (pid, signal.SIGKILL))
    killer.start()
    after = client.probability(pixels)
    killer.join()
    assert np.array_equal(after, before)
    assert len(sentences) == 1


@needs_kill
def test_a_process_that_dies_twice_is_told_and_the_next_request_starts_afresh(
    client: EngineClient, head: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    popen = child._popen

    def doomed(*arguments: object) -> subprocess.Popen[bytes]:
        process = popen(*arguments)  # type: ignore[arg-type]
        started.append(process.pid)
        process.send_signal(signal.SIGSEGV)
        return process

    with monkeypatch.context() as patch:
        patch.setattr(child, "_popen", doomed)
        with pytest.raises(EngineDied, match=r"The engine's process ended: it crashed \(SIGSEGV\)"):
            client.probability(head)
    assert len(started) == 2
    assert client.probability(head).shape == head.shape


def test_a_process_that_cannot_even_start_is_one_sentence(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, exchanges: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(bundle / "no-python"))
    with EngineClient(bundle) as client, pytest.raises(EngineError, match="cannot start: No such"):
        client.start()
    assert os.listdir(exchanges) == []


def test_the_last_words_of_a_process_are_passed_on(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_child, "MODULE", "brainseg_gui.no_such_module")
    with EngineClient(bundle) as client, pytest.raises(EngineDied, match="No module named"):
        client.probability(np.zeros((8, 8), np.float32))


def test_a_bundle_that_must_not_be_used_is_told_at_once_and_not_tried_twice(
    tmp_path: Path, sentences: list[str]
) -> None:
    with EngineClient(tmp_path, on_restart=sentences.append) as client:
        for _ in range(2):
            with pytest.raises(BundleError, match=r"there is no card\.json"):
                client.probability(np.zeros((8, 8), np.float32))
    assert sentences == []


def test_a_gpu_that_is_not_there_is_one_sentence(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with (
        EngineClient(bundle, device="gpu") as client,
        pytest.raises(EngineError, match="no NVIDIA"),
    ):
        client.start()


def test_a_slice_that_the_engine_cannot_take_costs_a_sentence_and_no_restart(
    client: EngineClient, head: np.ndarray, sentences: list[str]
) -> None:
    client.start()
    pid = client.pid
    with pytest.raises(EngineError, match="could not predict this slice"):
        client.probability(np.zeros((4, 4, 4), np.float32))
    assert client.probability(head).shape == head.shape
    assert client.pid == pid
    assert sentences == []


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is set from outside")
def test_running_out_of_memory_costs_a_sentence_and_no_restart(
    client: EngineClient, head: np.ndarray, sentences: list[str]
) -> None:
    import resource

    client.probability(head)
    pid = client.pid
    assert pid is not None
    used = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (used + (8 << 20), before[1]))
    with pytest.raises(EngineError, match="Not enough memory to predict a slice of 4000 x 3000"):
        client.probability(np.zeros((3000, 4000), np.float32))
    resource.prlimit(pid, resource.RLIMIT_AS, before)
    assert client.probability(head).shape == head.shape
    assert client.pid == pid
    assert sentences == []


def test_no_room_for_the_slice_is_one_sentence(
    client: EngineClient, head: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.start()

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Exchange, "put", full)
        with pytest.raises(EngineError, match="cannot be handed over: No space left on device"):
            client.probability(head)
    assert client.probability(head).shape == head.shape


def once_it_loads(client: EngineClient, act: Callable[[], None]) -> threading.Thread:
    """Act as soon as there is a process: it still loads then, however fast the machine."""

    def wait_and_act() -> None:
        while client.pid is None:
            time.sleep(0.001)
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    return thread


def test_kill_ends_a_request_under_way_and_the_next_one_starts_afresh(
    client: EngineClient, head: np.ndarray, sentences: list[str]
) -> None:
    killer = once_it_loads(client, client.kill)
    with pytest.raises(EngineStopped, match="was stopped"):
        client.probability(head)
    killer.join()
    assert client.probability(head).shape == head.shape
    assert sentences == []


def test_close_ends_a_request_under_way_within_a_second_and_for_good(
    client: EngineClient, head: np.ndarray
) -> None:
    took: list[float] = []

    def close() -> None:
        start = time.monotonic()
        client.close()
        took.append(time.monotonic() - start)

    closer = once_it_loads(client, close)
    with pytest.raises(EngineStopped):
        client.probability(head)
    closer.join()
    assert took[0] < 1
    with pytest.raises(EngineStopped):
        client.probability(head)
    client.close()


def test_threads_that_ask_at_once_each_get_their_own_answer(client: EngineClient) -> None:
    slices = [np.random.default_rng(n).random((64 + n, 64), np.float32) for n in range(8)]
    expected = [client.probability(pixels) for pixels in slices]
    found: dict[int, np.ndarray] = {}

    def ask(number: int) -> None:
        found[number] = client.probability(slices[number])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(slices))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(found[number], expected[number]) for number in range(len(slices)))


def test_an_interrupt_never_leaves_an_answer_for_the_next_slice(
    client: EngineClient, head: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = np.ascontiguousarray(head[::-1])
    expected = client.probability(head)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(child.Child, "_next_line", interrupted)
        with pytest.raises(KeyboardInterrupt):
            client.probability(other)
    assert np.array_equal(client.probability(head), expected)


WINDOW = """
import sys, time
from pathlib import Path
from brainseg_gui.children import exchange
from brainseg_gui.inference.engine_client import EngineClient
exchange._memory_folder = lambda: sys.argv[2]
client = EngineClient(Path(sys.argv[1]), "onnxruntime")
client.start()
print(client.pid, flush=True)
time.sleep(100)
"""


@needs_kill
@needs_proc
def test_a_window_that_is_killed_leaves_no_process_and_no_file(
    bundle: Path, tmp_path: Path
) -> None:
    left = tmp_path / "left"
    left.mkdir()
    command = [sys.executable, "-c", WINDOW, str(bundle), str(left)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as window:
        assert window.stdout is not None
        pid = int(window.stdout.readline())
        assert os.listdir(left) == []  # from the start: nothing can be left, whoever is killed
        window.kill()
    wait_until(lambda: is_gone(pid) and os.listdir(left) == [])


@needs_kill
def test_ctrl_c_in_the_terminal_does_not_reach_the_process(client: EngineClient) -> None:
    client.start()
    assert client.pid is not None
    assert os.getpgid(client.pid) != os.getpgid(0)


CHILD = """
import io, os, sys
from brainseg_gui.inference import engine_process
load = engine_process.load_segmenter
def chatty(*arguments, **options):
    print("a library says hello")
    os.write(1, b"and so does C\\n")
    return load(*arguments, **options)
engine_process.load_segmenter = chatty
sys.stdin = io.TextIOWrapper(io.BytesIO(b""))
engine_process.main(sys.argv[1:])
print("loaded:", *sys.modules, file=sys.stderr)
"""


def run_child(bundle: Path) -> subprocess.CompletedProcess[str]:
    exchange = Exchange.create()
    command = [sys.executable, "-c", CHILD, str(exchange.path), str(bundle)]
    command += ["--engine", "onnxruntime"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True)
    finally:
        exchange.close()


def test_the_process_loads_neither_qt_nor_the_other_engine(bundle: Path) -> None:
    words = run_child(bundle).stderr.partition("loaded: ")[2].split()
    loaded = {name.partition(".")[0] for name in words}
    assert "onnxruntime" in loaded
    assert not loaded & {"PyQt5", "pyqtgraph", "tensorflow", "keras", "h5py", "sqlalchemy"}


def test_what_libraries_print_cannot_be_taken_for_an_answer(bundle: Path) -> None:
    done = run_child(bundle)
    assert done.stdout.startswith('{"ready": true')
    assert done.stdout.count("\n") == 1
    assert "and so does C" in done.stderr


@needs_kill
def test_an_engine_that_hangs_is_ended_told_and_started_again(
    client: EngineClient,
    head: np.ndarray,
    sentences: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_child, "LEAST_S", 0.5)
    before, pid = client.probability(head), client.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    assert np.array_equal(client.probability(head), before)
    assert time.monotonic() - began < SECONDS
    assert is_gone(pid)
    (sentence,) = sentences
    assert "gave no answer" in sentence
    assert "started again" in sentence

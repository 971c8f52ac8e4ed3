"""Children for many threads: few of them, each used by one thread, and the urgent goes first."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from brainseg_gui.children import pool as pool_module
from brainseg_gui.children.child import Child, ChildDiedError, GivenUpError
from brainseg_gui.children.pool import Pool, PoolClosedError
from tests.children.toy import start


@pytest.fixture
def pool() -> Iterator[Pool[Child]]:
    pool = Pool(ready, most=2)
    yield pool
    pool.close()
    assert pool.pids == []


def ready() -> Child:
    child = start()
    child.hear()
    return child


def test_one_child_does_for_threads_that_do_not_wait_long(pool: Pool[Child]) -> None:
    pids = set()
    for _ in range(3):
        with pool.child() as child:
            pids.add(child.pid)
    assert pool.pids == list(pids)
    assert len(pids) == 1


@pytest.mark.parametrize("eager", [False, True])
def test_who_waits_long_or_does_not_want_to_gets_another_one(
    eager: bool, pool: Pool[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "GROW_AFTER_S", 60.0 if eager else 0.05)
    with pool.child() as one, pool.child(eager=eager) as other:
        assert one.pid != other.pid
        with pytest.raises(GivenUpError), pool.child(eager=True, patience=lambda: 0.1):
            raise AssertionError("there are two at the most")
    monkeypatch.setattr(pool_module, "IDLE_S", 0.0)
    with pool.child():
        pass
    assert len(pool.pids) == 1


def test_nobody_gets_another_one_beside_one_that_is_only_starting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool_module, "GROW_AFTER_S", 0.05)
    pool = Pool(start, most=2)
    with pool.child() as starting:
        with pytest.raises(GivenUpError), pool.child(patience=lambda: 0.3):
            raise AssertionError("it would be ready no sooner")
        starting.hear()
        with pool.child() as other:
            assert other.pid != starting.pid
    pool.close()


def test_one_that_died_is_replaced_before_anybody_asks(pool: Pool[Child]) -> None:
    with pool.child() as child, pytest.raises(ChildDiedError):
        child.ask({"do": "leave"})
    (pid,) = pool.pids
    assert pid != child.pid
    with pool.child() as child:
        assert child.pid == pid


def test_the_urgent_goes_first_the_others_in_their_order(
    pool: Pool[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "GROW_AFTER_S", 60.0)
    served: list[str] = []

    def ask(name: str, urgent: bool) -> None:
        with pool.child(urgent):
            served.append(name)

    threads = [
        threading.Thread(target=ask, args=(name, name == "slice"))
        for name in ("index", "export", "slice")
    ]
    with pool.child():
        for thread in threads:
            thread.start()
            time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert served == ["slice", "index", "export"]


def test_nothing_is_lent_any_more_once_it_is_closed(pool: Pool[Child]) -> None:
    pool.close()
    with pytest.raises(PoolClosedError), pool.child():
        raise AssertionError("it is closed")

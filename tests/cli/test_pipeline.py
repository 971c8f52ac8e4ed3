"""Reading ahead and saving behind."""

from __future__ import annotations

import threading
import time

import pytest

from brainseg_gui.cli.predicting.pipeline import AHEAD, Pipeline


def test_results_come_in_order_whatever_takes_how_long() -> None:
    def save(item: int, read: int, done: int) -> int:
        time.sleep(0.01 * (item % 3))
        return done

    pipeline = Pipeline[int, int, int, int](lambda item: item, lambda read: read * 10, save)
    found = [(item, future.result()) for item, future in pipeline.run(range(12))]
    assert found == [(item, item * 10) for item in range(12)]


def test_a_failure_belongs_to_its_item_alone() -> None:
    def refuse(wanted: int, item: int) -> int:
        if item == wanted:
            raise ValueError(str(item))
        return item

    pipeline = Pipeline[int, int, int, int](
        lambda item: refuse(1, item),
        lambda read: refuse(3, read),
        lambda item, read, done: refuse(5, item),
    )
    found = {item: future.exception() for item, future in pipeline.run(range(7))}
    assert {item for item, error in found.items() if error} == {1, 3, 5}


def test_no_more_than_a_few_items_are_held_at_once() -> None:
    read: list[int] = []

    def note(item: int) -> int:
        read.append(item)
        return item

    run = Pipeline(note, lambda item: item, lambda item, read, done: item).run(range(1000))
    next(run)
    time.sleep(0.05)
    assert len(read) <= 3 * AHEAD
    run.close()


def test_the_first_items_are_read_while_the_work_is_prepared() -> None:
    read = threading.Event()
    pipeline = Pipeline[int, None, None, None](
        lambda item: read.set(),
        lambda nothing: None,
        lambda item, nothing, done: None,
        prepare=lambda: pytest.fail("nothing is read") if not read.wait(10) else None,
    )
    assert len(list(pipeline.run(range(3)))) == 3


def test_work_that_cannot_be_prepared_ends_the_run() -> None:
    def refuse() -> None:
        raise ValueError("no engine")

    done: list[int] = []
    pipeline = Pipeline[int, int, None, None](
        lambda item: item, done.append, lambda item, read, done: None, prepare=refuse
    )
    with pytest.raises(ValueError, match="no engine"):
        list(pipeline.run(range(3)))
    assert done == []


def test_the_work_stays_in_the_calling_thread_and_the_rest_out_of_it() -> None:
    def thread(*arguments: object) -> int:
        return threading.get_ident()

    seen: list[tuple[int, int, int]] = []

    def save(item: int, read: int, done: int) -> None:
        seen.append((read, done, threading.get_ident()))

    list(Pipeline(thread, thread, save).run(range(5)))
    here = threading.get_ident()
    assert all(read != here and done == here and saved != here for read, done, saved in seen)


def test_reading_and_saving_hide_behind_the_work() -> None:
    def rest(seconds: float) -> None:
        time.sleep(seconds)

    pipeline = Pipeline[int, None, None, None](
        lambda item: rest(0.02), lambda read: rest(0.03), lambda item, read, done: rest(0.03)
    )
    start = time.monotonic()
    assert len(list(pipeline.run(range(20)))) == 20
    assert time.monotonic() - start < 20 * 0.08 * 0.7

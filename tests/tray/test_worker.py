"""One thread for what may take time."""

from __future__ import annotations

import threading

from codemie_tray.background.worker import Worker


def test_jobs_run_in_order_and_the_last_is_finished_on_stop() -> None:
    done: list[int] = []
    worker = Worker()
    for number in range(100):
        worker.submit(lambda number=number: done.append(number))  # type: ignore[misc]
    worker.start()
    worker.stop()
    assert done == list(range(100))


def test_a_job_that_waits_already_is_not_added_again() -> None:
    looked: list[int] = []

    def look() -> None:
        looked.append(1)

    worker = Worker()
    for _ in range(100):
        worker.submit_once(look)
    worker.start()
    worker.stop()
    assert looked == [1]


def test_a_job_that_came_while_the_same_one_runs_runs_after_it() -> None:
    began, go_on = threading.Event(), threading.Event()
    looked: list[int] = []

    def look() -> None:
        looked.append(1)
        began.set()
        go_on.wait(60)

    worker = Worker()
    worker.start()
    worker.submit_once(look)
    assert began.wait(60)
    worker.submit_once(look)
    go_on.set()
    worker.stop()
    assert looked == [1, 1]


def test_a_fault_is_told_and_the_next_job_follows() -> None:
    def fail() -> None:
        raise IndexError

    faults: list[Exception] = []
    done: list[str] = []
    worker = Worker(faults.append)
    worker.submit(fail)
    worker.submit(lambda: done.append("next"))
    worker.start()
    worker.stop()
    assert [type(fault) for fault in faults] == [IndexError]
    assert done == ["next"]

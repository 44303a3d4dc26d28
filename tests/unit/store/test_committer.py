from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from jupyter_agentchat.errors import StoreError, StoreFullError
from jupyter_agentchat.store.committer import Committer, Ticket, again
from jupyter_agentchat.store.pace import Pace
from jupyter_agentchat.testing.clock import FakeClock
from tests.conformance.store.making import stream_row
from tests.unit.store.disk import WAIT_S, Disk, chunks, fact


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def committer(disk: Disk) -> Iterator[Committer]:
    pace = Pace(oldest=0, batch=4, quiet=0.001, retry=0.001, longest_retry=0.002)
    committer = Committer(disk.store, FakeClock(7), pace, lambda: None)
    yield committer
    disk.open.set()
    stop(committer)


def stop(committer: Committer) -> None:
    committer.queue.put(None)
    committer.urgent.set()
    committer.thread.join(WAIT_S)
    assert not committer.thread.is_alive()


def test_a_transaction_has_a_bound(disk: Disk, committer: Committer) -> None:
    disk.open.clear()
    for row in chunks(10):
        committer.queue.put(row)
    disk.open.set()
    stop(committer)
    assert max(map(len, disk.seqs)) <= 4
    assert [seq for batch in disk.seqs for seq in batch] == list(range(1, 11))
    assert (committer.done_rows, committer.durable) == (10, {"lab": 10})


def test_instants_are_told_of_chunks_alone(disk: Disk, committer: Committer) -> None:
    committer.queue.put(fact(1))
    assert disk.written.acquire(timeout=WAIT_S)
    committer.queue.put(stream_row("s"))
    assert disk.written.acquire(timeout=WAIT_S)
    committer.queue.put(chunks(1, first=2)[0])
    assert disk.written.acquire(timeout=WAIT_S)
    stop(committer)
    assert disk.instants == [("lab", 2, 2, 7)]


def test_it_knows_what_a_power_cut_could_take(disk: Disk, committer: Committer) -> None:
    for row in chunks(2):
        committer.queue.put(row)
        assert disk.written.acquire(timeout=WAIT_S)
    committer.queue.put(fact(3))
    assert disk.written.acquire(timeout=WAIT_S)
    stop(committer)
    assert disk.fulls == [False, False, True]
    assert committer.unsynced == {}


def test_quiet_times_are_for_housekeeping(disk: Disk, committer: Committer) -> None:
    assert disk.tidied.acquire(timeout=WAIT_S)
    committer.queue.put(fact(1))
    assert disk.written.acquire(timeout=WAIT_S)
    assert disk.tidied.acquire(timeout=WAIT_S)


@pytest.mark.parametrize(
    ("error", "told"),
    [(StoreFullError("full"), "cannot be tidied up now"), (KeyError("odd"), "should not")],
    ids=["full", "a bug"],
)
def test_failing_housekeeping_stops_nothing(
    disk: Disk,
    committer: Committer,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    told: str,
) -> None:
    disk.tidy_error = error
    assert disk.tidied.acquire(timeout=WAIT_S)
    committer.queue.put(fact(1))
    assert disk.written.acquire(timeout=WAIT_S)
    disk.tidy_error = None
    stop(committer)
    assert told in caplog.text


def test_who_waits_on_a_dead_loop_is_forgotten(disk: Disk, committer: Committer) -> None:
    loop = asyncio.new_event_loop()
    committer.queue.put(Ticket(loop.create_future(), full=True))
    loop.close()
    committer.queue.put(fact(1))
    assert disk.written.acquire(timeout=WAIT_S)


def test_failures_are_logged_once(
    disk: Disk, committer: Committer, caplog: pytest.LogCaptureFixture
) -> None:
    disk.error = StoreFullError("no space")
    committer.queue.put(fact(1))
    for _ in range(3):
        assert disk.writing.acquire(timeout=WAIT_S)
    disk.error = None
    assert disk.written.acquire(timeout=WAIT_S)
    stop(committer)
    assert caplog.text.count("The log cannot be written: no space") == 1
    assert "The log is written again." in caplog.text


def test_an_error_is_raised_anew_for_each() -> None:
    error = StoreFullError("full")
    copy = again(error)
    assert copy is not error
    assert (type(copy), copy.args) == (StoreFullError, ("full",))
    assert isinstance(again(StoreError("x")), StoreError)

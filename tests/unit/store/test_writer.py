from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from jupyter_agentchat.errors import StoreError, StoreFullError
from jupyter_agentchat.store.pace import Pace
from jupyter_agentchat.store.writer import Writer
from jupyter_agentchat.testing.clock import FakeClock
from tests.unit.store.disk import WAIT_S, Disk, chunks, fact

EAGER = Pace(oldest=0)
NEVER_BY_ITSELF = Pace(oldest=0, retry=1000, longest_retry=1000)


@asynccontextmanager
async def writing(disk: Disk, pace: Pace = EAGER) -> AsyncIterator[Writer]:
    writer = Writer(disk.store, FakeClock(), pace)
    try:
        yield writer
    finally:
        disk.open.set()
        disk.error = None
        await writer.close()


async def happened(semaphore: threading.Semaphore) -> None:
    assert await asyncio.to_thread(semaphore.acquire, timeout=WAIT_S)


@pytest.fixture
def disk() -> Disk:
    return Disk()


async def test_what_is_put_is_written_in_order(disk: Disk) -> None:
    async with writing(disk) as writer:
        for row in chunks(100):
            await writer.admit()
            writer.put(row)
        await writer.flush()
        assert [seq for batch in disk.seqs for seq in batch] == list(range(1, 101))
        assert writer.durable_seq("lab") == 100
        assert writer.durable_seq("other") == 0


async def test_what_arrives_during_a_commit_joins_the_next(disk: Disk) -> None:
    async with writing(disk) as writer:
        disk.open.clear()
        writer.put(chunks(1)[0])
        await happened(disk.writing)
        for row in chunks(9, first=2):
            writer.put(row)
        disk.open.set()
        await writer.flush()
    assert disk.seqs[:2] == [[1], list(range(2, 11))]


async def test_deltas_alone_are_not_synchronised(disk: Disk) -> None:
    async with writing(disk) as writer:
        writer.put(chunks(1)[0])
        await writer.flush()
        writer.put(fact(2))
        await writer.flush()
        assert disk.fulls == [False, True]


async def test_an_ack_waits_for_one_synchronised_commit(disk: Disk) -> None:
    async with writing(disk) as writer:
        writer.put(fact(1))
        await writer.durable("lab", 1)
        await writer.durable("lab", 1)
        assert disk.fulls == [True]


async def test_deltas_that_are_committed_already_are_synchronised_on_demand(disk: Disk) -> None:
    async with writing(disk) as writer:
        for row in chunks(3):
            writer.put(row)
        await writer.flush()
        await writer.durable("lab", 2)
        assert disk.batches[-1] == ([], True)
        count = len(disk.batches)
        await writer.durable("lab", 3)
        assert len(disk.batches) == count


async def test_nothing_to_flush_touches_no_disk(disk: Disk) -> None:
    async with writing(disk) as writer:
        await writer.flush()
        assert disk.batches == []


async def test_a_rest_ends_when_somebody_waits(disk: Disk) -> None:
    async with writing(disk, Pace(oldest=1000)) as writer:
        writer.put(chunks(1)[0])
        await happened(disk.written)
        writer.put(chunks(1, first=2)[0])
        writer.put(fact(3))
        await writer.durable("lab", 3)
        assert disk.seqs == [[1], [2, 3]]


async def test_a_full_disk_is_told_and_nothing_is_dropped(disk: Disk) -> None:
    async with writing(disk, NEVER_BY_ITSELF) as writer:
        disk.error = StoreFullError("No space is left.")
        writer.put(fact(1))
        with pytest.raises(StoreFullError, match=r"No space is left\."):
            await writer.durable("lab", 1)
        assert str(writer.failing) == "No space is left."
        for use in (writer.admit, writer.flush):
            with pytest.raises(StoreFullError):
                await use()
        disk.error = None
        writer.put(chunks(1, first=2)[0])
        await writer.flush()
        await writer.admit()
        assert disk.seqs[-1] == [1, 2]
        assert disk.fulls[-1] is True


async def test_it_tries_again_by_itself(disk: Disk) -> None:
    async with writing(disk, Pace(oldest=0, retry=0.001, longest_retry=0.002)) as writer:
        disk.error = StoreFullError("full")
        writer.put(fact(1))
        for _ in range(4):
            await happened(disk.writing)
        disk.error = None
        await happened(disk.written)
        await writer.flush()
        assert (writer.failing, disk.seqs) == (None, [[1]])


async def test_a_failure_that_should_not_be_is_told_and_survived(
    disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    async with writing(disk, NEVER_BY_ITSELF) as writer:
        disk.error = ValueError("odd")
        writer.put(fact(1))
        with pytest.raises(StoreError, match="odd"):
            await writer.durable("lab", 1)
        disk.error = None
        await writer.durable("lab", 1)
        assert disk.seqs == [[1]]
    assert "The store failed in a way it should not" in caplog.text


@pytest.mark.parametrize("pace", [Pace(oldest=0, max_rows=3), Pace(oldest=0, max_bytes=200)])
async def test_producers_wait_for_room(disk: Disk, pace: Pace) -> None:
    async with writing(disk, pace) as writer:
        disk.open.clear()
        for row in chunks(3):
            await writer.admit()
            writer.put(row)
        blocked = asyncio.ensure_future(writer.admit())
        await happened(disk.writing)
        assert not blocked.done()
        disk.open.set()
        await blocked
        await writer.flush()
        assert disk.seqs[0][0] == 1


async def test_who_waits_for_room_hears_of_a_failure(disk: Disk) -> None:
    async with writing(disk, Pace(oldest=0, max_rows=1, retry=1000, longest_retry=1000)) as writer:
        disk.open.clear()
        disk.error = StoreFullError("full")
        writer.put(chunks(1)[0])
        blocked = asyncio.ensure_future(writer.admit())
        await happened(disk.writing)
        disk.open.set()
        with pytest.raises(StoreFullError):
            await blocked


async def test_who_gave_up_waiting_harms_nobody(disk: Disk) -> None:
    async with writing(disk) as writer:
        disk.open.clear()
        writer.put(fact(1))
        impatient = asyncio.ensure_future(writer.durable("lab", 1))
        await happened(disk.writing)
        impatient.cancel()
        disk.open.set()
        await writer.durable("lab", 1)
        assert impatient.cancelled()


async def test_closing_writes_the_rest_and_tidies_up(disk: Disk) -> None:
    async with writing(disk, Pace(oldest=1000)) as writer:
        for row in chunks(3):
            writer.put(row)
        await writer.close()
        assert [seq for batch in disk.seqs for seq in batch] == [1, 2, 3]
        assert disk.tidied.acquire(timeout=0)
        await writer.close()
    with pytest.raises(StoreError, match="closed"):
        writer.put(fact(4))
    with pytest.raises(StoreError, match="closed"):
        await writer.durable("lab", 9)


async def test_closing_over_a_full_disk_says_what_is_lost(disk: Disk) -> None:
    writer = Writer(disk.store, FakeClock(), NEVER_BY_ITSELF)
    disk.error = StoreFullError("full")
    writer.put(fact(1))
    with pytest.raises(StoreFullError):
        await writer.close()
    assert not writer._committer.thread.is_alive()

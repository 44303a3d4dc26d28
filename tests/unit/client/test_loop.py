from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from jupyter_agentchat.client.loop import LoopThread
from jupyter_agentchat.errors import DisconnectedError


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    loop = LoopThread()
    yield loop
    loop.close()


async def answer() -> int:
    return 42


def test_work_runs_on_another_thread(loop: LoopThread) -> None:
    async def where() -> tuple[str, bool]:
        return threading.current_thread().name, loop.is_own_thread

    assert loop.run(where()) == ("agentchat-client", True)
    assert not loop.is_own_thread


def test_an_error_reaches_the_caller(loop: LoopThread) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        loop.run(fail())


def test_work_runs_inside_a_running_loop(loop: LoopThread) -> None:
    async def cell() -> int:
        return loop.run(answer())

    assert asyncio.run(cell()) == 42


def test_an_interrupt_cancels_the_work_and_waits_for_its_end(loop: LoopThread) -> None:
    ended = threading.Event()
    main = threading.get_ident()

    async def long() -> None:
        threading.Timer(0, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.set()

    with pytest.raises(KeyboardInterrupt):
        loop.run(long())
    assert ended.is_set()
    assert loop.run(answer()) == 42


def test_leaving_an_iteration_early_closes_its_source(loop: LoopThread) -> None:
    closed: list[bool] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(100):
                yield number
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    for number in loop.iterate(numbers()):
        if number == 3:
            break
    assert closed == [True]
    assert list(loop.iterate(numbers())) == list(range(100))


def test_closing_cancels_what_runs_and_twice_does_nothing() -> None:
    loop = LoopThread()
    started = threading.Event()
    errors: list[BaseException] = []

    async def for_ever() -> None:
        started.set()
        await asyncio.Event().wait()

    def wait() -> None:
        try:
            loop.run(for_ever())
        except DisconnectedError as error:
            errors.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    started.wait(5)
    loop.close()
    loop.close()
    thread.join(5)
    assert len(errors) == 1


def test_a_closed_loop_says_so() -> None:
    loop = LoopThread()
    loop.close()
    with pytest.raises(DisconnectedError, match="closed"):
        loop.run(answer())

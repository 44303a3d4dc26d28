from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from jupyter_agentchat.runtime import log_tap
from jupyter_agentchat.runtime.log_tap import LOGGER, LogTap
from jupyter_agentchat.runtime.logs import LogFilters, LogLine
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.testing.agents import ScriptedAgent
from tests.unit.runtime.conftest import USER, origin, running

Run = Callable[[Coroutine[Any, Any, None]], None]
log = logging.getLogger("jupyter_agentchat.test")


class Console(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record.getMessage())


@pytest.fixture
def console() -> Iterator[Console]:
    handler = Console()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def test_the_console_sees_what_it_saw_without_the_tap(run: Run, console: Console) -> None:
    async def check() -> None:
        tap = LogTap()
        tap.open()
        log.debug("quiet")
        log.warning("loud")
        assert console.seen == ["loud"]
        assert [line.msg for line in tap.recent()] == ["quiet", "loud"]
        LOGGER.setLevel(logging.INFO)
        log.info("chosen")
        assert console.seen == ["loud", "chosen"]
        LOGGER.setLevel(log_tap._MARK)
        tap.close()

    before = LOGGER.level, LOGGER.propagate, list(LOGGER.handlers)
    run(check())
    assert (LOGGER.level, LOGGER.propagate, list(LOGGER.handlers)) == before
    log.debug("nobody listens")
    assert console.seen == ["loud", "chosen"]


def test_two_taps_share_one_handler(run: Run, console: Console) -> None:
    async def check() -> None:
        one, two = LogTap(), LogTap()
        one.open()
        two.open()
        log.warning("both")
        one.close()
        one.close()
        log.warning("second")
        two.close()
        assert [line.msg for line in one.recent()] == ["both"]
        assert [line.msg for line in two.recent()] == ["both", "second"]
        assert console.seen == ["both", "second"]

    run(check())


def test_watchers_get_filtered_lines_in_order(run: Run) -> None:
    async def check() -> None:
        tap, lines = LogTap(), list[LogLine]()
        tap.open()
        watcher = tap.subscribe(LogFilters(level=40), lines.append)
        log.info("low")
        log.warning("one")
        thread = threading.Thread(target=log.error, args=("two",))
        thread.start()
        thread.join()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [line.msg for line in lines] == ["one", "two"]
        watcher.filters = LogFilters()
        log.debug("three")
        await asyncio.sleep(0)
        assert [line.msg for line in lines][2:] == ["three"]
        watcher.close()
        watcher.close()
        log.error("four")
        await asyncio.sleep(0)
        assert len(lines) == 3
        tap.close()

    run(check())


def test_a_watcher_that_logs_or_fails_harms_nobody(run: Run) -> None:
    async def check() -> None:
        tap, lines = LogTap(), list[LogLine]()
        tap.open()

        def chatty(line: LogLine) -> None:
            log.error("about %s", line.msg)

        def broken(_: LogLine) -> None:
            raise ZeroDivisionError

        for sink in (chatty, broken, lines.append):
            tap.subscribe(LogFilters(), sink)
        for _ in range(3):
            log.warning("x")
            await asyncio.sleep(0)
        assert [line.msg for line in lines] == ["x", "x", "x"]
        assert len(tap._watchers) == 2
        tap.close()

    run(check())


def test_all_queues_are_bounded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_tap, "KEPT", 5)
    monkeypatch.setattr(log_tap, "WAITING", 3)

    async def check() -> None:
        tap, lines = LogTap(), list[LogLine]()
        tap.open()
        tap.subscribe(LogFilters(), lines.append)
        for number in range(10):
            log.debug("%s", number)
        assert [line.msg for line in tap.recent()] == ["5", "6", "7", "8", "9"]
        assert [line.msg for line in tap.recent(limit=2)] == ["8", "9"]
        await asyncio.sleep(0)
        assert [line.msg for line in lines] == ["7", "8", "9"]
        tap.close()

    run(check())


def test_a_line_that_cannot_be_formatted_raises_at_nobody(run: Run, console: Console) -> None:
    async def check() -> None:
        tap = LogTap()
        tap.open()
        log.debug("%d", "text")
        tap.close()
        assert tap.recent() == []

    run(check())
    assert console.seen == []


def test_every_turn_logs_its_start_and_end_with_its_agent(run: Run) -> None:
    class Chatty(ScriptedAgent):
        async def answer(self, turn: Any) -> Any:
            log.debug("thinking")
            async for each in super().answer(turn):
                yield each

    async def check() -> None:
        agents = [Chatty(name="one"), ScriptedAgent([RuntimeError("boom")], name="two")]
        async with running(*agents) as service:
            sending = await service.send("lab", USER, Outgoing(text="hi"), origin())
            await service.ended(sending.streams)
            await asyncio.sleep(0)
            for name, status in (("one", "completed"), ("two", "failed")):
                lines = service.logs.recent(LogFilters(agent=name))
                assert "begins" in lines[0].msg
                assert lines[-1].msg.endswith(f"ends: {status}")
                assert {line.channel for line in lines} == {"lab"}
            assert any(
                line.msg == "thinking" for line in service.logs.recent(LogFilters(agent="one"))
            )

    run(check())

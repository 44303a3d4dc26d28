"""The order, the lanes, the instants and the failures of trials, on a clock of the test's own."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    InvalidInputError,
    RateLimitedError,
    UnavailableError,
)
from jupyter_agentchat.experiment.drivers import Answered
from jupyter_agentchat.experiment.journal import Journal
from jupyter_agentchat.experiment.runner import Runner
from jupyter_agentchat.experiment.spec import read_spec
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.testing.clock import FakeClock

MS = 1_000_000


class FakeDriver:
    """Answers after `takes_ms` of the test's clock; notes who asked what when."""

    def __init__(self, clock: FakeClock, takes_ms: int = 10) -> None:
        self.asked: list[tuple[str, int, int, int | None]] = []
        self.live = 0
        self.most = 0
        self.fails: dict[int, AgentChatError] = {}
        self._clock = clock
        self._takes_ms = takes_ms

    async def ask(
        self, text: str, *, agent: str, lane: int, metadata: dict[str, Any], t_intended: int | None
    ) -> Answered:
        """Answer."""
        assert (agent, metadata) == ("echo", {"x": 1})
        now = self._clock.monotonic_ns()
        self.asked.append((text, lane, now, t_intended))
        self.live += 1
        self.most = max(self.most, self.live)
        try:
            if error := self.fails.get(len(self.asked)):
                raise error
            await self._clock.sleep(self._takes_ms / 1e3)
        finally:
            self.live -= 1
        end = self._clock.monotonic_ns()
        return Answered("s", "completed", Timeline(t_request=now, t_chunks=[end], t_end=end))


def spec_of(**more: Any) -> Any:
    """Return a spec of four trials."""
    least = {"prompts": ["a", "b"], "agents": ["echo"], "settings": {"s": {"x": 1}}, "repeats": 2}
    return read_spec({**least, **more})


def distances(driver: FakeDriver) -> list[int]:
    """Return the nanoseconds between what was meant to be sent when."""
    intended = [each for *_, each in driver.asked if each is not None]
    return [later - earlier for earlier, later in pairwise(intended)]


async def play(journal: Journal, driver: FakeDriver, clock: FakeClock) -> None:
    """Make the trials; time goes on whenever nothing else can."""
    runner = Runner(journal, lambda _: driver, run="r", clock=clock, sleep=clock.sleep)
    making = asyncio.create_task(runner.run())
    await clock.settle()
    while not making.done():
        await clock.advance(1)
    await making


async def test_a_closed_loop_keeps_so_many_under_way() -> None:
    """Never more, each lane one after the other."""
    clock = FakeClock()
    journal, driver = Journal(spec_of(arrivals="closed:2", repeats=6)), FakeDriver(clock)
    await play(journal, driver, clock)
    assert driver.most == 2
    assert {lane for _, lane, _, _ in driver.asked} == {0, 1}
    assert len(journal.done) == 12
    assert all(seen.t_intended is None for seen in journal.done.values())


async def test_an_open_loop_sends_on_schedule_whatever_is_unanswered() -> None:
    """Ten a second, answers of 250 ms: three lanes, and instants that do not drift."""
    clock = FakeClock()
    journal = Journal(spec_of(arrivals="constant:10/s", repeats=4))
    driver = FakeDriver(clock, takes_ms=250)
    await play(journal, driver, clock)
    start = driver.asked[0][2]
    assert [at - start for _, _, at, _ in driver.asked] == [100 * MS * i for i in range(8)]
    assert all(at == intended for _, _, at, intended in driver.asked)
    assert {lane for _, lane, _, _ in driver.asked} == {0, 1, 2}


async def test_the_warm_up_comes_first_and_alone() -> None:
    """It ends before the schedule begins."""
    clock = FakeClock()
    journal = Journal(spec_of(arrivals="constant:1000/s", warm_up=3))
    driver = FakeDriver(clock)
    await play(journal, driver, clock)
    assert [intended for *_, intended in driver.asked[:3]] == [None] * 3
    assert driver.asked[3][2] >= driver.asked[2][2] + 10 * MS
    assert len(journal.done) == 7


async def test_what_is_done_is_not_made_again() -> None:
    """A second run makes what the first did not."""
    clock = FakeClock()
    journal, driver = Journal(spec_of()), FakeDriver(clock)
    driver.fails[3] = DisconnectedError("gone")
    with pytest.raises(DisconnectedError, match="gone"):
        await play(journal, driver, clock)
    assert len(journal.done) == 2
    driver.fails.clear()
    await play(journal, driver, clock)
    assert len(journal.done) == 4
    assert len(driver.asked) == 5


async def test_a_resumed_schedule_goes_on_where_it_was() -> None:
    """Each trial keeps its distance to the next, as if nothing had been between."""
    clock = FakeClock()
    spec = spec_of(arrivals="gamma:2/s,cv=2", repeats=6)
    whole = FakeDriver(clock)
    await play(Journal(spec), whole, clock)
    journal, first, second = Journal(spec), FakeDriver(clock), FakeDriver(clock)
    first.fails[5] = DisconnectedError("gone")
    with pytest.raises(DisconnectedError):
        await play(journal, first, clock)
    made = len(journal.done)
    await play(journal, second, clock)
    assert len(second.asked) == len(whole.asked) - made
    assert distances(second) == distances(whole)[made:]


async def test_a_server_that_takes_no_more_for_now_is_asked_again() -> None:
    """It is not the arm that failed."""
    clock = FakeClock()
    journal, driver = Journal(spec_of()), FakeDriver(clock)
    driver.fails[2] = driver.fails[3] = RateLimitedError("At most 2 messages a minute.")
    await play(journal, driver, clock)
    assert {seen.status for seen in journal.done.values()} == {"completed"}
    assert len(driver.asked) == 6


async def test_a_schedule_that_the_server_does_not_allow_ends_it_and_says_what_would() -> None:
    clock = FakeClock()
    journal, driver = Journal(spec_of(arrivals="constant:10/s")), FakeDriver(clock)
    driver.fails[2] = RateLimitedError("At most 2 messages a minute.")
    with pytest.raises(UnavailableError, match=r"constant:10/s: At most 2 .*sends_per_minute"):
        await play(journal, driver, clock)
    assert not any(seen.status == "failed" for seen in journal.done.values())


async def test_a_refused_trial_has_failed_and_the_others_go_on() -> None:
    """The sentence is kept."""
    clock = FakeClock()
    journal, driver = Journal(spec_of()), FakeDriver(clock)
    driver.fails[2] = InvalidInputError("no such thing")
    await play(journal, driver, clock)
    failed = [seen for seen in journal.done.values() if seen.status == "failed"]
    assert [seen.error for seen in failed] == ["no such thing"]
    assert len(journal.done) == 4


async def test_an_answer_that_takes_too_long_has_failed() -> None:
    """It is stopped; real time, since the time-out is the loop's own."""
    clock = FakeClock()
    journal = Journal(spec_of(timeout_s=0.01, repeats=1))

    class Endless(FakeDriver):
        async def ask(self, *_: Any, **__: Any) -> Answered:
            await asyncio.Event().wait()
            raise AssertionError

    runner = Runner(journal, lambda _: Endless(clock), run="r", clock=clock)
    await runner.run()
    assert {seen.error for seen in journal.done.values()} == {
        "No whole answer within 0.01 s; it was stopped."
    }

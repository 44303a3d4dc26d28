from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence

import pytest

from jupyter_agentchat.errors import ForbiddenError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.socketio import ConnectionSettings, ConnectRequested, EngineSettings
from jupyter_agentchat.web.engineio.client import Client
from jupyter_agentchat.web.engineio.presences import Presences

ADA = Author(id="ada", kind="user", name="Ada")
BOB = Author(id="bob", kind="user", name="Bob")


class Recorded:
    """A member that writes down what happens to it."""

    def __init__(self, *, resumes: bool) -> None:
        self.story: list[str] = []
        self._resumes = resumes

    def begin(self, *, recovered: bool) -> None:
        raise NotImplementedError

    async def event(self, name: str, args: Sequence[object]) -> None:
        raise NotImplementedError

    def parked(self) -> None:
        self.story.append("parked")

    async def resume(self, offset: str | None) -> bool:
        self.story.append(f"resume {offset}")
        return self._resumes

    def left(self) -> None:
        self.story.append("left")


class Application:
    """Lets everybody in but Bob."""

    namespaces: Collection[str] = ("/",)
    engine = EngineSettings()
    connection = ConnectionSettings()

    def __init__(self, recovery_s: float, *, resumes: bool = True) -> None:
        self.recovery_s = recovery_s
        self.members: list[Recorded] = []
        self._resumes = resumes

    def credential(self, auth: Mapping[str, object]) -> str | None:
        raise NotImplementedError

    async def connect(self, client: Client, auth: Mapping[str, object]) -> Recorded:  # noqa: ARG002
        if client.user == BOB:
            raise ForbiddenError("Not Bob.")
        self.members.append(Recorded(resumes=self._resumes))
        return self.members[-1]

    def close(self) -> None:
        raise NotImplementedError


def asked(pid: str | None = None, offset: str | None = None) -> ConnectRequested:
    return ConnectRequested("/", {}, pid, offset)


def test_a_lost_client_is_found_again_by_its_user_alone() -> None:
    async def check() -> None:
        application = Application(60)
        presences = Presences(application, SYSTEM_CLOCK)
        first, recovered = await presences.enter(asked(), ADA)
        assert not recovered
        presences.lost(first, recoverable=True)
        other = Author(id="eve", kind="user", name="Eve")
        stranger, recovered = await presences.enter(asked(first.pid), other)
        assert not recovered
        assert stranger.pid != first.pid
        again, recovered = await presences.enter(asked(first.pid, "x.1"), ADA)
        assert recovered
        assert again is first
        assert application.members[0].story == ["parked", "resume x.1"]
        presences.close()
        assert application.members[0].story[-1] == "left"

    asyncio.run(check())


def test_one_that_cannot_go_on_begins_anew() -> None:
    async def check() -> None:
        application = Application(60, resumes=False)
        presences = Presences(application, SYSTEM_CLOCK)
        first, _ = await presences.enter(asked(), ADA)
        presences.lost(first, recoverable=True)
        second, recovered = await presences.enter(asked(first.pid), ADA)
        assert not recovered
        assert second is not first
        assert application.members[0].story == ["parked", "resume None", "left"]
        presences.close()

    asyncio.run(check())


def test_who_leaves_on_purpose_or_stays_away_too_long_has_left() -> None:
    async def check() -> None:
        application = Application(0.02)
        presences = Presences(application, SYSTEM_CLOCK)
        for recoverable in (False, True):
            presence, _ = await presences.enter(asked(), ADA)
            presences.lost(presence, recoverable=recoverable)
        async with asyncio.timeout(5):
            while application.members[1].story[-1] != "left":  # noqa: ASYNC110 - a timer's end
                await asyncio.sleep(0.005)
        assert [each.story for each in application.members] == [["left"], ["parked", "left"]]

    asyncio.run(check())


def test_without_recovery_nobody_has_a_private_id() -> None:
    async def check() -> None:
        presences = Presences(application := Application(0), SYSTEM_CLOCK)
        presence, _ = await presences.enter(asked("guess"), ADA)
        assert presence.pid is None
        presences.lost(presence, recoverable=True)
        assert application.members[0].story == ["left"]

    asyncio.run(check())


def test_who_may_not_enter_leaves_no_trace() -> None:
    async def check() -> None:
        presences = Presences(Application(60), SYSTEM_CLOCK)
        with pytest.raises(ForbiddenError, match="Not Bob"):
            await presences.enter(asked(), BOB)
        presences.close()

    asyncio.run(check())

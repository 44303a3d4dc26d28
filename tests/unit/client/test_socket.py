"""The connection's life with connections, time and chance of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError

from jupyter_agentchat.client import socket as socket_module
from jupyter_agentchat.client.dialing import StayAwayError
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.retries import Retries
from jupyter_agentchat.client.socket import Socket
from jupyter_agentchat.client.status import StateChange
from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    ForbiddenError,
    ServerNotFoundError,
    UnavailableError,
)
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.codec import encode_frame
from jupyter_agentchat.protocol.commands import Ping, Send, decode_command
from jupyter_agentchat.protocol.frames import Ack, Frame, Subscribed
from jupyter_agentchat.testing.clock import FakeClock

SERVER = Server("http://h/")


class Line:
    """The client's end of one connection; the test is the server."""

    def __init__(self) -> None:
        self.said: list[Any] = []
        self.close_code: int | None = None
        self.close_reason: str | None = None
        self._frames: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._broken = False

    async def read_message(self) -> bytes | None:
        return await self._frames.get()

    def write_message(self, text: str) -> asyncio.Future[None]:
        if self._broken:
            raise WebSocketClosedError
        self.said.append(decode_command(text))
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def close(self, *_: object) -> None:
        self._frames.put_nowait(None)

    def hear(self, frame: Frame | bytes) -> None:
        self._frames.put_nowait(frame if isinstance(frame, bytes) else encode_frame(frame))

    def end(self, code: int | None = None, reason: str | None = None) -> None:
        self._broken, self.close_code, self.close_reason = True, code, reason
        self._frames.put_nowait(None)


class World:
    """Dials as the test says; sleeping takes no time but the clock's."""

    def __init__(self, server: Server = SERVER, **retries: Any) -> None:
        self.clock = FakeClock(jumps=True)
        self.outcomes: list[AgentChatError | Line] = []
        self.heard: list[StateChange] = []
        self.lost: list[AgentChatError] = []
        self.frames: list[object] = []
        self.opened = 0
        self.socket = Socket(
            server,
            lambda frame, *_: self.frames.append(frame),
            self._on_open,
            self.lost.append,
            retries=Retries(
                chance=lambda: 1.0,
                sleep=self.clock.sleep,
                clock=self.clock,
                dial=self._dial,
                **retries,
            ),
        )
        self.socket.status.listen(self.heard.append)

    def _on_open(self) -> None:
        self.opened += 1

    async def _dial(self, _: Server) -> WebSocketClientConnection:
        await self.until(lambda: bool(self.outcomes))
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, AgentChatError):
            raise outcome
        return cast("WebSocketClientConnection", outcome)

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():  # noqa: ASYNC110 - the loop's own steps are the clock here
                await asyncio.sleep(0)

    @property
    def states(self) -> list[str]:
        return [change.state.value for change in self.heard]


@asynccontextmanager
async def connected(server: Server = SERVER, **retries: Any) -> AsyncIterator[tuple[World, Line]]:
    world, line = World(server, **retries), Line()
    world.outcomes.append(line)
    await world.socket.open()
    yield world, line
    await world.socket.close()


def gone(text: str = "no route") -> ServerNotFoundError:
    return ServerNotFoundError(text)


async def test_from_nothing_to_connected_to_closed() -> None:
    async with connected() as (world, _):
        assert world.states == ["connecting", "connected"]
    assert world.states[2:] == ["disconnected"]
    assert world.heard[-1].reason == "This chat is closed; connect() opens another."
    await world.socket.close()  # twice does nothing
    with pytest.raises(DisconnectedError, match="closed"):
        await world.socket.ask(Ping(t=0))


async def test_a_server_that_starts_is_waited_for_and_one_that_is_not_there_is_not() -> None:
    world = World()
    world.outcomes += [UnavailableError("starting"), Line()]
    await world.socket.open()
    assert world.clock.slept == [0.25]
    await world.socket.close()
    world = World()
    world.outcomes.append(gone())
    with pytest.raises(ServerNotFoundError, match="no route"):
        await world.socket.open()
    assert (world.states, world.socket.status.reason) == (
        ["connecting", "disconnected"],
        "no route",
    )


async def test_a_server_whose_service_never_starts_is_given_up() -> None:
    world = World()
    world.outcomes += [UnavailableError("starting")] * 100
    with pytest.raises(UnavailableError, match="starting"):
        await world.socket.open()
    assert 39 <= len(world.clock.slept) <= 41  # 10 s in quarters


async def test_a_break_is_healed_with_full_jitter_and_everything_is_said_again_once() -> None:
    async with connected() as (world, line):
        asked = [
            asyncio.create_task(
                world.socket.ask(Send(channel="lab", text=id_, client_message_id=id_))
            )
            for id_ in "abc"
        ]
        await world.until(lambda: len(line.said) == 3)
        line.hear(Ack(ref=line.said[1].ref, message="B"))
        await asked[1]
        second = Line()
        world.outcomes += [gone(), gone(), gone(), second]
        line.end()
        await world.until(lambda: len(second.said) == 2)
        assert [each.client_message_id for each in second.said] == ["a", "c"]
        assert world.clock.slept == [0.25, 0.5, 1.0, 2.0]
        for said in second.said:
            second.hear(Ack(ref=said.ref, message=said.client_message_id.upper()))
        answers = await asyncio.gather(*asked)
        assert [answer.message for answer in answers] == ["A", "B", "C"]  # type: ignore[union-attr]
        assert world.opened == 1
        assert world.states == ["connecting", "connected", "reconnecting", "connected"]
        assert world.lost == []


async def test_a_send_while_the_connection_is_away_goes_out_when_it_is_back() -> None:
    async with connected() as (world, line):
        line.end()
        await world.until(lambda: world.states[-1] == "reconnecting")
        asked = asyncio.create_task(
            world.socket.ask(Send(channel="lab", text="hi", client_message_id="k"))
        )
        await asyncio.sleep(0)
        second = Line()
        world.outcomes.append(second)
        await world.until(lambda: bool(second.said))
        second.hear(Ack(ref=second.said[0].ref, message="m"))
        assert (await asked).message == "m"  # type: ignore[union-attr]
        assert len(second.said) == 1


async def test_the_maximum_of_tries_ends_it_with_its_reason() -> None:
    async with connected(limit=3) as (world, line):
        asked = asyncio.create_task(world.socket.ask(Ping(t=0)))
        await world.until(lambda: bool(line.said))
        world.outcomes += [gone("a"), gone("b"), gone("c"), Line()]
        line.end()
        with pytest.raises(DisconnectedError, match="c 3 tries to come back failed"):
            await asked
        assert world.states == ["connecting", "connected", "reconnecting", "disconnected"]
        assert world.heard[-1].reason == "c 3 tries to come back failed; connect() again."
        assert len(world.outcomes) == 1  # the fourth was never dialled
        with pytest.raises(DisconnectedError, match="3 tries"):
            await world.socket.ask(Ping(t=0))


async def test_a_success_begins_the_count_anew() -> None:
    async with connected(limit=2) as (world, line):
        for _ in range(4):
            following = Line()
            world.outcomes += [gone(), following]
            opened = world.opened
            line.end()
            await world.until(lambda: world.opened == opened + 1)  # noqa: B023 - awaited here
            line = following  # noqa: PLW2901 - the next connection to break
        assert world.socket.status.state == "connected"
        assert world.clock.slept == [0.25, 0.5] * 4


async def test_those_who_wait_are_told_when_the_patience_is_over_and_the_tries_go_on() -> None:
    async with connected(patience_s=30) as (world, line):
        asked = asyncio.create_task(world.socket.ask(Ping(t=0)))
        await world.until(lambda: bool(line.said))
        world.outcomes += [gone()] * 12
        line.end()
        with pytest.raises(DisconnectedError, match="http://h/ was lost: no route"):
            await asked
        assert sum(world.clock.slept) > 30
        assert world.socket.status.state == "reconnecting"
        world.outcomes.append(Line())
        await world.until(lambda: world.socket.status.state == "connected")
        assert max(world.clock.slept) == 10.0


@pytest.mark.parametrize("code", [CloseCode.UNSUPPORTED_PROTOCOL, CloseCode.FORBIDDEN])
async def test_a_code_that_says_stay_away_is_obeyed(code: CloseCode) -> None:
    async with connected() as (world, line):
        line.end(int(code), code.reason)
        await world.until(lambda: world.states[-1] == "disconnected")
        assert world.clock.slept == []
        with pytest.raises(StayAwayError, match=str(int(code))):
            await world.socket.ask(Ping(t=0))


async def test_an_expired_credential_is_tried_once_more_and_a_refusal_is_the_end() -> None:
    async with connected() as (world, line):
        world.outcomes += [ForbiddenError("http://h/ refused the credentials")]
        line.end(int(CloseCode.EXPIRED), CloseCode.EXPIRED.reason)
        await world.until(lambda: world.states[-1] == "disconnected")
        assert world.states[-2:] == ["reconnecting", "disconnected"]
        assert world.heard[-1].reason == "http://h/ refused the credentials"
        with pytest.raises(ForbiddenError):
            await world.socket.ask(Ping(t=0))


async def test_a_refused_credential_of_a_callable_has_patience() -> None:
    """The server may be back before whoever rotates its token has told the callable."""
    async with connected(Server("http://h/", token=lambda: "t")) as (world, line):
        line.end()
        refused = ForbiddenError("http://h/ refused the credentials")
        second = Line()
        world.outcomes += [*[gone()] * 40, refused, refused, second]  # away for long, then back
        await world.until(lambda: world.states[-1] == "connected")
        world.outcomes += [refused] * 50
        second.end()
        await world.until(lambda: world.states[-1] == "disconnected")
        assert world.heard[-1].reason == "http://h/ refused the credentials"
        assert 0 < len(world.outcomes) < 50
        with pytest.raises(ForbiddenError):
            await world.socket.ask(Ping(t=0))


async def test_frames_that_cannot_be_read_end_it_with_a_sentence() -> None:
    async with connected() as (world, line):
        line.hear(b"{")
        await world.until(lambda: world.states[-1] == "disconnected")
        assert "what this client cannot read" in (world.heard[-1].reason or "")


async def test_a_frame_that_breaks_the_client_tells_those_who_wait() -> None:
    async with connected() as (world, line):
        world.socket._on_frame = lambda *_: 1 / 0  # type: ignore[assignment]
        line.hear(Subscribed(channel="lab", position="e:1", recovered=True))
        await world.until(lambda: world.states[-1] == "disconnected")
        assert "ZeroDivisionError" in (world.heard[-1].reason or "")
        assert len(world.lost) == 1


async def test_a_server_that_never_answers_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket_module, "ANSWER_S", 0.0)
    async with connected(patience_s=0.01) as (world, _):
        with pytest.raises(DisconnectedError, match="is connected and does not answer"):
            await world.socket.ask(Ping(t=0))
        assert len(world.socket._outbox) == 0

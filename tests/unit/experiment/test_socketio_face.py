"""What a client of the Socket.IO face makes of ElizaOS's events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyter_agentchat.errors import AgentError
from jupyter_agentchat.experiment.socketio_face import JOIN, SEND, SocketIOFace
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK

Json = dict[str, Any]


class FakeClient:
    """Answers each question with the events that it was given."""

    def __init__(self, answer: Json, events: list[tuple[str, Json]]) -> None:
        self.said: list[Json] = []
        self._answer = answer
        self._events = events
        self._handlers: dict[str, Callable[[Json], None]] = {}

    def on(self, name: str, handler: Callable[[Json], None]) -> None:
        self._handlers[name] = handler

    async def call(self, name: str, envelope: Json, timeout: float) -> Json:  # noqa: ASYNC109 - its
        assert (name, timeout > 0) == ("message", True)
        self.said.append(envelope)
        if envelope["type"] == SEND:
            for event, payload in self._events:
                self._handlers[event](payload)
        return self._answer


async def test_chunks_have_the_instant_at_which_they_came() -> None:
    """A merged chunk is all that it covers; the answer is over at its end alone."""
    events = [
        ("messageStreamChunk", {"index": 0, "chunk": "a"}),
        ("messageStreamChunk", {"index": 1, "lastIndex": 3, "chunk": "bcd"}),
        ("messageComplete", {}),
    ]
    client = FakeClient({"success": True, "streams": ["s1"]}, events)
    face = SocketIOFace(client, "room")
    before = SYSTEM_CLOCK.monotonic_ns()
    await face.join()
    stream, arrivals = await face.ask("hi", {"synthetic": {"chunks": 4}})
    assert stream == "s1"
    assert sorted(arrivals) == [0, 1, 2, 3]
    assert before <= arrivals[0] <= arrivals[1] == arrivals[3] <= SYSTEM_CLOCK.monotonic_ns()
    assert [each["type"] for each in client.said] == [JOIN, SEND]
    assert {each["payload"]["channelId"] for each in client.said} == {"room"}
    assert client.said[1]["payload"]["metadata"] == {"synthetic": {"chunks": 4}}
    assert (await face.ask("again", {}))[1] is not arrivals


async def test_a_refusal_is_said() -> None:
    face = SocketIOFace(FakeClient({"success": False, "error": "No."}, []), "room")
    with pytest.raises(AgentError, match=r"refused over Socket\.IO: No\."):
        await face.join()

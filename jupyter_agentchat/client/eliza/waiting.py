"""What was asked of the server and is not answered yet."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_agentchat.client.failures import from_wire
from jupyter_agentchat.errors import AgentChatError, DisconnectedError, OutboxFullError

MAX_WAITING = 1000

Payload = dict[str, Any]
Key = tuple[str, str]
Answer = asyncio.Future[Payload]


class Waiting:
    """Requests by what their answers name; bounded, policy: refuse."""

    def __init__(self, limit: int = MAX_WAITING) -> None:
        self._limit = limit
        self._said: dict[Key, tuple[Payload, Answer]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._said

    def __len__(self) -> int:
        return len(self._said)

    def add(self, key: Key, payload: Payload) -> Answer:
        """Return the future of a request's answer; who asks the same twice gets the same.

        Raises
        ------
        OutboxFullError
            If too many wait.
        """
        if key in self._said:
            return self._said[key][1]
        if len(self._said) >= self._limit:
            raise OutboxFullError(
                f"{self._limit} requests wait for the server already; this one was not sent."
            )
        answer: Answer = asyncio.get_running_loop().create_future()
        self._said[key] = payload, answer
        return answer

    async def answer(self, key: Key, timeout_s: float) -> Payload:
        """Return the answer to a request.

        Raises
        ------
        AgentChatError
            The server's refusal.
        DisconnectedError
            If it does not come in time, or the client was closed.
        """
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.shield(self._said[key][1])
        except TimeoutError:
            raise DisconnectedError(
                f"The server has not answered {key[0]} {key[1]!r} in {timeout_s:g} s; "
                "it may have been done."
            ) from None
        finally:
            self._said.pop(key, None)

    def again(self, kind: str) -> list[Payload]:
        """Return what was asked of this kind and has no answer, in its order."""
        return [
            payload
            for (each, _), (payload, answer) in self._said.items()
            if each == kind and not answer.done()
        ]

    def settle(self, key: Key, payload: Payload) -> None:
        """Take an answer; one that nobody waits for is no error."""
        found = self._said.get(key)
        if found is not None and not found[1].done():
            found[1].set_result(payload)

    def refuse(self, payload: Payload) -> Key | None:
        """Take a ``messageError``; returns the request that it is about.

        One about the log names nothing, and older servers never do: then it is the log's, or the
        only one that waits.
        """
        named = [
            ("send", payload.get("clientMessageId")),
            ("join", payload.get("channelId")),
            ("leave", payload.get("channelId")),
        ]
        keys = [key for key in named if key in self._said][:1]
        if not keys and not any(value for _, value in named):
            logs = [key for key in self._said if key[0] == "logs"]
            keys = logs or (list(self._said) if len(self._said) == 1 else [])
        if not keys:
            return None
        key = kind, name = keys[0]
        answer = self._said[key][1]
        if not answer.done():
            answer.set_exception(_refusal(payload))
            answer.exception()  # who gave up waiting leaves nobody to hear it
        return kind, str(name)

    def fail(self, message: str) -> None:
        """Tell everybody who waits that no answer will come."""
        for _, answer in self._said.values():
            if not answer.done():
                answer.set_exception(DisconnectedError(message))
                answer.exception()


def _refusal(payload: Payload) -> AgentChatError:
    return from_wire(str(payload.get("code")), str(payload.get("error") or "The server refused."))

"""Commands that have no answer yet: kept while the connection is away, said again, once each."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from jupyter_agentchat.client.failures import from_wire
from jupyter_agentchat.errors import AgentChatError, OutboxFullError
from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.commands import AnyCommand
from jupyter_agentchat.protocol.frames import Ack, AnyFrame, ErrorFrame, Pong, Subscribed

MAX_COMMANDS = 1000
MAX_BYTES = 32 * 1024 * 1024

Answer = Ack | Subscribed | Pong


class Waiting:
    """A command with its ref, its bytes and the future of its answer."""

    __slots__ = ("answer", "data", "ref")

    def __init__(self, ref: int, data: bytes) -> None:
        self.ref = ref
        self.data = data
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()


class Outbox:
    """Bounded, in the order in which the commands were given; policy: refuse.

    Saying a command again is safe: sends carry a ``client_message_id``, under which the server
    takes one message for ever, and every other command is idempotent.
    """

    def __init__(self, max_commands: int = MAX_COMMANDS, max_bytes: int = MAX_BYTES) -> None:
        self._max_commands, self._max_bytes = max_commands, max_bytes
        self._waiting: dict[int, Waiting] = {}
        self._bytes = 0
        self._refs = 0

    def __len__(self) -> int:
        """Return how many commands wait."""
        return len(self._waiting)

    def add(self, command: AnyCommand) -> Waiting:
        """Keep a command until `remove`.

        Raises
        ------
        OutboxFullError
            If too much waits already.
        """
        data = ENCODER.encode(replace(command, ref=self._refs + 1))
        if len(self) >= self._max_commands or (self and self._bytes + len(data) > self._max_bytes):
            message = (
                f"{len(self)} commands ({self._bytes >> 10} KiB) wait for the server already; "
                "this one was not taken. Try again when they have gone out."
            )
            raise OutboxFullError(message)
        self._refs += 1
        self._bytes += len(data)
        waiting = self._waiting[self._refs] = Waiting(self._refs, data)
        return waiting

    def remove(self, waiting: Waiting) -> None:
        """Forget a command; twice does nothing."""
        if self._waiting.pop(waiting.ref, None):
            self._bytes -= len(waiting.data)

    def again(self) -> list[bytes]:
        """Return everything without an answer, to be said on a new connection."""
        return [each.data for each in self._waiting.values() if not each.answer.done()]

    def take(self, frame: AnyFrame) -> bool:
        """Hand an answer to whoever waits for it; False if it answers no command of ours."""
        ref = getattr(frame, "ref", None)
        waiting = self._waiting.get(ref) if isinstance(ref, int) else None
        if waiting is None:
            return False
        if waiting.answer.done():
            return True
        if isinstance(frame, ErrorFrame):
            waiting.answer.set_exception(from_wire(frame.code, frame.message))
        elif isinstance(frame, Answer):
            waiting.answer.set_result(frame)
        return True

    def fail(self, error: AgentChatError) -> None:
        """Tell everybody who waits that no answer will come."""
        for waiting in self._waiting.values():
            if not waiting.answer.done():
                waiting.answer.set_exception(type(error)(error.message))

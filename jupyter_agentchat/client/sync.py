"""The client for plain cells and scripts."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from jupyter_agentchat.client.aio import DEFAULT_CHANNEL, AsyncChat, Report
from jupyter_agentchat.client.loop import LoopThread
from jupyter_agentchat.client.reply import Chunk, Reply
from jupyter_agentchat.client.status import Heard
from jupyter_agentchat.client.transport import Accepted
from jupyter_agentchat.frames.log import Log, When
from jupyter_agentchat.protocol.model import AgentInfo, Attachment, Channel, Message
from jupyter_agentchat.protocol.reconnection import ConnectionState

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Chat:
    """Talks to agents; made by `connect`. A context manager that closes.

    Every verb blocks until it is done and raises what its asynchronous twin in `AsyncChat`
    raises, where the parameters are described.
    """

    def __init__(self, chat: AsyncChat, loop: LoopThread) -> None:
        self._chat = chat
        self._loop = loop
        self._finalizer = weakref.finalize(self, _close, chat, loop)

    @property
    def embedded(self) -> bool:
        """Whether the runtime runs in this process, for want of a server."""
        return self._chat.embedded

    @property
    def url(self) -> str | None:
        """Where the server is."""
        return self._chat.url

    @property
    def state(self) -> ConnectionState:
        """Where the connection stands; an embedded runtime is connected until it is closed."""
        return self._chat.state

    @property
    def reason(self) -> str | None:
        """Why it is not connected, once that is known."""
        return self._chat.reason

    def on_state(self, heard: Heard) -> Callable[[], None]:
        """Call `heard` with a `StateChange` whenever `state` changes; returns what ends that.

        It is called on the chat's own thread and must return at once.
        """
        return self._chat.on_state(heard)

    def agents(self) -> list[AgentInfo]:
        """Return the agents that can be asked."""
        return self._loop.run(self._chat.agents())

    def channels(self) -> list[Channel]:
        """Return the channels by name."""
        return self._loop.run(self._chat.channels())

    def messages(
        self,
        channel: str = DEFAULT_CHANNEL,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> list[Message]:
        """Return the newest messages of a channel, oldest first."""
        return self._loop.run(self._chat.messages(channel, before=before, after=after, limit=limit))

    def send(
        self,
        text: str,
        *,
        channel: str = DEFAULT_CHANNEL,
        agents: Sequence[str] | None = None,
        client_message_id: str | None = None,
        reply_to: str | None = None,
        attachments: Sequence[Attachment] = (),
        metadata: dict[str, Any] | None = None,
    ) -> Accepted:
        """Say something and return when it is durable; answers come in their own time."""
        return self._loop.run(
            self._chat.send(
                text,
                channel=channel,
                agents=agents,
                client_message_id=client_message_id,
                reply_to=reply_to,
                attachments=attachments,
                metadata=metadata,
            )
        )

    def ask(
        self,
        text: str,
        *,
        agent: str | None = None,
        channel: str = DEFAULT_CHANNEL,
        timeout: float | None = 60,
        metadata: dict[str, Any] | None = None,
    ) -> Reply:
        """Ask and wait for the whole answer; an interrupt stops it."""
        return self._loop.run(
            self._chat.ask(text, agent=agent, channel=channel, timeout=timeout, metadata=metadata)
        )

    def stream(
        self,
        text: str,
        *,
        agent: str | None = None,
        channel: str = DEFAULT_CHANNEL,
        metadata: dict[str, Any] | None = None,
        on_end: Report | None = None,
    ) -> Iterator[Chunk]:
        """Ask and yield the chunks as they arrive; leaving the loop early stops the answer."""
        return self._loop.iterate(
            self._chat.stream(text, agent=agent, channel=channel, metadata=metadata, on_end=on_end)
        )

    def join(self, channel: str, agents: Sequence[str] = ()) -> None:
        """Create a channel if it is not there, and let `agents` answer in it by default."""
        self._loop.run(self._chat.join(channel, agents))

    def cancel(self, stream_id: str) -> None:
        """Stop an answer; nothing of it follows."""
        self._loop.run(self._chat.cancel(stream_id))

    def log(
        self, channel: str | None = DEFAULT_CHANNEL, *, since: When = None, until: When = None
    ) -> Log:
        """Return the log of a channel (None: of all) as DataFrames."""
        return Log(_Tables(self), channel, since, until, fresh=True)

    def logs(
        self, *, agent: str | None = None, level: str | int | None = None, limit: int = 1000
    ) -> pd.DataFrame:
        """Return recent lines of the server's own log; see `jupyter_agentchat.logs`."""
        return self._loop.run(self._chat.logs(agent=agent, level=level, limit=limit))

    def close(self) -> None:
        """Let go of the server, or end the embedded runtime; twice does nothing."""
        self._finalizer()

    def __enter__(self) -> Self:
        """Use as a context manager that closes."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()

    def __repr__(self) -> str:
        """Say where the service runs."""
        return f"Chat({self.url!r})" if self.url else "Chat(embedded)"

    def _table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        return self._loop.run(self._chat.table(name, channel, since, until))


class _Tables:
    """Lets a `Log` fetch through a chat, which it keeps alive."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        """Return one of the log's tables."""
        return self._chat._table(name, channel, since, until)  # noqa: SLF001 - its own half


def _close(chat: AsyncChat, loop: LoopThread) -> None:
    if loop.is_own_thread:  # the garbage collector runs wherever it likes
        threading.Thread(target=_close, args=(chat, loop), name="agentchat-close").start()
        return
    # When the interpreter exits, no thread can be started any more. What was acknowledged is
    # durable by then, and the next opening of the store ends what was live.
    with suppress(RuntimeError):
        loop.run(chat.close())
    loop.close()

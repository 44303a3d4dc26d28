"""What happens to a message between its sender and its answers.

The steps are those of the message service in the ElizaOS seed (messaging, "Message
processing"), in its order: validate, not-self, ensure channel and participants, ensure author,
remember (idempotently), deliver, answer, complete.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

import msgspec
from msgspec import Struct

from jupyter_agentchat.agents.base import Agent
from jupyter_agentchat.agents.registry import AgentRegistry
from jupyter_agentchat.errors import (
    IdempotencyError,
    InvalidInputError,
    RateLimitedError,
    TooLargeError,
)
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.events import MessageCreated
from jupyter_agentchat.protocol.ids import new_message_id, new_stream_id
from jupyter_agentchat.protocol.model import Attachment, Author, Message
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.answers import Answers, Origin
from jupyter_agentchat.runtime.channels import add_agents
from jupyter_agentchat.runtime.limits import SendRate
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.sends import Sends
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.runtime.texts import check_text
from jupyter_agentchat.runtime.views import find_message
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import Sent

MAX_ATTACHMENTS = 32


class Outgoing(Struct, frozen=True, kw_only=True):
    """A message that somebody wants to send."""

    text: str
    client_message_id: str | None = None
    agents: tuple[str, ...] | None = None
    reply_to: str | None = None
    parent: str | None = None
    attachments: tuple[Attachment, ...] = ()
    metadata: dict[str, Any] = {}

    def digest(self) -> str:
        """Return what must be equal in a resend: text, agents, reply_to and attachments."""
        body: tuple[object, ...] = (self.text, self.agents, self.reply_to, self.attachments)
        if self.parent is not None:
            body = (*body, self.parent)
        return hashlib.sha256(msgspec.json.encode(body)).hexdigest()


class Sending(Struct, frozen=True):
    """The answer to a send; `streams` are the ids of the answers to come."""

    message: Message
    streams: tuple[str, ...]
    position: Position
    duplicate: bool = False


class Pipeline:
    """Takes messages into channels and starts their answers."""

    def __init__(
        self,
        store: Store,
        registry: AgentRegistry,
        answers: Answers,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._registry = registry
        self._answers = answers
        self._sends = Sends(store)
        self._settings = settings
        self._rate = SendRate(clock, settings.sends_per_minute)
        self._sending: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = (
            WeakValueDictionary()
        )

    async def send(
        self, log: ChannelLog, author: Author, outgoing: Outgoing, origin: Origin
    ) -> Sending:
        """Take one message; returns when it is durable.

        Raises
        ------
        EmptyMessageError, TooLargeError, InvalidInputError
            If the message itself is wrong.
        AgentNotFoundError, MessageNotFoundError
            If it names an agent or a message that is not there.
        IdempotencyError
            If its ``client_message_id`` was used with another body.
        RateLimitedError
            If the user sends too fast, or has too many live streams.
        StoreError
            If it could not be made durable.
        """
        self._validate(outgoing)
        client_id = outgoing.client_message_id
        sending: Sending | None
        if client_id is None:
            sending = await self._accept(log, author, outgoing, origin)
        else:
            key = (log.channel.id, author.id, client_id)
            lock = self._sending.setdefault(key, asyncio.Lock())
            async with lock:
                sending = await self._resent(log, author, outgoing, client_id)
                if sending is None:
                    sending = await self._accept(log, author, outgoing, origin)
        await log.durable(sending.position.seq)
        return sending

    def check(self, author: Author, outgoing: Outgoing) -> None:
        """Raise what `send` would raise of a message to a channel that is not there yet."""
        self._validate(outgoing)
        for name in outgoing.agents or ():
            self._registry.get(name)
        self._check_live(author, len(outgoing.agents or ()))
        self._rate.check(author.id)

    def recall(self, log: ChannelLog, author: Author, text: str) -> None:
        """Write what was said before, elsewhere; nobody answers it, and it counts for no limit."""
        id_, outgoing = new_message_id(), Outgoing(text=text)
        log.append(
            lambda seq, t: MessageCreated(
                seq=seq,
                t=t,
                message=_message(id_, log.channel.id, seq, t, author=author, outgoing=outgoing),
            )
        )

    def _validate(self, outgoing: Outgoing) -> None:
        if outgoing.text or not outgoing.attachments:
            check_text(outgoing.text, self._settings.max_text_bytes)
        if len(outgoing.attachments) > MAX_ATTACHMENTS:
            message = f"At most {MAX_ATTACHMENTS} attachments go with one message."
            raise TooLargeError(message)
        if outgoing.client_message_id is not None and not outgoing.client_message_id.strip():
            message = "A client_message_id is text that is not blank, or is left out."
            raise InvalidInputError(message)

    async def _resent(
        self, log: ChannelLog, author: Author, outgoing: Outgoing, client_id: str
    ) -> Sending | None:
        sent = await self._sends.find(log.channel.id, author.id, client_id)
        if sent is None:
            return None
        if sent.body_hash != outgoing.digest():
            message = (
                f"client_message_id {client_id!r} was used for another message "
                f"({sent.message}); use a new id for a new message."
            )
            raise IdempotencyError(message)
        message_now = await find_message(log, self._store, sent.message)
        position = Position(log.epoch, sent.seq)
        return Sending(message_now, sent.streams, position, duplicate=True)

    async def _accept(
        self, log: ChannelLog, author: Author, outgoing: Outgoing, origin: Origin
    ) -> Sending:
        names = log.channel.answering if outgoing.agents is None else outgoing.agents
        agents = [self._registry.get(name) for name in dict.fromkeys(names)]
        if author.kind == "agent":
            agents = [agent for agent in agents if agent.info.name != author.id]
        if outgoing.reply_to is not None:
            await find_message(log, self._store, outgoing.reply_to)
        if outgoing.parent is not None:
            await self._check_parent(log, outgoing.parent)
        self._check_live(author, len(agents))
        self._rate.take(author.id)
        await log.admit()
        return self._remember(log, author, outgoing, origin, agents)

    async def _check_parent(self, log: ChannelLog, parent: str) -> None:
        if (await find_message(log, self._store, parent)).parent is not None:
            message = f"The message {parent!r} is in a thread itself; a thread has one level."
            raise InvalidInputError(message)

    def _check_live(self, author: Author, wanted: int) -> None:
        limit = self._settings.live_streams_per_user
        live = self._answers.live_of(author.id)
        if wanted and live + wanted > limit:
            message = (
                f"At most {limit} answers run at once for one user and {live} do; "
                "wait for one or stop it."
            )
            raise RateLimitedError(message)

    def _remember(
        self,
        log: ChannelLog,
        author: Author,
        outgoing: Outgoing,
        origin: Origin,
        agents: Sequence[Agent],
    ) -> Sending:
        """Write the message and start its answers, in one step of the loop."""
        if outgoing.agents is not None:
            add_agents(log, [agent.info.name for agent in agents])
        streams = tuple(new_stream_id() for _ in agents)
        id_, sent = new_message_id(), None
        if client_id := outgoing.client_message_id:
            sent = Sent(author.id, client_id, outgoing.digest(), id_, streams, log.seq + 1)
            self._sends.add(log.channel.id, sent)
        publication = log.append(
            lambda seq, t: MessageCreated(
                seq=seq,
                t=t,
                message=_message(id_, log.channel.id, seq, t, author=author, outgoing=outgoing),
            ),
            sent=sent,
        )
        position = Position(log.epoch, publication.seq)
        question = log.fold.messages[id_]
        for agent, stream in zip(agents, streams, strict=True):
            self._answers.start(log, question, agent, stream=stream, user=author.id, origin=origin)
        return Sending(question, streams, position)


def _message(
    id_: str, channel: str, seq: int, t: int, *, author: Author, outgoing: Outgoing
) -> Message:
    return Message(
        id=id_,
        channel=channel,
        seq=seq,
        author=author,
        text=outgoing.text,
        created_at=t,
        status="complete",
        client_message_id=outgoing.client_message_id,
        reply_to=outgoing.reply_to,
        parent=outgoing.parent,
        attachments=outgoing.attachments,
        metadata=outgoing.metadata,
    )

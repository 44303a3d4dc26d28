"""One turn as REST tells it: the question, its chunks, and the one word that ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from msgspec import Struct

from jupyter_agentchat.dialects.eliza import payloads
from jupyter_agentchat.dialects.eliza.projection import Projection
from jupyter_agentchat.protocol.events import AnyEvent
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.joined import Joined
from jupyter_agentchat.runtime.pipeline import Sending
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.web.turn import TurnFilter


class Answer(Struct, kw_only=True):
    """One agent's answer; `text` is whole once `is_over`.

    Attributes
    ----------
    error : MessageStreamError or None
        Why there is no whole answer: it failed, or was cancelled or interrupted.
    """

    message: str
    agent: str
    text: str = ""
    actions: tuple[str, ...] = ("IGNORE",)
    thought: str | None = None
    metadata: dict[str, Any] = {}
    reply_to: str | None = None
    error: payloads.MessageStreamError | None = None
    is_over: bool = False

    def content(self) -> dict[str, Any]:
        """Return it as ``done`` and ``agentResponse`` show it."""
        return {
            "text": self.text,
            "thought": self.thought,
            "actions": self.actions,
            "providers": [],
            "simple": False,
            "responseId": self.message,
            "messageId": self.message,
            "inReplyTo": self.reply_to,
            "agentId": self.agent,
            "metadata": self.metadata,
        }


class Answering:
    """Follows the answers to one message, event by event.

    Parameters
    ----------
    form : Form
        How the client spells the channel.
    sending : Sending
        What was sent; without streams the turn is over at once.

    Attributes
    ----------
    answers : dict of str to Answer
        By message, in the order in which they began.
    """

    def __init__(self, form: payloads.Form, sending: Sending) -> None:
        self.only = TurnFilter(sending.message.id, sending.streams)
        self.answers: dict[str, Answer] = {}
        self._projection = Projection(form)

    @property
    def is_over(self) -> bool:
        """Whether every answer has ended."""
        return self.only.is_over

    def feed(self, event: AnyEvent) -> list[payloads.Projected]:
        """Take an event of the channel; return what it becomes if it belongs to the turn."""
        if not self.only(event):
            return []
        projected = self._projection.feed(event)
        for each in projected:
            self._note(each)
        return projected

    def responses(self) -> list[Answer]:
        """Return the answers that came to their end, silent ones included."""
        return [each for each in self.answers.values() if each.error is None]

    def error(self) -> payloads.MessageStreamError | None:
        """Return why there is no answer at all; None if there is one."""
        if self.responses():
            return None
        return next((each.error for each in self.answers.values() if each.error), None)

    def _note(self, projected: payloads.Projected) -> None:
        match projected:
            case payloads.ControlMessage(message_id=message, agent_id=agent):
                self.answers.setdefault(message, Answer(message=message, agent=agent))
            case payloads.MessageBroadcast(id=message) if answer := self.answers.get(message):
                answer.text, answer.metadata = projected.text, projected.metadata
                answer.actions = tuple(projected.actions or answer.actions)
                answer.thought, answer.reply_to = projected.thought, projected.in_reply_to
            case payloads.MessageStreamError(message_id=message):
                self.answers[message].error = projected
                self.answers[message].text = projected.partial_text or ""
            case payloads.MessageComplete(message_id=message):
                self.answers[message].is_over = True


async def joined_at(service: Service, sending: Sending) -> Joined:
    """Return a reader's place right before a message that was sent."""
    before = Position(sending.position.epoch, sending.position.seq - 1)
    return await service.join(sending.message.channel, before)


async def follow(
    service: Service, answering: Answering, sending: Sending
) -> AsyncIterator[payloads.Projected]:
    """Yield what the events of a turn become, until its last answer has ended."""
    joined = await joined_at(service, sending)
    try:
        async for batch in joined.subscription:
            for item in batch.items:
                for projected in answering.feed(item.event):
                    yield projected
            if answering.is_over:
                return
    finally:
        joined.subscription.close()

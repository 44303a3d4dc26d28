"""One channel's log events, as the events of ElizaOS: a pure fold, without sockets.

At the end of a turn, whatever ended it, come exactly once and in this order ``messageBroadcast``
(of an answer that was completed and is not silent) or ``messageStreamError`` (of one that was
not), ``messageComplete``, and ``controlMessage`` with ``enable_input``.

Source: wire.md §1.1 and §1.5 rows 4, 5 and 11.
"""

from __future__ import annotations

from typing import Any, Literal

from jupyter_agentchat.dialects.eliza import payloads as out
from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.dialects.eliza.marks import marks_of, plain_metadata, sender_of
from jupyter_agentchat.dialects.eliza.turn import Turn, Turns, span, status_of
from jupyter_agentchat.protocol.events import (
    TERMINAL,
    AnyEvent,
    ChannelCleared,
    ChannelUpdated,
    MessageCreated,
    MessageDeleted,
    MessageUpdated,
    StreamCompleted,
    StreamDelta,
    StreamStarted,
    StreamStatus,
    Terminal,
    last_seq,
)
from jupyter_agentchat.protocol.model import Channel, Message

INPUT = "input"
"""The target of every ``controlMessage``."""


class Projection:
    """Turns the events of one channel into what clients of one form receive.

    Parameters
    ----------
    form : Form
        How they spell the channel and the server.
    turns : Turns, optional
        What is known of the channel's answers; projections of one channel may share it.
    """

    def __init__(self, form: out.Form, turns: Turns | None = None) -> None:
        self._form = form
        self._turns = Turns() if turns is None else turns

    def feed(self, event: AnyEvent) -> list[out.Projected]:
        """Learn what `event` says and return what it becomes; for events in order, unmerged."""
        self._turns.learn(event)
        return self.project(event)

    def project(self, event: AnyEvent) -> list[out.Projected]:
        """Return what `event`, merged or not, becomes; nothing if ElizaOS has no word for it.

        The same event always becomes the same. Everything about its answer up to `event` has to
        be learnt before; of an answer whose beginning is not known nothing is said.
        """
        if isinstance(event, MessageCreated):
            return [self._created(event.message, event)]
        stream = getattr(event, "stream", None)
        if not isinstance(stream, str):
            return self._changed(event)
        turn = self._turns.get(stream)
        return [] if turn is None else self._of_turn(event, turn)

    def _of_turn(self, event: AnyEvent, turn: Turn) -> list[out.Projected]:
        if isinstance(event, StreamDelta):
            return self._delta(event, turn)
        if isinstance(event, StreamStarted):
            typing = out.UserTyping(**self._common(event), user_id=turn.agent_id, is_typing=True)
            return [self._control(event, turn, "disable_input"), typing]
        if isinstance(event, TERMINAL):
            return self._ended(event, turn)
        if isinstance(event, StreamStatus) and not event.hidden:
            return [self._thinking(event, turn, event.description)]
        return []

    def _common(self, event: AnyEvent) -> dict[str, Any]:
        form = self._form
        return {
            "channel_id": form.channel,
            "room_id": form.channel,
            "message_server_id": form.server,
            "server_id": form.server,
            "seq": last_seq(event),
        }

    def _created(self, message: Message, event: AnyEvent) -> out.MessageBroadcast:
        sender, name = sender_of(message)
        default = "agent_response" if message.author.kind == "agent" else "api"
        return out.MessageBroadcast(
            **self._common(event),
            id=message.id,
            sender_id=sender,
            sender_name=name,
            text=message.text,
            created_at=message.created_at // 1000,
            source=marks_of(message).source or default,
            attachments=message.attachments,
            metadata=plain_metadata(message),
            client_message_id=message.client_message_id,
            in_reply_to=message.reply_to,
        )

    def _delta(self, event: StreamDelta, turn: Turn) -> list[out.Projected]:
        if event.kind == "reasoning":
            return [self._thinking(event, turn, event.text)]
        if event.kind != "text":
            return []
        first, last = span(event)
        index = turn.text_index(first)
        form = self._form
        chunk = out.MessageStreamChunk(
            channel_id=form.channel,
            room_id=form.channel,
            message_server_id=form.server,
            server_id=form.server,
            seq=last_seq(event),
            message_id=turn.message,
            chunk=event.text,
            index=index,
            agent_id=turn.agent_id,
            last_index=index + last - first if last > first else None,
        )
        return [chunk]

    def _ended(self, event: Terminal, turn: Turn) -> list[out.Projected]:
        common = self._common(event)
        typing = out.UserTyping(**common, user_id=turn.agent_id, is_typing=False)
        complete = out.MessageComplete(
            **common,
            agent_id=turn.agent_id,
            message_id=event.message,
            status=status_of(event),
            reason=event.reason,
        )
        control = self._control(event, turn, "enable_input")
        if not isinstance(event, StreamCompleted):
            return [typing, self._failure(event, turn), complete, control]
        silent = not (event.text.strip() or turn.attachments)
        if silent or "IGNORE" in turn.actions(event):
            return [typing, complete, control]
        return [typing, self._answer(event, turn), complete, control]

    def _answer(self, event: Terminal, turn: Turn) -> out.MessageBroadcast:
        metadata = {"agentId": turn.agent_id, "agentName": turn.agent, **event.metadata}
        if event.usage is not None:
            metadata["usage"] = event.usage
        return out.MessageBroadcast(
            **self._common(event),
            id=event.message,
            sender_id=turn.agent_id,
            sender_name=turn.agent,
            text=event.text,
            created_at=turn.started // 1000,
            source="agent_response",
            attachments=turn.attachments,
            metadata=metadata,
            in_reply_to=turn.reply_to,
            thought=turn.thought(event),
            actions=turn.actions(event),
        )

    def _failure(self, event: Terminal, turn: Turn) -> out.MessageStreamError:
        status, error = status_of(event), event.error
        reason = f": {event.reason}" if event.reason else ""
        return out.MessageStreamError(
            **self._common(event),
            message_id=event.message,
            agent_id=turn.agent_id,
            error=error.message if error else f"The answer was {status}{reason}.",
            code=error.code if error else status,
            partial_text=event.text or None,
        )

    def _control(
        self, event: AnyEvent, turn: Turn, action: Literal["enable_input", "disable_input"]
    ) -> out.ControlMessage:
        return out.ControlMessage(
            **self._common(event),
            action=action,
            target=INPUT,
            agent_id=turn.agent_id,
            message_id=turn.message,
        )

    def _thinking(self, event: AnyEvent, turn: Turn, text: str) -> out.Thinking:
        common = self._common(event)
        return out.Thinking(
            out.Thought(**common, agent_id=turn.agent_id, message_id=turn.message, text=text)
        )

    def _changed(self, event: AnyEvent) -> list[out.Projected]:
        common = self._common(event)
        match event:
            case MessageUpdated(message=message, text=text):
                return [out.MessageUpdated(**common, message_id=message, text=text)]
            case MessageDeleted(message=message):
                return [out.MessageDeleted(**common, message_id=message)]
            case ChannelCleared():
                return [out.ChannelCleared(**common)]
            case ChannelUpdated(channel=channel):
                return [out.ChannelUpdated(**common, updates=channel_updates(channel, self._form))]
        return []


def channel_updates(channel: Channel, form: out.Form | None = None) -> dict[str, Any]:
    """Return a channel as ``channelUpdated`` shows it."""
    form = form or out.Form(channel.id)
    return {
        "id": form.channel,
        "name": channel.name,
        "type": channel.type.upper(),
        "messageServerId": form.server,
        "agents": [agent_id(name) for name in channel.agents],
        "metadata": channel.metadata or {},
        "createdAt": channel.created_at // 1000,
    }

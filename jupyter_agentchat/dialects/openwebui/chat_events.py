"""A chat's streams as the ``events`` of Open WebUI; sans-I/O but for the time that passes.

A usage and a delta never share a frame; deltas are joined by putting them together.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from msgspec import Struct

from jupyter_agentchat.dialects.openwebui.joining import DeltaJoiner, Piece
from jupyter_agentchat.dialects.openwebui.rooms import KEY, room_of
from jupyter_agentchat.protocol.events import (
    TERMINAL,
    AnyEvent,
    MessageCreated,
    StreamCancelled,
    StreamCompleted,
    StreamDelta,
    StreamEmbed,
    StreamFile,
    StreamReplace,
    StreamSource,
    StreamStarted,
    StreamStatus,
    StreamUsage,
    Terminal,
)
from jupyter_agentchat.protocol.model import Channel, Message, Usage

MAX_QUESTIONS = 4_096
"""Questions whose client's ids are remembered until their answers begin."""

Told = dict[str, Any]
"""The ``data`` of one event: ``{"type", "data"}``."""


class Asked(Struct, frozen=True):
    """What a question says of its answer: the client's id for it, and how to join its deltas."""

    message_id: str | None = None
    chunk_size: int = 1


class _Live:
    """One stream on its way."""

    def __init__(self, chat: str, message: str, size: int) -> None:
        self.chat, self.message = chat, message
        self.joiner = DeltaJoiner(size)


class ChatEvents:
    """Turns a log's events into what a chat's owner is told.

    Parameters
    ----------
    chunk_size : int
        Deltas joined into one, at least.
    """

    def __init__(self, chunk_size: int) -> None:
        self._chunk_size = chunk_size
        self._asked: OrderedDict[str, Asked] = OrderedDict()
        self._live: dict[str, _Live] = {}

    @property
    def holding(self) -> list[str]:
        """Streams of which something is held."""
        return [stream for stream, live in self._live.items() if live.joiner.holds]

    def take(self, channel: Channel, event: AnyEvent) -> list[Told]:
        """Return what `event` means to the owner: envelopes, in order."""
        if isinstance(event, MessageCreated):
            self._remember(event.message)
            return []
        if isinstance(event, StreamStarted):
            asked = self._asked.pop(event.reply_to or "", Asked())
            size = max(asked.chunk_size, self._chunk_size)
            message = asked.message_id or event.message
            chat = room_of(channel).local or channel.id
            self._live[event.stream] = _Live(chat, message, size)
            return []
        live = self._live.get(getattr(event, "stream", ""))
        if live is None:
            return []
        if isinstance(event, StreamDelta):
            return self._told(live, _deltas(live.joiner.feed(event.kind, event.text)))
        told = _deltas(live.joiner.flush())
        if isinstance(event, TERMINAL):
            del self._live[event.stream]
            told += _ended(event, channel.name)
        elif (beside := _beside(event)) is not None:
            told.append(beside)
        return self._told(live, told)

    def flush(self, stream: str) -> list[Told]:
        """Return what is held of a stream, after a silence."""
        live = self._live.get(stream)
        return self._told(live, _deltas(live.joiner.flush())) if live else []

    def snapshot(self, stream: str, text: str) -> list[Told]:
        """Return a stream's text so far, for a tab that has just come; it replaces what it has."""
        live = self._live.get(stream)
        return self._told(live, [_completion({"content": text})]) if live else []

    def _remember(self, message: Message) -> None:
        kept = message.metadata.get(KEY)
        if isinstance(kept, dict):
            size = kept.get("chunk_size")
            own = kept.get("id")
            self._asked[message.id] = Asked(
                own if isinstance(own, str) else None, size if isinstance(size, int) else 1
            )
            while len(self._asked) > MAX_QUESTIONS:
                self._asked.popitem(last=False)

    def _told(self, live: _Live, told: list[Told]) -> list[Told]:
        return [{"chat_id": live.chat, "message_id": live.message, "data": each} for each in told]


def _completion(data: dict[str, Any]) -> Told:
    return {"type": "chat:completion", "data": data}


def finished(text: str, title: str) -> Told:
    """Return the last word of an answer: its whole text."""
    return _completion({"done": True, "content": text, "title": title})


def _deltas(pieces: list[Piece]) -> list[Told]:
    fields = {"text": "content", "reasoning": "reasoning_content"}
    return [
        _completion({"choices": [{"index": 0, "delta": {fields[kind]: text}}]})
        for kind, text in pieces
        if kind in fields
    ]


def _beside(event: AnyEvent) -> Told | None:  # noqa: PLR0911 - one case per event
    match event:
        case StreamStatus(description=description, done=done, hidden=hidden):
            data = {"description": description, "done": done, "hidden": hidden}
            return {"type": "status", "data": data}
        case StreamSource(source=source):
            return {"type": "source", "data": source}
        case StreamFile(file=file):
            return {"type": "files", "data": {"files": [file]}}
        case StreamEmbed(embed=embed):
            return {"type": "embeds", "data": {"embeds": [embed]}}
        case StreamReplace(text=text):
            return {"type": "replace", "data": {"content": text}}
        case StreamUsage(usage=usage):
            return _completion({"usage": _usage(usage)})
    return None


def _usage(usage: Usage) -> dict[str, int]:
    prompt, completion = usage.input_tokens or 0, usage.output_tokens or 0
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _ended(event: Terminal, title: str) -> list[Told]:
    done = finished(event.text, title)
    if isinstance(event, StreamCompleted):
        return [done]
    if isinstance(event, StreamCancelled):
        return [{"type": "chat:tasks:cancel", "data": None}, done]
    sentence = event.error.message if event.error else "The answer was interrupted."
    return [{"type": "chat:message:error", "data": {"error": {"content": sentence}}}, done]

"""Random but legal logs: what a channel's sequencer could have written."""

from __future__ import annotations

from typing import TypedDict

from hypothesis import strategies as st

from jupyter_agentchat.protocol.events import (
    AnyEvent,
    ChannelCleared,
    ChannelUpdated,
    MessageCreated,
    MessageDeleted,
    MessagePinned,
    MessageReaction,
    MessageUpdated,
    Read,
    StreamCancelled,
    StreamCompleted,
    StreamDelta,
    StreamEmbed,
    StreamFailed,
    StreamFile,
    StreamReplace,
    StreamSource,
    StreamStarted,
    StreamStatus,
    StreamUsage,
)
from jupyter_agentchat.protocol.model import Author, Channel, ErrorInfo, Message, Usage

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
USER = Author(id="ann", kind="user", name="Ann")


class Place(TypedDict):
    """The two fields that every event has."""

    seq: int
    t: int


class LogWriter:
    """Builds one log from a stream of small decisions."""

    def __init__(self, channel: str) -> None:
        self.events: list[AnyEvent] = [
            ChannelUpdated(seq=1, t=1, channel=Channel(id=channel, name=channel))
        ]
        self.channel = channel
        self.messages: list[str] = []
        self.live: dict[str, tuple[str, int, str]] = {}

    @property
    def at(self) -> Place:
        seq = len(self.events) + 1
        return {"seq": seq, "t": seq}

    def message(self, text: str) -> None:
        seq = len(self.events) + 1
        message = Message(
            id=f"m{seq}",
            channel=self.channel,
            seq=seq,
            author=USER,
            text=text,
            created_at=seq,
            status="complete",
        )
        self.messages.append(message.id)
        self.events.append(MessageCreated(**self.at, message=message))

    def start(self) -> None:
        seq = len(self.events) + 1
        parent = self.messages[0] if self.messages and seq % 3 == 0 else None
        self.live[f"s{seq}"] = (f"m{seq}", 0, "")
        self.messages.append(f"m{seq}")
        self.events.append(
            StreamStarted(
                **self.at, stream=f"s{seq}", message=f"m{seq}", agent="eliza", parent=parent
            )
        )

    def delta(self, stream: str, text: str, *, reasoning: bool) -> None:
        message, index, so_far = self.live[stream]
        self.live[stream] = (message, index + 1, so_far if reasoning else so_far + text)
        self.events.append(
            StreamDelta(
                **self.at,
                stream=stream,
                index=index,
                text=text,
                kind="reasoning" if reasoning else "text",
            )
        )

    def note(self, stream: str, text: str, which: int) -> None:
        notes: list[AnyEvent] = [
            StreamStatus(**self.at, stream=stream, description=text),
            StreamSource(**self.at, stream=stream, source={"url": text}),
            StreamUsage(**self.at, stream=stream, usage=Usage(output_tokens=3)),
            StreamReplace(**self.at, stream=stream, text=text),
            StreamSource(**self.at, stream=stream, source={"id": len(text) % 2, "title": text}),
            StreamFile(**self.at, stream=stream, file={"name": text}),
            StreamEmbed(**self.at, stream=stream, embed={"url": text}),
        ]
        if isinstance(notes[which], StreamReplace):
            message, index, _ = self.live[stream]
            self.live[stream] = (message, index, text)
        self.events.append(notes[which])

    def end(self, stream: str, which: int) -> None:
        message, _, text = self.live.pop(stream)
        kind = (StreamCompleted, StreamFailed, StreamCancelled)[which]
        error = ErrorInfo(code="c", message="m") if kind is StreamFailed else None
        metadata = {"actions": ["REPLY"]} if kind is StreamCompleted else {}
        self.events.append(
            kind(
                **self.at,
                stream=stream,
                message=message,
                text=text,
                error=error,
                metadata=metadata,
            )
        )

    def change(self, message: str, text: str, which: int) -> None:
        changes: list[AnyEvent] = [
            MessageUpdated(**self.at, message=message, text=text),
            MessageDeleted(**self.at, message=message),
            MessageReaction(**self.at, message=message, name="+1", user="ann", added=True),
            MessageReaction(**self.at, message=message, name="+1", user="ann", added=False),
            MessagePinned(**self.at, message=message, user="ann", pinned=True),
            MessagePinned(**self.at, message=message, user="ann", pinned=False),
        ]
        self.events.append(changes[which])


@st.composite
def logs(draw: st.DrawFn, channel: str = "lab", max_size: int = 40) -> list[AnyEvent]:
    """Return a legal log whose first event creates the channel."""
    log = LogWriter(channel)
    for _ in range(draw(st.integers(0, max_size))):
        choice, text = draw(st.integers(0, 11)), draw(TEXT)
        live = draw(st.sampled_from(sorted(log.live))) if log.live else None
        if choice >= 6 and live is not None:
            log.delta(live, text or "x", reasoning=choice == 6)
        elif choice == 5 and live is not None:
            log.end(live, draw(st.integers(0, 2)))
        elif choice == 4 and live is not None:
            log.note(live, text, draw(st.integers(0, 6)))
        elif choice == 3 and log.messages:
            log.change(draw(st.sampled_from(log.messages)), text, draw(st.integers(0, 5)))
        elif choice == 2:
            log.start()
        elif choice == 0:
            quiet = draw(st.booleans()) and not log.live
            log.events.append(
                ChannelCleared(**log.at) if quiet else Read(**log.at, user="ann", upto=1)
            )
        else:
            log.message(text)
    return log.events

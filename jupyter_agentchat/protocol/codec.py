"""Encode each event once; every face joins the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec
from msgspec import Struct

from jupyter_agentchat.protocol.events import AnyEvent, Event, StreamDelta, first_seq, last_seq
from jupyter_agentchat.protocol.frames import AnyFrame, Frame
from jupyter_agentchat.protocol.model import ErrorInfo

ENCODER = msgspec.json.Encoder()
_EVENTS = msgspec.json.Decoder(AnyEvent)


class EventBatch(Struct, frozen=True, tag_field="op", tag="events"):
    """A contiguous range of a channel's log, applied atomically."""

    channel: str
    epoch: str
    first: int
    last: int
    events: tuple[AnyEvent, ...]


_FRAMES = msgspec.json.Decoder(AnyFrame | EventBatch)


def encode_event(event: Event) -> bytes:
    """Return the JSON of one event."""
    return ENCODER.encode(event)


def decode_event(data: bytes | str) -> AnyEvent:
    """Read one event's JSON; raises ``msgspec.DecodeError`` if it is none."""
    event: AnyEvent = _EVENTS.decode(data)
    return event


def encode_frame(frame: Frame) -> bytes:
    """Return the JSON of one server frame."""
    return ENCODER.encode(frame)


def decode_frame(data: bytes | str) -> AnyFrame | EventBatch:
    """Read one server frame; raises ``msgspec.DecodeError`` if it is none."""
    frame: AnyFrame | EventBatch = _FRAMES.decode(data)
    return frame


def join_batch(channel: str, epoch: str, first: int, last: int, events: Iterable[bytes]) -> bytes:
    """Return the ``events`` frame around already encoded events."""
    head = _batch_head(channel, epoch)
    return b'%b%d,"last":%d,"events":[%b]}' % (head, first, last, b",".join(events))


@lru_cache(maxsize=1024)
def _batch_head(channel: str, epoch: str) -> bytes:
    return b'{"op":"events","channel":%b,"epoch":"%b","first":' % (
        ENCODER.encode(channel),
        epoch.encode(),
    )


def encode_error(info: ErrorInfo) -> bytes:
    """Return the JSON body of a failed HTTP request."""
    return ENCODER.encode(
        {"error": {"code": info.code, "message": info.message, "retry": info.retry}}
    )


def merge_deltas(events: Iterable[AnyEvent]) -> list[AnyEvent]:
    """Join consecutive chunks of one stream and kind, for a reader that lags.

    Chunks of other streams may stand between (each stream keeps its own order), but no other
    event of the same stream does. A merged delta carries the spans of seq and index it covers
    and stands where its first chunk stood, so a merged batch is applied as a whole.

    Returns
    -------
    list of events
        Folding it gives the same state as folding `events`.
    """
    out: list[AnyEvent | list[StreamDelta]] = []
    open_runs: dict[str, list[StreamDelta]] = {}
    for event in events:
        stream = getattr(event, "stream", None)
        if isinstance(event, StreamDelta):
            run = open_runs.get(event.stream)
            if run is not None and run[-1].kind == event.kind:
                run.append(event)
                continue
            run = open_runs[event.stream] = [event]
            out.append(run)
            continue
        if isinstance(stream, str):
            open_runs.pop(stream, None)
        elif stream is None:
            open_runs.clear()
        out.append(event)
    return [_merged(item) if isinstance(item, list) else item for item in out]


def _merged(run: list[StreamDelta]) -> StreamDelta:
    if len(run) == 1:
        return run[0]
    head, tail = run[0], run[-1]
    return StreamDelta(
        seq=(first_seq(head), last_seq(tail)),
        t=tail.t,
        stream=head.stream,
        index=(_first(head.index), _last(tail.index)),
        text="".join(delta.text for delta in run),
        kind=head.kind,
    )


def _first(index: int | tuple[int, int]) -> int:
    return index if isinstance(index, int) else index[0]


def _last(index: int | tuple[int, int]) -> int:
    return index if isinstance(index, int) else index[1]

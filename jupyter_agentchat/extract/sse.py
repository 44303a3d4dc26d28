"""Server-sent events, both ways (WHATWG HTML, section 9.2 "Server-sent events").

The decoder works on bytes: a line ends at CR, LF or CRLF, none of which occurs inside a UTF-8
sequence, so only whole lines are ever decoded and no split of the input can matter.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract.errors import StreamError
from jupyter_agentchat.extract.utf16 import well_formed

MAX_LINE_BYTES: Final = 8 * 1024 * 1024
"""Default bound of one line: a 1 MiB text with every character escaped fits."""

MAX_EVENT_BYTES: Final = 16 * 1024 * 1024
"""Default bound of the data lines of one event together."""

_BOM: Final = b"\xef\xbb\xbf"
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_FORBIDDEN: Final = re.compile("[\r\n\0]")
_RETRY: Final = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One dispatched event.

    Attributes
    ----------
    data : str
        The data lines, joined by LF.
    event : str
        Its type; ``message`` if none was named.
    id : str
        The last event id so far, this event's or an earlier one's; empty if there was none.
    """

    data: str
    event: str = "message"
    id: str = ""


class SseDecoder:
    """Bytes in, events out; sans-I/O.

    Guarantees: any split of the same bytes gives the same events; bytes that are not UTF-8 become
    U+FFFD; an event at the end without its blank line is not dispatched, as the standard demands,
    unless `finish` is asked to. Time is linear in the input.

    Parameters
    ----------
    max_line_bytes, max_event_bytes : int
        Above them `feed` raises ``BUFFER_OVERFLOW``. Events that were complete before are returned
        first; the call after raises.
    data_fields : collection of str
        Names of fields that hold data. Some servers report failures in a field ``error``, which
        the standard would have us ignore.

    Attributes
    ----------
    last_event_id : str
        What to send as ``Last-Event-ID`` when reconnecting.
    retry_ms : int or None
        Reconnection time the server asked for, in milliseconds.
    """

    def __init__(
        self,
        *,
        max_line_bytes: int = MAX_LINE_BYTES,
        max_event_bytes: int = MAX_EVENT_BYTES,
        data_fields: Collection[str] = ("data",),
    ) -> None:
        self._max_line = max_line_bytes
        self._max_event = max_event_bytes
        self._data_fields = frozenset(data_fields)
        self.last_event_id = ""
        self.retry_ms: int | None = None
        self._line = bytearray()
        self._first_line = True
        self._after_cr = False
        self._fault: StreamError | None = None
        self._id = ""
        self._event = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        """Return the events that `data` completes.

        Raises
        ------
        StreamError
            ``BUFFER_OVERFLOW`` for a line or an event above its bound; from then on always.
        """
        if self._fault is not None:
            raise self._fault
        events: list[ServerSentEvent] = []
        try:
            self._split(data, events)
        except StreamError as error:
            self._fault = error
            if not events:
                raise
        return events

    def finish(self, *, dispatch: bool = False) -> list[ServerSentEvent]:
        """Return what the end of the input completes: nothing, by the standard.

        Parameters
        ----------
        dispatch : bool
            Treat the end as the missing end of a line and blank line.
        """
        if not dispatch:
            if self._fault is not None:
                raise self._fault
            return []
        return self.feed(b"\n\n")

    def _split(self, data: bytes, events: list[ServerSentEvent]) -> None:
        start = 0
        if data and self._after_cr:
            start = int(data.startswith(b"\n"))
            self._after_cr = False
        for end in _LINE_END.finditer(data, start):
            self._append(data[start : end.start()])
            start = end.end()
            event = self._end_line()
            if event is not None:
                events.append(event)
        self._after_cr = data.endswith(b"\r") or (self._after_cr and not data)
        self._append(data[start:])

    def _append(self, part: bytes) -> None:
        self._line += part
        if len(self._line) > self._max_line:
            raise StreamError.buffer_overflow(
                "a line of the event stream", len(self._line), self._max_line, "bytes"
            )

    def _end_line(self) -> ServerSentEvent | None:
        """Interpret the finished line; return the event if it was the blank one."""
        line = bytes(self._line)
        self._line.clear()
        if self._first_line:
            self._first_line = False
            line = line.removeprefix(_BOM)
        if not line:
            return self._dispatch()
        if not line.startswith(b":"):
            name, _, value = line.partition(b":")
            self._field(
                name.decode("utf-8", "replace"),
                value.removeprefix(b" ").decode("utf-8", "replace"),
                len(value),
            )
        return None

    def _field(self, name: str, value: str, size: int) -> None:
        if name in self._data_fields:
            self._size += size + 1
            if self._size > self._max_event:
                raise StreamError.buffer_overflow(
                    "an event of the stream", self._size, self._max_event, "bytes"
                )
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id":
            if "\0" not in value:
                self._id = value
        elif name == "retry" and _RETRY.fullmatch(value) is not None:
            self.retry_ms = int(value)

    def _dispatch(self) -> ServerSentEvent | None:
        self.last_event_id = self._id
        event = None
        if self._data:
            event = ServerSentEvent("\n".join(self._data), self._event or "message", self._id)
        self._data, self._event, self._size = [], "", 0
        return event


def encode_event(data: bytes | str, *, event: str | None = None, id: str | None = None) -> bytes:
    """Return one event as bytes; whatever `data` holds, it cannot end the event or forge a field.

    Parameters
    ----------
    data : bytes or str
        Each of its lines becomes a data line: a decoder sees CR and CRLF as LF. Bytes are UTF-8.
    event, id : str, optional
        Type and id.

    Raises
    ------
    InvalidInputError
        If `event` or `id` holds CR, LF or NUL, which the format cannot carry.
    """
    raw = well_formed(data).encode() if isinstance(data, str) else data
    head = _head("id", id) + _head("event", event)
    if b"\n" in raw or b"\r" in raw:
        raw = b"\ndata: ".join(_LINE_END.split(raw))
    return b"%bdata: %b\n\n" % (head, raw)


def encode_comment(text: str = "") -> bytes:
    """Return a comment, which decoders ignore: a heartbeat that keeps the connection open."""
    lines = _LINE_END.split(well_formed(text).encode())
    return b"".join(b": %b\n" % line if line else b":\n" for line in lines) + b"\n"


def _head(name: str, value: str | None) -> bytes:
    if value is None:
        return b""
    if _FORBIDDEN.search(value) is not None:
        raise InvalidInputError(
            f"{name} {value[:40]!r} holds a line break or NUL, which server-sent events cannot "
            "carry: leave them out"
        )
    return f"{name}: {well_formed(value)}\n".encode()

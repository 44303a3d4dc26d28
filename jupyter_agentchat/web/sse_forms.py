"""How batches look in an event stream, and whose chunks a response is about."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol

from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.protocol.events import AnyEvent
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.runtime.connection import Connection
from jupyter_agentchat.web.framing import http_chunk


class EventForm:
    """Messages of an event stream, in chunks of HTTP/1.1 where the response is.

    Parameters
    ----------
    render : callable
        Returns the messages of a batch; equal keys promise equal ones.
    """

    def __init__(
        self, key: Hashable, render: Callable[[str, Batch], bytes], *, is_chunked: bool
    ) -> None:
        self.key = key
        self._render = render
        self._is_chunked = is_chunked

    def encode(self, channel: str, epoch: str, batch: Batch) -> bytes:  # noqa: ARG002 - WireForm's
        """Return the bytes for the socket; none if the batch has nothing for the reader."""
        return self.framed(self._render(epoch, batch))

    def framed(self, data: bytes) -> bytes:
        """Return `data` as it goes to the socket."""
        return http_chunk(data) if data and self._is_chunked else data


class Selection(Protocol):
    """Which events a response is about, and when it has them all."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more belongs to it."""
        ...

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams that are part of it."""
        ...

    def __call__(self, event: AnyEvent) -> bool:
        """Tell whether to write `event`; called once for each, in order."""
        ...

    def belongs(self, event: AnyEvent) -> bool:
        """Tell whether `event` is part of it."""
        ...


class PartObserver:
    """Hands on what is recorded of those chunks that a response is about.

    Parameters
    ----------
    only : Selection
        What the response is about.
    """

    def __init__(self, connection: Connection, only: Selection) -> None:
        self._connection, self._only = connection, only

    def stamped(
        self, channel: str, after: int, seqs: Sequence[int], socket_ns: Sequence[int]
    ) -> None:
        """Take the instants of flushes, which brought chunks of others as well."""
        for stream in self._only.streams:
            self._connection.stamped(channel, after, seqs, socket_ns, stream)

    def delivered(
        self,
        channel: str,
        publications: Sequence[Publication],
        replay_until: int,
        *,
        socket_ns: int,
    ) -> None:
        """Take a page of what was missed."""
        part = [each for each in publications if self._only.belongs(each.event)]
        self._connection.delivered(channel, part, replay_until, socket_ns=socket_ns)

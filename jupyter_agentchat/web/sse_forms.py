"""How batches look in an event stream, and whose chunks a response is about."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.bus.wire import Observer
from jupyter_agentchat.protocol.events import AnyEvent, StreamDelta
from jupyter_agentchat.protocol.publication import Publication
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


class PartObserver:
    """Hands on what is recorded of those chunks that a response is about.

    Parameters
    ----------
    belongs : callable
        Tells whether an event is part of the response.
    """

    def __init__(self, observer: Observer, belongs: Callable[[AnyEvent], bool]) -> None:
        self._observer = observer
        self._belongs = belongs

    def stamped(
        self,
        channel: str,
        stream: str,
        index: Sequence[int],
        socket_ns: Sequence[int],
        repeats: Sequence[int],
    ) -> None:
        """Take the instants of live chunks of one stream."""
        if self._belongs(StreamDelta(seq=0, t=0, stream=stream, index=0, text="")):
            self._observer.stamped(channel, stream, index, socket_ns, repeats)

    def delivered(
        self,
        channel: str,
        publications: Sequence[Publication],
        replay_until: int,
        *,
        socket_ns: int,
    ) -> None:
        """Take a page of what was missed."""
        part = [each for each in publications if self._belongs(each.event)]
        self._observer.delivered(channel, part, replay_until, socket_ns=socket_ns)

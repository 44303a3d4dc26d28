"""The broker of one process: direct calls, and a bounded tail per channel."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from itertools import islice

from jupyter_agentchat.bus.broker import Listener, Unsubscribe
from jupyter_agentchat.protocol.publication import Publication

TAIL_EVENTS = 8192
TAIL_BYTES = 8 * 1024 * 1024

_log = logging.getLogger(__name__)


class _Topic:
    """One channel's listeners and tail."""

    __slots__ = ("listeners", "size", "tail")

    def __init__(self) -> None:
        self.listeners: tuple[Listener, ...] = ()
        self.tail: deque[Publication] = deque()
        self.size = 0


class MemoryBroker:
    """Broker within one process and one event loop.

    Parameters
    ----------
    tail_events, tail_bytes : int
        How much of each channel `history` keeps; older publications are in the store.
    """

    def __init__(self, tail_events: int = TAIL_EVENTS, tail_bytes: int = TAIL_BYTES) -> None:
        self._tail_events = tail_events
        self._tail_bytes = tail_bytes
        self._topics: dict[str, _Topic] = {}

    def publish(self, channel: str, publications: Sequence[Publication]) -> None:
        """Hand `publications` to the listeners, now, and keep them in the tail."""
        topic = self._topics.get(channel) or self._topic(channel)
        tail, size = topic.tail, topic.size
        for publication in publications:
            tail.append(publication)
            size += len(publication.data)
        while len(tail) > self._tail_events or (size > self._tail_bytes and len(tail) > 1):
            size -= len(tail.popleft().data)
        topic.size = size
        for listener in topic.listeners:
            try:
                listener(publications)
            except Exception:  # noqa: BLE001 - isolation: its own publications are lost, no other's
                _log.exception("A listener of channel %r failed", channel)

    def subscribe(self, channel: str, listener: Listener) -> Unsubscribe:
        """Add a listener from now on."""
        topic = self._topic(channel)
        topic.listeners = (*topic.listeners, listener)

        def unsubscribe() -> None:
            topic.listeners = tuple(each for each in topic.listeners if each is not listener)

        return unsubscribe

    def history(self, channel: str, after: int, limit: int) -> Sequence[Publication] | None:
        """Return up to `limit` publications with seq > `after`, None if not all are kept."""
        tail = self._topic(channel).tail
        if not tail or after + 1 < tail[0].seq:
            return None
        start = after + 1 - tail[0].seq
        if start > len(tail) // 2:
            newest = list(islice(reversed(tail), max(len(tail) - start, 0)))
            return newest[::-1][:limit]
        return list(islice(tail, start, start + limit))

    def forget(self, channel: str) -> None:
        """Drop a channel's tail."""
        topic = self._topic(channel)
        topic.tail.clear()
        topic.size = 0

    def close(self) -> None:
        """Drop all tails and listeners."""
        self._topics.clear()

    def _topic(self, channel: str) -> _Topic:
        topic = self._topics.get(channel)
        if topic is None:
            topic = self._topics[channel] = _Topic()
        return topic

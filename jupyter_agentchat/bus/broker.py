"""The broker: publish, subscribe, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from jupyter_agentchat.protocol.publication import Publication

Listener = Callable[[Sequence[Publication]], None]
"""Called on the event loop with publications in seq order; it must return at once."""

Unsubscribe = Callable[[], None]
"""Ends a subscription; calling it twice does nothing."""


class Broker(Protocol):
    """Carries a channel's publications to listeners.

    Guarantees
    ----------
    Order
        Each listener gets a channel's publications in seq order, each exactly once while it is
        subscribed.
    Atomicity
        A listener that subscribes between two publications gets all later ones and no earlier.
    Isolation
        A listener that raises loses its own publications, no other's.
    What may be lost
        `history` keeps only a recent part; the store is the record.
    """

    def publish(self, channel: str, publications: Sequence[Publication]) -> None:
        """Hand `publications` (ascending, gapless, after all earlier ones) to the listeners."""
        ...

    def subscribe(self, channel: str, listener: Listener) -> Unsubscribe:
        """Add a listener from now on."""
        ...

    def history(self, channel: str, after: int, limit: int) -> Sequence[Publication] | None:
        """Return up to `limit` publications with seq > `after`.

        None if the first of them is no longer kept: read the store then.
        """
        ...

    def forget(self, channel: str) -> None:
        """Drop a channel's history; its listeners stay."""
        ...

    def close(self) -> None:
        """Release what the broker holds."""
        ...

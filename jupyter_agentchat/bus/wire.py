"""What a room asks of a wire: how a batch looks on it, and the way to one connection's socket."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol

from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.protocol.publication import Publication


class WireForm(Protocol):
    """How batches are written on one kind of wire.

    Guarantees of the room that calls it
    ------------------------------------
    Once
        A batch is encoded once for all readers of a channel whose forms have equal keys and that
        stand at the same position.
    Order
        Among the calls for one reader the batches are in order and contiguous, and each is
        given once. So a form that belongs to one reader alone (a key of its own) may keep state.
    """

    @property
    def key(self) -> Hashable:
        """Equal keys promise equal bytes for equal batches."""
        ...

    def encode(self, channel: str, epoch: str, batch: Batch) -> bytes:
        """Return the bytes for the socket, the transport's framing included.

        Empty bytes mean that the batch holds nothing for these readers: they stand after it all
        the same. It must not raise, and must not keep `batch`.
        """
        ...


class Sink(Protocol):
    """The way to one connection's socket; an `Outlet` is its only user.

    Guarantees
    ----------
    Order
        Bytes leave in the order of `write`, whole and without anything between the bytes of one
        call.
    At once
        `write` never waits. What the operating system does not take now, the sink keeps and
        writes as soon as it can; then it calls `drained`, from the event loop and never from
        within `write`.
    """

    drained: Callable[[], None]
    """Set by the outlet; to be called when nothing waits any more after a `write` that was False.
    """

    def write(self, data: bytes) -> bool:
        """Take `data`, all of it; True if nothing of it waits.

        Raises
        ------
        DisconnectedError
            If the connection is gone.
        """
        ...

    def waiting(self) -> int:
        """Return how many bytes were taken and are not with the operating system yet.

        It must fall while the peer reads: an outlet whose bytes do not fall for too long is shut.
        """
        ...


class Observer(Protocol):
    """Who records when chunks were handed to one connection's socket."""

    def stamped(
        self, channel: str, after: int, seqs: Sequence[int], socket_ns: Sequence[int]
    ) -> None:
        """Take the instants of flushes that brought live chunks, in columns.

        The first one brought those from right after the seq `after` up to its own in `seqs`, each
        other one those from the one before on. An instant of 0 says that what is up to its seq was
        not brought. Each chunk is in one call at most.
        """
        ...

    def delivered(
        self,
        channel: str,
        publications: Sequence[Publication],
        replay_until: int,
        *,
        socket_ns: int,
    ) -> None:
        """Take a page of history, or of what was missed, that was handed over at `socket_ns`.

        What stands at or below `replay_until` is history.
        """
        ...

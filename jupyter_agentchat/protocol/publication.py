"""An encoded event with its place in the log."""

from __future__ import annotations

from msgspec import Struct

from jupyter_agentchat.protocol.events import AnyEvent


class Publication(Struct, frozen=True, gc=False):
    """What travels on the bus; encoded once, shared by every reader.

    Attributes
    ----------
    seq : int
        The event's seq, gapless within its channel.
    event : AnyEvent
        The event itself.
    data : bytes
        Its JSON.
    provider_ns, agent_ns, bus_ns : int
        Monotonic instants in ns of the first three hops; the first two are 0 where the event is
        no chunk.
    """

    seq: int
    event: AnyEvent
    data: bytes
    provider_ns: int
    agent_ns: int
    bus_ns: int

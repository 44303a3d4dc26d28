"""What this package raises: the peer's faults and ours, kept apart.

::

    InvalidInputError
    └── PacketError            bad_packet          400   the peer sent what the protocol forbids
        └── PacketTooLargeError  packet_too_large  413   … or more of it than was agreed
    AgentChatError
    └── IllegalMoveError       illegal_move        500   the shell asked for what the state forbids

The machines never raise `PacketError`: they close and say so in an event. Only the packet
functions do.
"""

from __future__ import annotations

from jupyter_agentchat.errors import AgentChatError, InvalidInputError


class PacketError(InvalidInputError):
    """The peer's bytes are not a packet the protocol knows."""

    code = "bad_packet"


class PacketTooLargeError(PacketError):
    """A frame or payload over the size agreed in the handshake (``maxPayload``)."""

    code = "packet_too_large"
    status = 413


class IllegalMoveError(AgentChatError):
    """A move that the machine's transition table does not have: a bug of the caller."""

    code = "illegal_move"

"""Socket.IO packets as values.

Source: socket.io-protocol, revision 5, "Exchange protocol".
"""

from __future__ import annotations

import re
from enum import IntEnum

from msgspec import Struct

from jupyter_agentchat.socketio.errors import PacketError

MAX_ACK_ID = 2**53 - 1  # the largest integer that JavaScript keeps
_NAMESPACE = re.compile(r"/[^,\x00-\x1f\ud800-\udfff]*\Z")

RESERVED_EVENTS = frozenset(
    {
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "newListener",
        "removeListener",
    }
)
"""Names that mean something else to the reference client or server; no event may bear them."""


class PacketType(IntEnum):
    """The packet types, as the digit on the wire."""

    CONNECT = 0
    DISCONNECT = 1
    EVENT = 2
    ACK = 3
    CONNECT_ERROR = 4
    BINARY_EVENT = 5
    BINARY_ACK = 6


class Packet(Struct, frozen=True):
    """One packet, checked at construction.

    Whether an event or an acknowledgement has binary parts shows in `data` alone: a packet is of
    type ``EVENT`` or ``ACK``, and the binary types exist on the wire only.

    Attributes
    ----------
    type : PacketType
        One of the five that are not binary.
    namespace : str
        Begins with a slash.
    data : object
        JSON, with bytes anywhere in an event or acknowledgement: an object or None to connect, a
        list that begins with the name for an event, a list for an acknowledgement, an object or
        text to refuse.
    id : int or None
        The acknowledgement id.

    Raises
    ------
    PacketError
        If the parts do not fit together.
    """

    type: PacketType
    namespace: str = "/"
    data: object = None
    id: int | None = None

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        if not _NAMESPACE.match(self.namespace):
            message = "A namespace begins with '/' and holds no ',' and no control characters."
            raise PacketError(message)
        if not _data_fits(self.type, self.data):
            raise PacketError(
                f"{self.type.name} cannot carry this payload: {_EXPECTED[self.type]}."
            )
        if not _id_fits(self.type, self.id):
            raise PacketError(f"{self.type.name} cannot carry the acknowledgement id {self.id}.")


_EXPECTED = {
    PacketType.CONNECT: "it takes an object or nothing",
    PacketType.DISCONNECT: "it takes nothing",
    PacketType.EVENT: "it takes a list that begins with a name that is not reserved",
    PacketType.ACK: "it takes a list",
    PacketType.CONNECT_ERROR: "it takes an object or text",
    PacketType.BINARY_EVENT: "the binary types exist on the wire only",
    PacketType.BINARY_ACK: "the binary types exist on the wire only",
}


def _data_fits(kind: PacketType, data: object) -> bool:
    if kind is PacketType.EVENT:
        if not isinstance(data, list) or not data:
            return False
        return isinstance(data[0], str) and data[0] not in RESERVED_EVENTS
    if kind is PacketType.ACK:
        return isinstance(data, list)
    if kind is PacketType.CONNECT:
        return data is None or isinstance(data, dict)
    if kind is PacketType.CONNECT_ERROR:
        return isinstance(data, dict | str)
    return kind is PacketType.DISCONNECT and data is None


def _id_fits(kind: PacketType, ack_id: int | None) -> bool:
    if kind is PacketType.EVENT and ack_id is None:
        return True
    if kind in (PacketType.EVENT, PacketType.ACK):
        return ack_id is not None and 0 <= ack_id <= MAX_ACK_ID
    return ack_id is None

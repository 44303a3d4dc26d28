"""Packets out: an event is encoded once, and sent to many.

Source: socket.io-protocol, revision 5, "Packet encoding". Every frame begins with the Engine.IO
type ``4`` already.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.socketio.attachments import extract
from jupyter_agentchat.socketio.frames import Frame, Frames
from jupyter_agentchat.socketio.packets import Packet, PacketType

_ENCODER = msgspec.json.Encoder()
_BINARY = {PacketType.EVENT: PacketType.BINARY_EVENT, PacketType.ACK: PacketType.BINARY_ACK}


class EncodedEvent(Struct, frozen=True):
    """One event as bytes; what differs between sockets is spliced in, not encoded again.

    Attributes
    ----------
    namespace, name : str
        Where it belongs and what it is called.
    ends_in_text : bool
        Whether its last argument (or its bare name) is text: a client that has a private id takes
        that for an offset, so such an event needs one.
    plain : tuple of Frame
        The frames without id and offset, the same for every socket.
    head, body : bytes
        What stands before an acknowledgement id, and the list of name and arguments after it.
    """

    namespace: str
    name: str
    ends_in_text: bool
    plain: Frames
    head: bytes
    body: bytes

    def frames(self, *, ack_id: int | None = None, offset: str | None = None) -> Frames:
        """Return the frames for one socket, or for all that share `offset`.

        Parameters
        ----------
        ack_id : int, optional
            Asks for an acknowledgement.
        offset : str, optional
            The connection-state offset, which becomes the last argument.

        Raises
        ------
        InvalidInputError
            If both are given: a handler takes what follows the arguments for its callback.
        """
        if ack_id is None and offset is None:
            return self.plain
        if ack_id is not None and offset is not None:
            raise InvalidInputError("An event that asks for an acknowledgement has no offset.")
        if ack_id is not None:
            first = b"%b%d%b" % (self.head, ack_id, self.body)
        else:
            first = b"%b%b,%b]" % (self.head, self.body[:-1], _to_json(offset))
        return (Frame(first), *self.plain[1:])


def encode_event(namespace: str, name: str, *args: object) -> EncodedEvent:
    """Encode one event, once.

    Parameters
    ----------
    namespace, name : str
        Where it belongs and what it is called; `name` is not a reserved one.
    *args : object
        Anything msgspec writes as JSON; bytes in lists, tuples and dicts become attachments.

    Raises
    ------
    InvalidInputError
        If the name is reserved, the namespace is none, or an argument is not JSON.
    """
    packet = Packet(PacketType.EVENT, namespace, [name, *args])
    head, body, attachments = _parts(packet)
    plain = (Frame(head + body), *attachments)
    ends_in_text = isinstance(args[-1] if args else name, str)
    return EncodedEvent(namespace, name, ends_in_text, plain, head, body)


def encode_packet(packet: Packet) -> Frames:
    """Return the frames of any packet.

    Raises
    ------
    InvalidInputError
        If its data is not JSON.
    """
    head, body, attachments = _parts(packet)
    ack_id = b"" if packet.id is None else b"%d" % packet.id
    return (Frame(head + ack_id + body), *attachments)


def _parts(packet: Packet) -> tuple[bytes, bytes, Frames]:
    """Return what stands before the id, what stands after it, and the attachments."""
    data, found = _extract(packet.data)
    digits = b"%d%d-" % (_BINARY[packet.type], len(found)) if found else b"%d" % packet.type
    namespace = b"" if packet.namespace == "/" else packet.namespace.encode() + b","
    body = b"" if data is None else _to_json(data)
    return b"4" + digits + namespace, body, tuple(Frame(item, binary=True) for item in found)


def _extract(data: object) -> tuple[object, tuple[bytes, ...]]:
    try:
        return extract(data)
    except RecursionError:
        raise InvalidInputError("A packet's data may not be nested endlessly.") from None


def _to_json(value: object) -> bytes:
    try:
        return _ENCODER.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise InvalidInputError(f"A packet's data must be JSON: {error}.") from error

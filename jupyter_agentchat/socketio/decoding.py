"""Text and attachments in, packets out: the strict half of the codec.

Source: socket.io-protocol, revision 5, "Packet encoding".
"""

from __future__ import annotations

import re

import msgspec

from jupyter_agentchat.socketio.attachments import nests_deeper, restore
from jupyter_agentchat.socketio.errors import PacketError
from jupyter_agentchat.socketio.packets import Packet, PacketType
from jupyter_agentchat.socketio.settings import ConnectionSettings

_HEAD = re.compile(
    r"(?:(?P<plain>[0-4])|(?P<binary>[56])(?P<count>0|[1-9][0-9]{0,5})-)"
    r"(?:(?P<namespace>/[^,\x00-\x1f]*)(?:,|\Z))?"
    r"(?P<id>0|[1-9][0-9]{0,15})?"
)
_PLAIN = {PacketType.BINARY_EVENT: PacketType.EVENT, PacketType.BINARY_ACK: PacketType.ACK}
_JSON: msgspec.json.Decoder[object] = msgspec.json.Decoder()


class PacketDecoder:
    """Reads the messages of one connection; a binary packet is complete with its attachments.

    Parameters
    ----------
    settings : ConnectionSettings
        How many attachments a packet may announce, and how deep it may nest.
    """

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._pending: Packet | None = None
        self._missing = 0
        self._attachments: list[bytes] = []

    def feed(self, data: str | bytes) -> Packet | None:
        """Return the packet that `data` completes, if it completes one.

        Raises
        ------
        PacketError
            If `data` is not what the protocol allows here; nothing after it can be read.
        """
        if isinstance(data, bytes):
            return self._feed_attachment(data)
        if self._pending is not None:
            raise PacketError("A text packet came where an attachment was announced.")
        packet, self._missing = self._decode_text(data)
        if not self._missing:
            return packet
        self._pending = packet
        return None

    def _feed_attachment(self, data: bytes) -> Packet | None:
        if self._pending is None:
            raise PacketError("An attachment came that no packet announced.")
        self._attachments.append(data)
        if len(self._attachments) < self._missing:
            return None
        packet, self._pending = self._pending, None
        attachments, self._attachments = self._attachments, []
        return Packet(packet.type, packet.namespace, restore(packet.data, attachments), packet.id)

    def _decode_text(self, text: str) -> tuple[Packet, int]:
        head = _HEAD.match(text)
        if head is None:
            raise PacketError("A packet begins with its type, 0 to 6, and a binary one's count.")
        count = int(head["count"] or 0)
        if count > self._settings.max_attachments:
            message = (
                f"A packet may have {self._settings.max_attachments} attachments, not {count}."
            )
            raise PacketError(message)
        wire_type = PacketType(int(head["plain"] or head["binary"]))
        kind = _PLAIN.get(wire_type, wire_type)
        data = self._decode_payload(text[head.end() :])
        if kind is PacketType.EVENT:
            data = _with_text_name(data)
        ack_id = None if head["id"] is None else int(head["id"])
        return Packet(kind, head["namespace"] or "/", data, ack_id), count

    def _decode_payload(self, text: str) -> object:
        if not text:
            return None
        try:
            data = _JSON.decode(text)
        except (ValueError, RecursionError):
            raise PacketError(
                "A packet's payload is JSON, without NaN or lone surrogates."
            ) from None
        if data is None:
            raise PacketError("A packet without a payload ends after its head; null is none.")
        limit = self._settings.max_depth
        if text.count("[") + text.count("{") > limit and nests_deeper(data, limit):
            raise PacketError(f"A payload may nest {limit} deep; this one is deeper.")
        return data


def _with_text_name(data: object) -> object:
    """Return `data` with its name as text: JavaScript emits ``emit(1, …)`` as a number."""
    if isinstance(data, list) and data and type(data[0]) is int:
        return [str(data[0]), *data[1:]]
    return data

from __future__ import annotations

import pytest

from jupyter_agentchat.socketio.errors import PacketError
from jupyter_agentchat.socketio.packets import MAX_ACK_ID, RESERVED_EVENTS, Packet, PacketType


@pytest.mark.parametrize(
    ("kind", "data", "ack_id"),
    [
        (PacketType.CONNECT, None, None),
        (PacketType.CONNECT, {"token": "1"}, None),
        (PacketType.DISCONNECT, None, None),
        (PacketType.EVENT, ["hi"], None),
        (PacketType.EVENT, ["hi", 1, b"x"], MAX_ACK_ID),
        (PacketType.ACK, [], 0),
        (PacketType.CONNECT_ERROR, {"message": "no"}, None),
        (PacketType.CONNECT_ERROR, "no", None),
    ],
)
def test_what_fits_together_is_a_packet(kind: PacketType, data: object, ack_id: int | None) -> None:
    assert Packet(kind, "/", data, ack_id).data == data


@pytest.mark.parametrize(
    ("kind", "data", "ack_id"),
    [
        (PacketType.CONNECT, "token", None),
        (PacketType.CONNECT, ["token"], None),
        (PacketType.CONNECT, None, 1),
        (PacketType.DISCONNECT, {}, None),
        (PacketType.DISCONNECT, None, 1),
        (PacketType.EVENT, None, None),
        (PacketType.EVENT, [], None),
        (PacketType.EVENT, {}, None),
        (PacketType.EVENT, [1], None),
        (PacketType.EVENT, [None], None),
        (PacketType.EVENT, ["hi"], -1),
        (PacketType.EVENT, ["hi"], MAX_ACK_ID + 1),
        (PacketType.ACK, None, 1),
        (PacketType.ACK, [], None),
        (PacketType.CONNECT_ERROR, None, None),
        (PacketType.CONNECT_ERROR, {"message": "no"}, 1),
        (PacketType.BINARY_EVENT, ["hi"], None),
        (PacketType.BINARY_ACK, [], 1),
    ],
)
def test_what_does_not_fit_together_is_none(
    kind: PacketType, data: object, ack_id: int | None
) -> None:
    with pytest.raises(PacketError, match=kind.name):
        Packet(kind, "/", data, ack_id)


@pytest.mark.parametrize("name", sorted(RESERVED_EVENTS))
def test_reserved_names_are_no_events(name: str) -> None:
    with pytest.raises(PacketError, match="not reserved"):
        Packet(PacketType.EVENT, "/", [name])


@pytest.mark.parametrize("namespace", ["", "chat", "/a,b", "/a\x1eb", "/a\n", "/\ud800"])
def test_namespaces_begin_with_a_slash_and_fit_the_wire(namespace: str) -> None:
    with pytest.raises(PacketError, match="begins with '/'"):
        Packet(PacketType.CONNECT, namespace)


def test_ids_stay_what_javascript_keeps_exactly() -> None:
    assert MAX_ACK_ID == 9_007_199_254_740_991

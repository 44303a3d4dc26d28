from __future__ import annotations

import msgspec
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.socketio.encoding import encode_event, encode_packet
from jupyter_agentchat.socketio.errors import PacketError
from jupyter_agentchat.socketio.frames import Frame
from jupyter_agentchat.socketio.packets import Packet, PacketType


@pytest.mark.parametrize(
    ("packet", "text"),
    [
        (Packet(PacketType.CONNECT), b"40"),
        (Packet(PacketType.CONNECT, "/admin", {"sid": "x"}), b'40/admin,{"sid":"x"}'),
        (Packet(PacketType.DISCONNECT, "/admin"), b"41/admin,"),
        (Packet(PacketType.EVENT, "/", ["foo"], 12), b'4212["foo"]'),
        (Packet(PacketType.ACK, "/admin", [], 13), b"43/admin,13[]"),
        (Packet(PacketType.CONNECT_ERROR, "/", {"message": "no"}), b'44{"message":"no"}'),
    ],
)
def test_packets_become_one_text_frame(packet: Packet, text: bytes) -> None:
    assert encode_packet(packet) == (Frame(text),)


def test_bytes_follow_in_frames_of_their_own() -> None:
    packet = Packet(PacketType.ACK, "/", ["bar", b"\x01"], 15)
    assert encode_packet(packet) == (
        Frame(b'461-15["bar",{"_placeholder":true,"num":0}]'),
        Frame(b"\x01", binary=True),
    )


def test_an_event_is_encoded_once_and_shared() -> None:
    event = encode_event("/", "news", {"a": 1})
    assert event.frames() == (Frame(b'42["news",{"a":1}]'),)
    assert event.frames() is event.frames()


def test_an_acknowledgement_id_and_an_offset_are_spliced_in() -> None:
    event = encode_event("/admin", "news", {"a": 1})
    assert event.frames(ack_id=7) == (Frame(b'42/admin,7["news",{"a":1}]'),)
    assert event.frames(offset='é"') == (Frame('42/admin,["news",{"a":1},"é\\""]'.encode()),)


def test_attachments_are_the_same_for_every_socket() -> None:
    event = encode_event("/", "file", b"\x00")
    first, second = event.frames(ack_id=0), event.frames(offset="lab:1")
    assert first[0].data == b'451-0["file",{"_placeholder":true,"num":0}]'
    assert second[0].data == b'451-["file",{"_placeholder":true,"num":0},"lab:1"]'
    assert first[1] is second[1] is event.frames()[1]


def test_an_event_that_asks_for_an_acknowledgement_has_no_offset() -> None:
    with pytest.raises(InvalidInputError, match="no offset"):
        encode_event("/", "news").frames(ack_id=1, offset="x")


@pytest.mark.parametrize(
    ("args", "ends"), [((), True), (("x",), True), ((1,), False), (("x", {}), False)]
)
def test_an_event_knows_whether_a_client_could_take_its_end_for_an_offset(
    args: tuple[object, ...],
    ends: bool,  # noqa: FBT001
) -> None:
    assert encode_event("/", "news", *args).ends_in_text is ends


def test_what_is_json_already_is_not_encoded_again() -> None:
    event = encode_event("/", "news", msgspec.Raw(b'{"a":1}'))
    assert event.frames()[0].data == b'42["news",{"a":1}]'


def test_no_text_can_end_a_packet() -> None:
    (frame,) = encode_event("/", "news", "a\x1e2\nb").frames(offset="\x1e41")
    assert frame.data == b'42["news","a\\u001e2\\nb","\\u001e41"]'


@pytest.mark.parametrize("value", [object(), "\ud800", {None: 1}, {1, object()}])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError, match="must be JSON"):
        encode_event("/", "news", value)


def test_what_contains_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(InvalidInputError, match="endlessly"):
        encode_event("/", "news", endless)


@pytest.mark.parametrize(("namespace", "name"), [("admin", "news"), ("/", "connect")])
def test_an_event_needs_a_namespace_and_a_free_name(namespace: str, name: str) -> None:
    with pytest.raises(PacketError):
        encode_event(namespace, name)

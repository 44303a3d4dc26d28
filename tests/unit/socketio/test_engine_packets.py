from __future__ import annotations

import json

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.socketio.engine_packets import (
    PING,
    EnginePacket,
    EngineType,
    decode_frame,
    decode_payload,
    encode_payload,
    message_frame,
    open_frame,
)
from jupyter_agentchat.socketio.errors import PacketError, PacketTooLargeError
from jupyter_agentchat.socketio.frames import Frame
from jupyter_agentchat.socketio.settings import EngineSettings

LIMITS = EngineSettings(max_payload=20, max_packets=3)


def test_open_frame_has_exactly_the_keys_of_the_protocol() -> None:
    frame = open_frame("abc", "polling", EngineSettings())
    assert frame.data[:1] == b"0"
    assert json.loads(frame.data[1:]) == {
        "sid": "abc",
        "upgrades": ["websocket"],
        "pingInterval": 25000,
        "pingTimeout": 20000,
        "maxPayload": 1000000,
    }


@pytest.mark.parametrize(
    ("transport", "offered"), [("websocket", ("polling", "websocket")), ("polling", ("polling",))]
)
def test_no_upgrade_where_there_is_nothing_to_upgrade_to(transport: str, offered: object) -> None:
    settings = EngineSettings(transports=offered)  # type: ignore[arg-type]
    frame = open_frame("abc", transport, settings)  # type: ignore[arg-type]
    assert json.loads(frame.data[1:])["upgrades"] == []


def test_messages_are_text_behind_4_or_bytes_as_they_are() -> None:
    assert message_frame("grüß") == Frame("4grüß".encode())
    assert message_frame(b"\x00") == Frame(b"\x00", binary=True)


@pytest.mark.parametrize("text", ["a\x1eb", "\ud800"])
def test_text_that_no_transport_could_carry_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="cannot hold"):
        message_frame(text)


@pytest.mark.parametrize(
    ("frame", "packet"),
    [
        ("4", EnginePacket(EngineType.MESSAGE)),
        ("4hello", EnginePacket(EngineType.MESSAGE, "hello")),
        ("2probe", EnginePacket(EngineType.PING, "probe")),
        ("3", EnginePacket(EngineType.PONG)),
        (b"4hello", EnginePacket(EngineType.MESSAGE, b"4hello")),
        (b"", EnginePacket(EngineType.MESSAGE, b"")),
    ],
)
def test_frames_are_read(frame: str | bytes, packet: EnginePacket) -> None:
    assert decode_frame(frame, 100) == packet


@pytest.mark.parametrize("frame", ["", "7", "a", "bAQ==", " 4", "٤"])
def test_text_without_a_type_is_refused(frame: str) -> None:
    with pytest.raises(PacketError, match="0 to 6"):
        decode_frame(frame, 100)


@pytest.mark.parametrize("frame", ["4" + "x" * 10, "4" + "é" * 5, b"x" * 11])
def test_frames_have_a_size_in_bytes(frame: str | bytes) -> None:
    assert decode_frame(frame, 11).type is EngineType.MESSAGE
    with pytest.raises(PacketTooLargeError, match="10 bytes"):
        decode_frame(frame, 10)


def test_payload_joins_packets_and_wraps_bytes() -> None:
    frames = [message_frame("a"), message_frame(b"\x01\x02\x03\x04"), PING]
    assert encode_payload(frames) == b"4a\x1ebAQIDBA==\x1e2"


def test_payload_is_read_back() -> None:
    assert decode_payload(b"4a\x1ebAQIDBA==\x1e3", LIMITS) == [
        EnginePacket(EngineType.MESSAGE, "a"),
        EnginePacket(EngineType.MESSAGE, b"\x01\x02\x03\x04"),
        EnginePacket(EngineType.PONG),
    ]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "0 to 6"),
        (b"4a\x1e", "0 to 6"),
        (b"abc", "0 to 6"),
        (b"4\xff", "UTF-8"),
        (b"bAQ", "base64"),
        (b"b!!!!", "base64"),
        ("bé".encode(), "base64"),
        (b"2\x1e2\x1e2\x1e2", "3 packets"),
    ],
)
def test_malformed_payloads_are_refused_whole(body: bytes, complaint: str) -> None:
    with pytest.raises(PacketError, match=complaint):
        decode_payload(body, LIMITS)


def test_payloads_have_a_size() -> None:
    assert decode_payload(b"4" * 20, LIMITS)
    with pytest.raises(PacketTooLargeError, match="this one has 21"):
        decode_payload(b"4" * 21, LIMITS)

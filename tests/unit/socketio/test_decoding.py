from __future__ import annotations

import pytest

from jupyter_agentchat.socketio.decoding import PacketDecoder
from jupyter_agentchat.socketio.errors import PacketError
from jupyter_agentchat.socketio.packets import Packet, PacketType
from jupyter_agentchat.socketio.settings import ConnectionSettings

SLOTS = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'


def decoder(max_attachments: int = 3, max_depth: int = 5) -> PacketDecoder:
    return PacketDecoder(ConnectionSettings(max_attachments=max_attachments, max_depth=max_depth))


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ("0", Packet(PacketType.CONNECT)),
        ('0{"token":"1"}', Packet(PacketType.CONNECT, "/", {"token": "1"})),
        ("0/admin,", Packet(PacketType.CONNECT, "/admin")),
        ("0/admin", Packet(PacketType.CONNECT, "/admin")),
        ('0/admin,{"a":1}', Packet(PacketType.CONNECT, "/admin", {"a": 1})),
        ("0/admin?x=1,", Packet(PacketType.CONNECT, "/admin?x=1")),
        ("1", Packet(PacketType.DISCONNECT)),
        ("1/admin,", Packet(PacketType.DISCONNECT, "/admin")),
        ('2["foo"]', Packet(PacketType.EVENT, "/", ["foo"])),
        ('2/admin,["bar"]', Packet(PacketType.EVENT, "/admin", ["bar"])),
        ('212["foo"]', Packet(PacketType.EVENT, "/", ["foo"], 12)),
        ('20["foo"]', Packet(PacketType.EVENT, "/", ["foo"], 0)),
        ('3/admin,13["bar"]', Packet(PacketType.ACK, "/admin", ["bar"], 13)),
        ("35[]", Packet(PacketType.ACK, "/", [], 5)),
        ('4{"message":"no"}', Packet(PacketType.CONNECT_ERROR, "/", {"message": "no"})),
        ('50-["foo"]', Packet(PacketType.EVENT, "/", ["foo"])),
        ('2[1,{"a":2}]', Packet(PacketType.EVENT, "/", ["1", {"a": 2}])),
    ],
)
def test_text_packets_are_read(text: str, packet: Packet) -> None:
    assert decoder().feed(text) == packet


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "abc",
        "2",
        "2{}",
        "2[]",
        "2[true]",
        "2[1.5]",
        "2null",
        '2abc["foo"]',
        '2-1["foo"]',
        '207["foo"]',
        '29007199254740992["foo"]',
        '212345678901234567["foo"]',
        '2/admin["foo"]',
        '2["foo"] x',
        '2["\ud800"]',
        '2["\\ud800"]',
        "2[NaN]",
        '2["foo",1e999]',
        '2["foo"',
        '2["disconnect"]',
        '3["foo"]',
        "3{}",
        "0[]",
        '0"token"',
        "0null",
        "01",
        "1{}",
        "4",
        "5",
        '5["foo"]',
        '5x-["foo"]',
        '501-["foo"]',
        '5-1-["foo"]',
        '54-["foo"]',
        "51-",
        '599999999-["foo"]',
        "51-[]",
        "0/a\x1eb",
        "2" + "[" * 100_000,
        '2["foo"' + ",[" * 6 + "]" * 7,
    ],
)
def test_malformed_packets_are_refused(text: str) -> None:
    with pytest.raises(PacketError):
        decoder().feed(text)


def test_a_binary_packet_is_complete_with_its_last_attachment() -> None:
    reader = decoder()
    assert reader.feed(f'52-/admin,7["foo",{SLOTS}]') is None
    assert reader.feed(b"a") is None
    assert reader.feed(b"b") == Packet(PacketType.EVENT, "/admin", ["foo", b"a", b"b"], 7)
    assert reader.feed('2["next"]') == Packet(PacketType.EVENT, "/", ["next"])


def test_a_binary_acknowledgement_is_an_acknowledgement() -> None:
    reader = decoder()
    reader.feed(f"62-3[{SLOTS}]")
    reader.feed(b"a")
    assert reader.feed(b"b") == Packet(PacketType.ACK, "/", [b"a", b"b"], 3)


def test_text_may_not_come_between_attachments() -> None:
    reader = decoder()
    reader.feed(f'52-["foo",{SLOTS}]')
    with pytest.raises(PacketError, match="attachment was announced"):
        reader.feed('2["bar"]')


def test_bytes_may_not_come_unannounced() -> None:
    with pytest.raises(PacketError, match="no packet announced"):
        decoder().feed(b"a")


def test_attachments_that_nothing_names_are_refused() -> None:
    reader = decoder()
    reader.feed('51-["foo"]')
    with pytest.raises(PacketError, match="placeholder"):
        reader.feed(b"a")


def test_the_number_of_attachments_is_bounded() -> None:
    assert decoder(max_attachments=2).feed(f'52-["foo",{SLOTS}]') is None
    with pytest.raises(PacketError, match="1 attachments, not 2"):
        decoder(max_attachments=1).feed(f'52-["foo",{SLOTS}]')


def test_the_depth_is_bounded() -> None:
    assert decoder(max_depth=2).feed('2["foo",{}]')
    with pytest.raises(PacketError, match="2 deep"):
        decoder(max_depth=2).feed('2["foo",{"a":[]}]')

from __future__ import annotations

import pytest

from jupyter_agentchat.dialects.eliza.asking import (
    SEND_MISSING,
    first_object,
    read_message,
    read_room,
    read_send,
)
from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER
from jupyter_agentchat.errors import InvalidInputError

SEND = {"senderId": "u", "message": "hi", "roomId": "r"}


@pytest.mark.parametrize(
    ("kind", "verb"),
    [(1, "join"), ("1", "join"), ("ROOM_JOINING", "join"), (2, "send"), ("leave", "leave")],
)
def test_types_have_several_spellings(kind: object, verb: str) -> None:
    assert read_message([{"type": kind, "payload": SEND}]) == (verb, SEND)


@pytest.mark.parametrize("kind", [0, 3, 6, "3", "join us", [], 1.5])
def test_other_types_are_the_servers(kind: object) -> None:
    with pytest.raises(InvalidInputError, match="is not taken from clients"):
        read_message([{"type": kind, "payload": {}}])


def test_text_and_channel_make_a_legacy_send() -> None:
    assert read_message([{"text": "hi", "channelId": "r"}])[0] == "legacy"
    with pytest.raises(InvalidInputError, match="type 1 joins a room"):
        read_message([{"channelId": "r"}])


def test_an_event_carries_an_object() -> None:
    cases: list[list[object]] = [[], ["x"], [None], [[]]]
    for args in cases:
        with pytest.raises(InvalidInputError, match="'typing' carries an object"):
            first_object(args, "typing")


def test_a_room_is_named_in_any_spelling() -> None:
    for name in ("channelId", "roomId", "channel_id", "room_id"):
        assert read_room({name: "r"}, "missing").channel == "r"
    asked = read_room({"roomId": "r", "userId": "u", "serverId": "s", "agentId": "a"}, "missing")
    assert (asked.entity, asked.server, asked.agent) == ("u", "s", "a")
    with pytest.raises(InvalidInputError, match="missing"):
        read_room({"roomId": "  "}, "missing")


def test_a_send_is_read_whole() -> None:
    spoken = read_send(
        {**SEND, "senderName": "Ada", "messageId": "c", "source": "x", "targetUserId": "t"},
        needs_sender=True,
    )
    assert (spoken.channel, spoken.text, spoken.sender) == ("r", "hi", "u")
    assert (spoken.sender_name, spoken.client_message_id, spoken.source) == ("Ada", "c", "x")
    assert spoken.server == DEFAULT_SERVER
    assert spoken.metadata == {"targetUserId": "t"}


@pytest.mark.parametrize("missing", ["senderId", "message", "roomId"])
def test_a_send_needs_its_fields(missing: str) -> None:
    fields = {name: value for name, value in SEND.items() if name != missing}
    with pytest.raises(InvalidInputError) as error:
        read_send(fields, needs_sender=True)
    assert error.value.message == SEND_MISSING


def test_attachments_stand_for_a_text() -> None:
    spoken = read_send(
        {**SEND, "message": "", "attachments": [{"url": "http://x/a.png", "title": "a"}]},
        needs_sender=True,
    )
    assert spoken.attachments[0].name == "a"

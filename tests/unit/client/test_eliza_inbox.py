from __future__ import annotations

import pytest

from jupyter_agentchat.client.eliza import inbox as module
from jupyter_agentchat.client.eliza.inbox import Inbox
from jupyter_agentchat.client.eliza.stored import created_ms
from tests.data.clients.inboxes import ROOM, Json, broken, forgotten, joined, told_whole


@pytest.mark.parametrize("seed", range(40))
def test_over_breaks_anywhere_everything_comes_once_and_in_order(seed: int) -> None:
    case, expected = broken(seed)
    assert case.given == expected


@pytest.mark.parametrize("seed", range(40))
def test_a_server_that_forgets_costs_no_message(seed: int) -> None:
    case, expected = forgotten(seed)
    given = [payload["id"] for name, payload in case.given if told_whole(name)]
    assert sorted(given) == sorted({payload["id"] for _, payload in expected})


def place(**fields: object) -> Json:
    return {"channelId": ROOM, "roomId": ROOM, **fields}


def standing() -> Inbox:
    inbox = Inbox()
    inbox.join(ROOM)
    inbox.stand(joined(None), 1)
    return inbox


def test_what_is_of_no_room_or_an_answer_is_handed_on() -> None:
    inbox = Inbox()
    assert inbox.take("authenticated", {"entityId": "a"})
    for name in ("messageError", "messageAck", "channel_joined"):
        assert inbox.take(name, place()) == [(name, place())]
    assert inbox.take("messageBroadcast", place(id="m")) == []


def test_an_entry_of_the_log_comes_once_under_one_name() -> None:
    inbox, entry = Inbox(), {"msg": "m"}
    assert inbox.take("logStream", entry) == [("logStream", entry)]
    assert inbox.take("log_stream", {"payload": entry}) == [("logStream", entry)]
    assert inbox.take("logStream", entry) == []


def test_an_entry_cut_off_in_the_middle_is_asked_for_again() -> None:
    inbox = Inbox()
    inbox.join(ROOM)
    inbox.stand(joined("e:4"), 1)
    assert inbox.after(ROOM) == "e:4"
    inbox.take("messageStreamChunk", place(seq=5, messageId="m", index=0, chunk="a"))
    assert inbox.after(ROOM) == "e:5"
    inbox.take("userTyping", place(seq=6, userId="u", isTyping=False))
    inbox.take("messageBroadcast", place(seq=6, id="m"))
    assert inbox.after(ROOM) == "e:5"
    assert inbox.take("userTyping", place(seq=6, userId="u", isTyping=False)) == []
    assert inbox.take("messageComplete", place(seq=6, messageId="m"))


def test_an_answer_that_was_cut_off_ends() -> None:
    inbox = standing()
    inbox.take("controlMessage", place(action="disable_input", messageId="m"))
    inbox.take("controlMessage", place(action="disable_input", messageId="still"))
    assert inbox.stand(joined(None, live=[{"messageId": "still"}]), 1)
    done = {"id": "m", "content": "whole", "createdAt": "1970-01-01T00:00:00.000Z"}
    names = [(name, each.get("text")) for name, each in inbox.replay(ROOM, [done], is_whole=True)]
    assert names == [
        ("messageBroadcast", "whole"),
        ("messageComplete", None),
        ("controlMessage", None),
    ]


def test_what_cannot_be_fetched_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HELD", 2)
    inbox = standing()
    inbox.stand(joined(None), 1)
    for number in range(3):
        assert inbox.take("messageBroadcast", place(id=f"{number}")) == []
    names = [name for name, _ in inbox.replay(ROOM, [], is_whole=True)]
    assert names == ["missed", "messageBroadcast", "messageBroadcast"]
    inbox.stand(joined(None), 1)
    assert inbox.replay(ROOM, [], is_whole=False) == [("missed", place())]
    assert inbox.replay(ROOM, [], is_whole=False) == []


def test_ids_are_remembered_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_IDS", 2)
    inbox = standing()
    for id_ in "abc":
        assert inbox.take("messageBroadcast", place(id=id_))
    assert inbox.take("messageBroadcast", place(id="c")) == []
    assert inbox.take("messageBroadcast", place(id="a"))


def test_a_deleted_room_is_left() -> None:
    inbox = standing()
    assert inbox.take("channelDeleted", place())
    assert ROOM not in inbox
    assert inbox.rooms == []


def test_instants_are_read_as_servers_write_them() -> None:
    assert created_ms({"createdAt": "2025-01-01T00:00:00.250Z"}) == 1735689600250
    assert created_ms({"created_at": 7, "createdAt": "never"}) == 7
    assert created_ms({"createdAt": "never"}) == created_ms({"createdAt": None}) == 0

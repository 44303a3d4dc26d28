from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.client.openwebui import Channels, ChannelView
from jupyter_agentchat.client.openwebui import channel_view as module
from jupyter_agentchat.client.openwebui.rows import Rows
from jupyter_agentchat.client.openwebui.typing import MAX_TYPING, Typing
from tests.data.clients.webui import ME, MS, WebUI, apply_step, is_top, random_case

Json = dict[str, Any]


@pytest.mark.parametrize("loses", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_what_is_shown_is_what_the_server_has(seed: int, *, loses: bool) -> None:
    case, server, _ = random_case(seed, loses=loses)
    assert by_id(case["result"]["messages"]) == by_id(server.page())
    for parent, rows in case["result"]["threads"].items():
        assert by_id(rows) == by_id(server.thread(parent))
    instants = [each["created_at"] for each in case["result"]["messages"]]
    assert instants == sorted(instants, reverse=True)


@pytest.mark.parametrize("seed", range(40))
def test_unread_is_what_others_said_since_it_was_read(seed: int) -> None:
    case, server, read = random_case(seed, loses=False)
    unread = [
        each
        for each in server.messages.values()
        if is_top(each) and each["user_id"] != ME and each["created_at"] > read
    ]
    assert case["result"]["unread"] == len(unread)


def by_id(rows: list[Json]) -> dict[str, Json]:
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def showing(*messages: Json) -> ChannelView:
    view = ChannelView("lab", ME)
    view.install(messages)
    return view


def message(id: str, at: int = 1, **more: object) -> Json:
    return {"id": id, "user_id": "bob", "created_at": at, "updated_at": at, **more}


def said(server: WebUI, *args: str, **more: Any) -> Json:
    return server.say(*args, **more)[0]


def test_what_was_posted_is_replaced_by_its_event() -> None:
    view, server = showing(), WebUI(0)
    view.post({"temp_id": "t", "content": "Hi"})
    assert view.messages == [{"id": "t", "temp_id": "t", "content": "Hi"}]
    view.take(said(server, ME, temp_id="t"), 0)
    assert [(each["id"], "temp_id" in each) for each in view.messages] == [("m1000", False)]


def test_what_is_on_its_way_stays_on_top_through_a_new_page() -> None:
    view = showing()
    view.post({"temp_id": "t1"})
    view.post({"temp_id": "t2"})
    view.begin()
    view.install([message("m1", 5)])
    assert [each["id"] for each in view.messages] == ["t2", "t1", "m1"]
    view.confirm(message("m2", 6), "t1")
    assert [each["id"] for each in view.messages] == ["t2", "m2", "m1"]


def test_an_older_state_of_a_message_does_not_replace_a_newer_one() -> None:
    view, server = showing(message("m1", 5, content="new")), WebUI(0)
    view.take(server.event("message:update", message("m1", 4, content="old"), "bob"), 0)
    assert view.messages[0]["content"] == "new"


def test_typing_lasts_five_seconds_and_ends_with_the_message() -> None:
    view, server = showing(), WebUI(0)
    view.take(server.typing("bob", typing=True), 1000)
    view.take(server.typing("eliza", typing=True), 3000)
    view.take(server.typing(ME, typing=True), 3000)
    assert [each["name"] for each in view.typing(5999)] == ["Bob", "Eliza"]
    assert [each["name"] for each in view.typing(6000)] == ["Eliza"]
    view.take(said(server, "eliza"), 6000)
    assert view.typing(6000) == []
    view.take(server.typing("bob", typing=True), 7000)
    view.take(server.typing("bob", typing=False), 7001)
    assert view.typing(7001) == []


def test_so_many_type_at_most() -> None:
    typing = Typing()
    for number in range(MAX_TYPING + 1):
        typing.say(None, {"id": f"u{number}"}, 0)
    assert len(typing.now(None, 0)) == MAX_TYPING
    assert typing.now(None, 0)[0] == {"id": "u1", "name": "u1"}


def test_so_much_is_kept_at_most() -> None:
    rows = Rows((message(f"m{n}", n) for n in range(5, 0, -1)), limit=3)
    assert [row["id"] for row in rows.rows] == ["m5", "m4", "m3"]


def test_what_cannot_wait_makes_a_view_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HELD", 1)
    view, server = ChannelView("lab", ME), WebUI(0)
    view.begin()
    view.take(said(server, "bob"), 0)
    stale = [view.is_stale]
    view.take(said(server, "bob"), 0)
    stale.append(view.is_stale)
    view.begin()
    assert [*stale, view.is_stale] == [False, True, False]


def test_reading_in_another_tab_clears_the_count_and_another_users_does_not() -> None:
    for user, unread in ((ME, 0), ("bob", 2)):
        channels, server = Channels(ME), WebUI(0)
        channels.install([{"id": "lab", "unread_count": 2}])
        channels.take(server.event("last_read_at", {}, user), 5)
        assert channels.unread("lab") == unread


def test_a_new_channel_makes_the_list_stale_until_it_is_read() -> None:
    channels = Channels(ME)
    channels.take({"data": {"type": "channel:created"}}, 0)
    stale = [channels.is_stale]
    channels.install([])
    assert [*stale, channels.is_stale] == [True, False]
    assert channels.unread("nowhere") == 0


def test_a_deleted_message_is_unread_no_more() -> None:
    channels, server = Channels(ME), WebUI(0)
    first, second = said(server, "bob"), said(server, "bob")
    for event in (first, second, first):
        channels.take(event, 0)
    assert channels.unread("lab") == 2
    channels.take(server.delete(first["message_id"])[0], 0)
    assert channels.unread("lab") == 1
    channels.read("lab", server.now_ms * MS)
    channels.take(server.delete(second["message_id"])[0], 0)
    assert channels.unread("lab") == 0


def test_a_step_that_no_fixture_has_does_nothing() -> None:
    channels = Channels(ME)
    apply_step(channels, {"do": "nothing"})
    assert channels.open("lab").messages == []

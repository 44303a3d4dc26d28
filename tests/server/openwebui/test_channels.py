"""The channels' REST table, with several users."""

from __future__ import annotations

from typing import Any

import pytest

CHANNELS = "api/v1/channels"


async def make(client: Any, **fields: Any) -> dict[str, Any]:
    answer = await client.post(f"{CHANNELS}/create", json={"name": "talk", **fields})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def say(client: Any, channel: str, content: str, **fields: Any) -> dict[str, Any]:
    url = f"{CHANNELS}/{channel}/messages/post"
    answer = await client.post(url, json={"content": content, **fields})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_a_channel_has_the_shape_that_clients_know(as_user: Any) -> None:
    ann = as_user("ann")
    made = await make(ann, description="d", data={"a": 1}, meta={"b": 2})
    assert made["name"] == "talk"
    assert (made["description"], made["data"], made["meta"]) == ("d", {"a": 1}, {"b": 2})
    assert (made["user_id"], made["type"], made["is_private"]) == ("ann", None, False)
    assert made["created_at"] > 1_700_000_000 * 10**9
    shown = (await ann.get(f"{CHANNELS}/{made['id']}")).json()
    assert (shown["is_manager"], shown["write_access"], shown["unread_count"]) == (True, True, 0)
    listed = (await ann.get(f"{CHANNELS}/")).json()
    assert [channel["id"] for channel in listed] == [made["id"]]
    assert (await ann.get(f"{CHANNELS}/list")).json() == listed


async def test_every_message_has_the_shape_that_clients_know(as_user: Any) -> None:
    ann = as_user("ann")
    channel = (await make(ann))["id"]
    said = await say(ann, channel, "hi", temp_id="t1", data={"files": []}, meta={"x": 1})
    assert said.pop("created_at") == said.pop("updated_at") > 1_700_000_000 * 10**9
    assert said.pop("id")
    user = said.pop("user")
    assert (user["id"], user["name"], user["role"]) == ("ann", "Ann", "user")
    assert said == {
        "user_id": "ann",
        "channel_id": channel,
        "reply_to_id": None,
        "parent_id": None,
        "is_pinned": False,
        "pinned_at": None,
        "pinned_by": None,
        "content": "hi",
        "data": {"files": []},
        "meta": {"x": 1},
        "reply_to_message": None,
        "latest_reply_at": None,
        "reply_count": 0,
        "reactions": [],
    }


async def test_a_post_that_comes_twice_is_one_message(as_user: Any) -> None:
    ann = as_user("ann")
    channel = (await make(ann))["id"]
    first = await say(ann, channel, "hi", temp_id="t1")
    assert (await say(ann, channel, "hi", temp_id="t1"))["id"] == first["id"]
    assert len((await ann.get(f"{CHANNELS}/{channel}/messages")).json()) == 1


async def test_the_channel_shows_the_newest_first_and_threads_apart(as_user: Any) -> None:
    ann, ben = as_user("ann"), as_user("ben")
    channel = (await make(ann))["id"]
    root = await say(ann, channel, "root")
    await say(ann, channel, "other", reply_to_id=root["id"])
    for text in ("one", "two", "three"):
        reply = await say(ben, channel, text, parent_id=root["id"])
    shown = (await ann.get(f"{CHANNELS}/{channel}/messages")).json()
    assert [message["content"] for message in shown] == ["other", "root"]
    assert shown[0]["reply_to_message"]["content"] == "root"
    assert (shown[1]["reply_count"], shown[1]["latest_reply_at"]) == (3, reply["created_at"])
    page = (await ann.get(f"{CHANNELS}/{channel}/messages?skip=1&limit=1")).json()
    assert [message["content"] for message in page] == ["root"]
    one = (await ann.get(f"{CHANNELS}/{channel}/messages/{root['id']}")).json()
    assert one["reply_count"] == 3
    thread = f"{CHANNELS}/{channel}/messages/{root['id']}/thread"
    whole = (await ann.get(thread)).json()
    assert [message["content"] for message in whole] == ["three", "two", "one", "root"]
    part = (await ann.get(f"{thread}?skip=1&limit=2")).json()
    assert [message["content"] for message in part] == ["two", "one"]


async def test_a_thread_has_one_level(as_user: Any) -> None:
    ann = as_user("ann")
    channel = (await make(ann))["id"]
    root = await say(ann, channel, "root")
    reply = await say(ann, channel, "reply", parent_id=root["id"])
    body = {"content": "deeper", "parent_id": reply["id"]}
    deeper = await ann.post(f"{CHANNELS}/{channel}/messages/post", json=body)
    assert deeper.status_code == 400
    assert "one level" in deeper.json()["detail"]


async def test_pins_are_for_all_and_the_latest_comes_first(as_user: Any) -> None:
    ann, ben = as_user("ann"), as_user("ben")
    channel = (await make(ann))["id"]
    ids = [(await say(ann, channel, text))["id"] for text in ("one", "two")]
    for id_ in (ids[1], ids[0]):
        url = f"{CHANNELS}/{channel}/messages/{id_}/pin"
        pinned = (await ben.post(url, json={"is_pinned": True})).json()
        assert (pinned["is_pinned"], pinned["pinned_by"]) == (True, "ben")
        assert pinned["pinned_at"] > pinned["created_at"]
    url = f"{CHANNELS}/{channel}/messages/pinned"
    assert [message["id"] for message in (await ann.get(url)).json()] == ids
    assert (await ann.get(f"{url}?page=2")).json() == []
    off = await ann.post(f"{CHANNELS}/{channel}/messages/{ids[0]}/pin", json={"is_pinned": False})
    assert (off.json()["is_pinned"], off.json()["pinned_by"]) == (False, None)


async def test_reactions_are_idempotent_for_each_user(as_user: Any) -> None:
    ann, ben = as_user("ann"), as_user("ben")
    channel = (await make(ann))["id"]
    id_ = (await say(ann, channel, "hi"))["id"]
    url = f"{CHANNELS}/{channel}/messages/{id_}"
    for client in (ann, ann, ben):
        added = await client.post(f"{url}/reactions/add", json={"name": "👍"})
        assert added.json() is True
    assert (await ann.get(url)).json()["reactions"] == [
        {
            "name": "👍",
            "users": [{"id": "ann", "name": "Ann"}, {"id": "ben", "name": "Ben"}],
            "count": 2,
        }
    ]
    for _ in range(2):
        assert (await ann.post(f"{url}/reactions/remove", json={"name": "👍"})).json() is True
    assert (await ann.get(url)).json()["reactions"][0]["count"] == 1


async def test_one_changes_and_deletes_ones_own_messages_only(as_user: Any) -> None:
    ann, ben = as_user("ann"), as_user("ben")
    channel = (await make(ann, type="group", user_ids=["ben"]))["id"]
    id_ = (await say(ann, channel, "hi"))["id"]
    url = f"{CHANNELS}/{channel}/messages/{id_}"
    refused = await ben.post(f"{url}/update", json={"content": "ho"})
    assert refused.status_code == 403
    assert (await ben.delete(f"{url}/delete")).status_code == 403
    changed = (await ann.post(f"{url}/update", json={"content": "ho"})).json()
    assert changed["content"] == "ho"
    assert changed["updated_at"] > changed["created_at"]
    assert (await ann.delete(f"{url}/delete")).json() is True
    assert (await ann.get(url)).status_code == 404
    assert (await ann.get(f"{CHANNELS}/{channel}/messages")).json() == []


async def test_unread_counts_are_the_same_in_all_tabs(chat: Any, as_user: Any) -> None:
    ann, ben = as_user("ann"), as_user("ben")
    channel = (await make(ann))["id"]
    root = await say(ann, channel, "one")
    await say(ben, channel, "mine")
    await say(ann, channel, "two")
    await say(ann, channel, "in a thread", parent_id=root["id"])

    async def unread(client: Any) -> int:
        (entry,) = (await client.get(f"{CHANNELS}/")).json()
        shown = (await client.get(f"{CHANNELS}/{channel}")).json()
        assert shown["unread_count"] == entry["unread_count"]
        return int(entry["unread_count"])

    assert (await unread(ben), await unread(ann)) == (2, 1)
    seq = (await chat.service.channel(channel)).seq
    read = await chat.http.post(
        f"api/channels/{channel}/read", json={"seq": seq}, headers={"X-User": "ben"}
    )
    assert read.status_code == 200
    assert (await unread(ben), await unread(ann)) == (0, 1)
    await say(ann, channel, "three")
    assert await unread(ben) == 1


async def test_a_model_that_is_mentioned_answers_in_the_thread(chat: Any, as_user: Any) -> None:
    ann = as_user("ann")
    channel = (await make(ann))["id"]
    root = await say(ann, channel, "root")
    await say(ann, channel, "nobody: <@M:unknown> <@U:ben>")
    await say(ann, channel, "<@M:cites|Cites> please", parent_id=root["id"])
    streams = tuple(row.stream for _, row in chat.service.live())
    await chat.service.ended(streams)
    thread = f"{CHANNELS}/{channel}/messages/{root['id']}/thread"
    answer = (await ann.get(thread)).json()[0]
    assert answer["content"] == "abcde"
    assert answer["meta"] == {"model_id": "cites", "model_name": "cites", "done": True}
    assert answer["data"] == {"sources": [{"name": "A page", "url": "https://example.org"}]}
    assert answer["user"]["role"] == "model"


async def test_members_come_and_go(as_user: Any) -> None:
    ann, ben, eve = as_user("ann"), as_user("ben"), as_user("eve")
    channel = (await make(ann, type="group", user_ids=["ben"]))["id"]
    url = f"{CHANNELS}/{channel}"
    assert (await ben.get(url)).json()["user_count"] == 2
    assert (await eve.get(url)).status_code == 403
    assert (await eve.get(f"{CHANNELS}/")).json() == []
    assert (
        await ben.post(f"{url}/update/members/add", json={"user_ids": ["eve"]})
    ).status_code == 403
    added = await ann.post(f"{url}/update/members/add", json={"user_ids": ["eve", "ben"]})
    assert added.json() == [{"channel_id": channel, "user_id": "eve"}]
    members = (await eve.get(f"{url}/members")).json()
    assert [user["id"] for user in members["users"]] == ["ann", "ben", "eve"]
    assert members["total"] == 3
    found = (await eve.get(f"{url}/members?query=EV")).json()
    assert [user["id"] for user in found["users"]] == ["eve"]
    assert (await eve.post(f"{url}/members/active", json={"is_active": False})).json() is True
    gone = await ann.post(f"{url}/update/members/remove", json={"user_ids": ["eve", "ann"]})
    assert gone.json() == 1
    assert (await eve.get(url)).status_code == 403
    assert (await ann.get(url)).status_code == 200


async def test_a_dm_between_two_is_found_again_and_hidden_from_administrators(as_user: Any) -> None:
    ann, ben, root = as_user("ann"), as_user("ben"), as_user("root")
    made = (await ann.get(f"{CHANNELS}/users/ben")).json()
    assert made["type"] == "dm"
    assert (await ben.get(f"{CHANNELS}/users/ann")).json()["id"] == made["id"]
    assert (await root.get(f"{CHANNELS}/{made['id']}")).status_code == 403


async def test_roles_and_rights_come_from_the_authoriser(as_user: Any) -> None:
    ann, eve, root = as_user("ann"), as_user("eve"), as_user("root")
    access = {"read": {"user_ids": ["eve"]}, "write": {"user_ids": []}}
    channel = (await make(ann, access_control=access))["id"]
    url = f"{CHANNELS}/{channel}"
    assert (await eve.get(url)).json()["write_access"] is False
    assert (await root.get(url)).json()["write_access"] is True
    refused = await eve.post(f"{url}/messages/post", json={"content": "hi"})
    assert refused.status_code == 403
    said = await say(root, channel, "hi")
    assert said["user"]["role"] == "admin"
    for client, status in ((eve, 403), (root, 200), (ann, 200)):
        body = {"name": "other", "access_control": None}
        assert (await client.post(f"{url}/update", json=body)).status_code == status
    assert (await ann.get(url)).json()["name"] == "other"
    assert (await eve.delete(f"{url}/delete")).status_code == 403
    assert (await ann.delete(f"{url}/delete")).json() is True
    assert (await ann.get(url)).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nowhere/messages/post", {"content": "hi"}, 404),
        ("{channel}/messages/post", {"content": " "}, 400),
        ("{channel}/messages/post", {}, 400),
        ("{channel}/messages/post", {"content": "x", "reply_to_id": "nobody"}, 404),
        ("{channel}/messages/nobody/update", {"content": "x"}, 404),
        ("{channel}/messages/nobody/pin", {"is_pinned": True}, 404),
        ("{channel}/messages/nobody/reactions/add", {"name": "x"}, 404),
        ("{channel}/update", {"name": " "}, 400),
        ("create", {"name": ""}, 400),
        ("create", {"name": "x", "type": "pope"}, 400),
    ],
)
async def test_refusals_are_one_sentence(
    as_user: Any, path: str, body: dict[str, Any], status: int
) -> None:
    ann = as_user("ann")
    channel = (await make(ann))["id"]
    answer = await ann.post(f"{CHANNELS}/{path.format(channel=channel)}", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"].endswith((".", "~-"))


async def test_who_is_nobody_is_refused(as_user: Any) -> None:
    answer = await as_user("").get(f"{CHANNELS}/")
    assert answer.status_code == 403
    assert "detail" in answer.json()

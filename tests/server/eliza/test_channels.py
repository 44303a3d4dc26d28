"""REST of the ElizaOS dialect: channels, participants, servers, and what others bring."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER, agent_id, string_to_uuid
from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.protocol.model import Author

API = "eliza/api/messaging"
ANNA, BERT = string_to_uuid("anna"), string_to_uuid("bert")


def state(chat: Any) -> ElizaState:
    found: ElizaState = chat.extension.backend.beside(ElizaState)
    return found


async def data(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["success"] is True
    return body["data"]


async def make(chat: Any, **fields: object) -> Any:
    body = {
        "name": "Team",
        "participantCentralUserIds": [ANNA, agent_id("hello")],
        "message_server_id": DEFAULT_SERVER,
        **fields,
    }
    return await data(await chat.post(f"{API}/channels", body), 201)


async def test_a_channel_is_made_changed_and_deleted(chat: Any) -> None:
    made = await make(chat, metadata={"topic": "x", "participants": ["no"]})
    assert (made["name"], made["type"], made["metadata"]) == ("Team", "GROUP", {"topic": "x"})
    one = f"{API}/channels/{made['id']}"
    details = await data(await chat.get(f"{one}/details"))
    assert details == made
    assert await data(await chat.get(f"{one}/participants")) == [ANNA, agent_id("hello")]
    changed = await data(
        await chat.http.patch(
            one, json={"name": "New", "metadata": {"a": 1}, "participantCentralUserIds": [BERT]}
        )
    )
    assert (changed["name"], changed["metadata"]) == ("New", {"topic": "x", "a": 1})
    assert await data(await chat.get(f"{one}/participants")) == [BERT, agent_id("hello")]
    assert (await chat.http.delete(one)).status_code == 204
    missing = await chat.get(f"{one}/details")
    assert (missing.status_code, missing.json()["success"]) == (404, False)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": None},
        {"name": ""},
        {"participantCentralUserIds": None},
        {"participantCentralUserIds": "anna"},
        {"participantCentralUserIds": [1]},
    ],
)
async def test_a_wrong_channel_gets_the_sentence(chat: Any, fields: dict[str, object]) -> None:
    body = {"name": "Team", "participantCentralUserIds": [ANNA], **fields}
    answer = await chat.post(f"{API}/channels", body)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("Invalid payload. Required: name")


async def test_agents_come_and_go(chat: Any) -> None:
    one = f"{API}/channels/{(await make(chat))['id']}"
    added = await chat.post(f"{one}/agents", {"agentId": "echo"})
    assert (await data(added, 201))["message"] == "Agent added to channel successfully"
    listed = await data(await chat.get(f"{one}/agents"))
    assert listed["participants"] == [agent_id("hello"), agent_id("echo")]
    body = (await chat.post(f"{one}/messages", {"text": "x", "mode": "sync"})).json()
    assert len(body["agentResponses"]) == 2
    gone = await chat.http.delete(f"{one}/agents/{agent_id('echo')}")
    assert (await data(gone))["agentId"] == agent_id("echo")
    again = await chat.http.delete(f"{one}/agents/{agent_id('echo')}")
    assert (again.status_code, again.json()["error"]) == (
        404,
        "Agent is not a participant in this channel",
    )
    assert (await chat.post(f"{one}/agents", {})).status_code == 400
    assert (await chat.post(f"{one}/agents", {"agentId": "nobody"})).status_code == 404
    assert (await chat.post(f"{API}/channels/no/agents", {"agentId": "echo"})).status_code == 404


async def test_a_dm_is_found_or_made(chat: Any) -> None:
    query = {"currentUserId": ANNA, "targetUserId": agent_id("echo")}
    made = await data(await chat.get(f"{API}/dm-channel", params=query))
    assert made["type"] == "DM"
    swapped = {"currentUserId": agent_id("echo"), "targetUserId": ANNA}
    assert await data(await chat.get(f"{API}/dm-channel", params=swapped)) == made
    url = f"{API}/channels/{made['id']}/messages"
    body = (await chat.post(url, {"text": "ping", "entityId": ANNA, "mode": "sync"})).json()
    assert body["agentResponse"]["text"] == "ping"
    for params, sentence in (
        ({"currentUserId": ANNA}, "Missing targetUserId or currentUserId"),
        ({"currentUserId": ANNA, "targetUserId": ANNA}, "Cannot create DM channel with oneself"),
    ):
        answer = await chat.get(f"{API}/dm-channel", params=params)
        assert (answer.status_code, answer.json()["error"]) == (400, sentence)


async def test_message_servers_and_who_hears_them(chat: Any) -> None:
    current = await data(await chat.get(f"{API}/message-server/current"))
    assert current == {"messageServerId": DEFAULT_SERVER}
    made = await data(
        await chat.post(f"{API}/message-servers", {"name": "Lab", "sourceType": "test"}), 201
    )
    server = made["server"]["id"]
    listed = await data(await chat.get(f"{API}/message-servers"))
    assert [each["id"] for each in listed["messageServers"]] == [DEFAULT_SERVER, server]
    room = (await make(chat, message_server_id=server))["id"]
    found = await data(await chat.get(f"{API}/message-servers/{server}/channels"))
    assert [each["id"] for each in found["channels"]] == [room]
    url = f"{API}/channels/{room}/messages"
    body = {"text": "x", "mode": "sync", "messageServerId": server}
    unheard = await chat.post(url, body)
    assert unheard.json()["error"] == "No agent found in channel participants"
    heard: list[Any] = []
    state(chat).bus.on("server_agent_update", heard.append)
    added = await chat.post(f"{API}/message-servers/{server}/agents", {"agentId": "hello"})
    assert (await data(added, 201))["message"] == "Agent added to message server successfully"
    assert (await chat.post(url, body)).json()["agentResponse"]["text"] == "Hello there"
    agents = await data(await chat.get(f"{API}/servers/{server}/agents"))
    assert agents["agents"] == [agent_id("hello")]
    servers = await data(await chat.get(f"{API}/agents/hello/message-servers"))
    assert servers["messageServers"] == [DEFAULT_SERVER, server]
    await data(await chat.http.delete(f"{API}/message-servers/{server}/agents/hello"))
    assert (await chat.post(url, body)).status_code == 400
    assert [each["type"] for each in heard] == [
        "agent_added_to_server",
        "agent_removed_from_server",
    ]
    assert heard[0]["serverId"] == heard[0]["messageServerId"] == server


async def test_wrong_servers(chat: Any) -> None:
    answer = await chat.post(f"{API}/message-servers", {"name": "Lab"})
    assert answer.json()["error"] == "Missing required fields: name, sourceType"
    assert (await chat.get(f"{API}/message-servers/none/agents")).status_code == 404
    answer = await chat.post(f"{API}/message-servers/none/agents", {"agentId": "hello"})
    assert (answer.status_code, answer.json()["error"]) == (404, "Server none does not exist")
    answer = await chat.post(f"{API}/channels", {"message_server_id": "none", "name": "x"})
    assert answer.status_code == 400
    answer = await chat.post(
        f"{API}/channels", {"server_id": "none", "name": "x", "participants": [ANNA]}
    )
    assert answer.status_code == 403


def submission(**fields: object) -> dict[str, object]:
    return {
        "channel_id": "room",
        "message_server_id": DEFAULT_SERVER,
        "author_id": agent_id("echo"),
        "content": "From elsewhere",
        "source_type": "agent_response",
        "raw_message": {"text": "From elsewhere", "thought": "why", "actions": ["REPLY"]},
        **fields,
    }


async def test_what_an_agent_elsewhere_says_is_logged_and_not_answered(chat: Any) -> None:
    made = await data(await chat.post(f"{API}/submit", submission()), 201)
    assert made["authorId"] == agent_id("echo")
    assert made["metadata"]["thought"] == "why"
    (native,) = await chat.messages("room")
    assert native["author"]["id"] == "owner"
    assert native["text"] == "From elsewhere"
    for missing in ("channel_id", "author_id", "content"):
        answer = await chat.post(f"{API}/submit", submission(**{missing: None}))
        assert answer.status_code == 400
        assert answer.json()["error"].startswith("Missing required fields: channel_id")
    answer = await chat.post(f"{API}/submit", submission(message_server_id="other"))
    assert answer.status_code == 403


async def test_an_action_keeps_its_id_while_it_goes_on(chat: Any) -> None:
    made = await data(await chat.post(f"{API}/action", submission(messageId="act-1")), 201)
    for id_ in (made["id"], "act-1"):
        changed = await chat.http.patch(f"{API}/action/{id_}", json={"content": f"done {id_}"})
        shown = await data(changed)
        assert (shown["id"], shown["content"]) == (made["id"], f"done {id_}")
    missing = await chat.http.patch(f"{API}/action/none", json={"content": "x"})
    assert (missing.status_code, missing.json()["error"]) == (404, "Message not found")


async def test_what_other_systems_bring_is_answered(chat: Any) -> None:
    body = submission(author_id="discord-user", author_display_name="Dora")
    answer = await chat.post(f"{API}/ingest-external", body)
    assert answer.status_code == 202
    assert answer.json()["message"] == "Message ingested and published to bus"
    found = await chat.get(f"{API}/channels/room/messages")
    question = (await data(found))["messages"][-1]
    assert question["id"] == answer.json()["data"]["messageId"]
    assert (question["authorId"], question["authorDisplayName"]) == ("discord-user", "Dora")
    wrong = await chat.post(f"{API}/ingest-external", {"channel_id": "room"})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "Invalid external message payload")
    stolen = await chat.post(f"{API}/ingest-external", submission())
    assert stolen.status_code == 403


async def test_complete_tells_the_bus(chat: Any) -> None:
    heard: list[Any] = []
    state(chat).bus.on("message_complete", heard.append)
    await make(chat, id="room")
    answer = await chat.post(f"{API}/complete", {"channel_id": "room", "server_id": "s"})
    assert answer.status_code == 200
    assert heard == [{"channelId": "room", "serverId": "s"}]
    assert (await chat.post(f"{API}/complete", {})).status_code == 400


async def test_the_bus_hears_of_every_face(chat: Any) -> None:
    heard: list[tuple[str, Any]] = []
    bus = state(chat).bus
    for name in ("new_message", "message_deleted", "channel_cleared", "channel_deleted"):
        bus.on(name, lambda payload, name=name: heard.append((name, payload)))  # type: ignore[misc]
    await chat.channel("room")
    sent = await chat.send("native", "room", mode="sync")
    await chat.http.delete(f"api/channels/room/messages/{sent['message']['id']}")
    await chat.http.delete(f"{API}/channels/room/messages")
    assert [name for name, _ in heard] == ["new_message", "message_deleted", "channel_cleared"]
    await chat.http.delete("api/channels/room")
    assert heard[-1] == ("channel_deleted", {"channelId": "room"})
    message = heard[0][1]
    assert (message["channel_id"], message["content"]) == ("room", "native")
    assert message["author_id"] == string_to_uuid("owner")
    assert message["server_id"] == message["message_server_id"] == DEFAULT_SERVER
    assert isinstance(message["created_at"], int)


async def test_releases_up_to_1_4_2_call_it_central(chat: Any) -> None:
    body = {"name": "x", "participants": [ANNA], "server_id": DEFAULT_SERVER, "id": "old"}
    await data(await chat.post(f"{API}/central-channels", body), 201)
    sent = await chat.post(f"{API}/central-channels/old/messages", {"content": "x", "mode": "sync"})
    assert sent.status_code == 201
    assert len((await data(await chat.get(f"{API}/central-servers")))["servers"]) == 1


async def test_an_alias_of_another_user_is_refused(chat: Any) -> None:
    state(chat).aliases.claim("taken", Author(id="somebody", kind="user", name="S"))
    answer = await chat.post(f"{API}/channels/r/messages", {"text": "x", "entityId": "taken"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "another user" in answer.json()["error"]


class TestRate:
    @pytest.fixture
    def agentchat_config(self) -> dict[str, Any]:
        return {"requests_per_quarter_hour": 3}

    async def test_too_many_requests_are_429(self, chat: Any) -> None:
        answers = [await chat.get("eliza/api/agents") for _ in range(4)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429]
        error = answers[-1].json()["error"]
        assert error["code"] == "RATE_LIMIT_EXCEEDED"
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert (await chat.get("api/agents")).status_code == 200

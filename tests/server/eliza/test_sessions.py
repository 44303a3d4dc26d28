"""REST of the ElizaOS dialect: the sessions API."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.dialects.eliza.session_timeouts import MINUTE_NS
from jupyter_agentchat.dialects.eliza.sessions import Sessions
from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.errors import StoreFullError

URL = "eliza/api/messaging/sessions"


class Clock:
    """A clock whose hands the test moves."""

    clock_id = "test"

    def __init__(self) -> None:
        self.minutes = 0.0

    def monotonic_ns(self) -> int:
        return round(self.minutes * MINUTE_NS) + MINUTE_NS

    def wall_us(self) -> int:
        return round(self.minutes * 60e6) + 1_700_000_000_000_000


@pytest.fixture
def clock(chat: Any) -> Clock:
    clock = Clock()
    state(chat).sessions = Sessions(clock)
    return clock


def state(chat: Any) -> ElizaState:
    found: ElizaState = chat.extension.backend.beside(ElizaState)
    return found


def restart(chat: Any) -> None:
    """Forget the sessions in memory, as a new process would; the channels keep theirs."""
    state(chat).sessions = Sessions(state(chat).service.clock)


async def open_session(chat: Any, **fields: object) -> Any:
    answer = await chat.post(URL, {"agentId": "hello", "userId": "user-123", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def error_of(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) - {"details"} == {"code", "message", "timestamp"}
    return error


async def test_a_session_is_opened_shown_listed_and_closed(chat: Any) -> None:
    session = await open_session(chat, agentId=agent_id("hello"), metadata={"a": 1})
    assert session["timeoutConfig"] == {
        "timeoutMinutes": 30,
        "autoRenew": True,
        "maxDurationMinutes": 720,
        "warningThresholdMinutes": 5,
    }
    assert (session["userId"], session["agentId"]) == ("user-123", agent_id("hello"))
    assert (session["metadata"], session["renewalCount"]) == ({"a": 1}, 0)
    assert session["isNearExpiration"] is False
    one = f"{URL}/{session['sessionId']}"
    shown = (await chat.get(one)).json()
    assert shown["channelId"] == session["channelId"]
    assert 29 * 60_000 < shown["timeRemaining"] <= 30 * 60_000
    listed = (await chat.get(URL)).json()
    assert [each["sessionId"] for each in listed["sessions"]] == [session["sessionId"]]
    health = (await chat.get(f"{URL}/health")).json()
    assert (health["status"], health["activeSessions"]) == ("healthy", 1)
    deleted = await chat.http.delete(one)
    assert deleted.json()["success"] is True
    assert error_of(await chat.get(one), 404)["code"] == "SESSION_NOT_FOUND"


async def test_messages_of_a_session(chat: Any) -> None:
    session = await open_session(chat)
    url = f"{URL}/{session['sessionId']}/messages"
    answer = await chat.post(url, {"content": "Hi", "mode": "sync", "metadata": {"k": 1}})
    assert answer.status_code == 201
    body = answer.json()
    assert body["agentResponse"]["text"] == "Hello there"
    assert set(body["sessionStatus"]) == {
        "expiresAt",
        "renewalCount",
        "wasRenewed",
        "isNearExpiration",
    }
    assert body["sessionStatus"]["wasRenewed"] is True
    listed = (await chat.get(url)).json()
    assert [each["content"] for each in listed["messages"]] == ["Hello there", "Hi"]
    assert [each["isAgent"] for each in listed["messages"]] == [True, False]
    assert listed["messages"][1]["authorId"] == "user-123"
    assert listed["hasMore"] is False
    assert listed["cursors"]["before"] <= listed["cursors"]["after"]
    async with chat.sse(url, "POST", json={"content": "Hi", "transport": "sse"}) as sse:
        told = [(each["event"], each["data"]) async for each in sse]
    assert [kind for kind, _ in told] == ["user_message", "chunk", "chunk", "done"]
    assert told[0][1]["sessionStatus"]["renewalCount"] == 2


async def test_pages_of_a_session(chat: Any) -> None:
    session = await open_session(chat)
    url = f"{URL}/{session['sessionId']}/messages"
    for number in range(3):
        await chat.post(url, {"content": f"q{number}", "mode": "sync"})
    page = (await chat.get(url, params={"limit": 2})).json()
    assert page["hasMore"] is True
    assert [each["content"] for each in page["messages"]] == ["Hello there", "q2"]
    after = (await chat.get(url, params={"limit": 2, "after": 0})).json()
    assert [each["content"] for each in after["messages"]] == ["Hello there", "q0"]
    assert after["hasMore"] is True
    error = error_of(await chat.get(url, params={"before": "soon"}), 400)
    assert error["code"] == "VALIDATION_ERROR"
    sentence = "Invalid pagination parameter 'before': Must be a valid timestamp"
    assert error["message"] == sentence


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"content": 7}, "Invalid content: Content must be a string"),
        ({"content": ""}, "Invalid content: Content cannot be empty"),
        ({"content": "x" * 4001}, "maximum length of 4000 characters"),
        ({"content": "x", "metadata": {"k": "x" * 11_000}}, "maximum size of 10240 bytes"),
        ({"content": "x", "metadata": []}, "Metadata must be an object"),
        ({"content": "x", "mode": "zzz"}, 'Invalid transport "zzz"'),
    ],
)
async def test_wrong_messages(chat: Any, fields: dict[str, object], sentence: str) -> None:
    session = await open_session(chat)
    error = error_of(await chat.post(f"{URL}/{session['sessionId']}/messages", fields), 400)
    assert error["code"] == "VALIDATION_ERROR"
    assert sentence in error["message"]


async def test_wrong_sessions(chat: Any) -> None:
    error = error_of(await chat.post(URL, {"agentId": "hello"}), 400)
    assert error["message"] == "Missing required fields: userId"
    assert error["details"] == {"missingFields": ["userId"]}
    error = error_of(await chat.post(URL, {"agentId": "nobody", "userId": "u"}), 404)
    assert error["code"] == "AGENT_NOT_FOUND"
    assert error_of(await chat.get(f"{URL}/none"), 404)["code"] == "SESSION_NOT_FOUND"
    assert error_of(await chat.http.post(URL, content=b"{"), 400)["code"] == "VALIDATION_ERROR"


async def test_what_the_store_refuses_has_codes(chat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise StoreFullError("No space is left.")

    session = await open_session(chat)
    monkeypatch.setattr(chat.service, "send", fails)
    monkeypatch.setattr(chat.service, "create_channel", fails)
    answer = await chat.post(f"{URL}/{session['sessionId']}/messages", {"content": "x"})
    assert error_of(answer, 500)["code"] == "MESSAGE_SEND_FAILED"
    answer = await chat.post(URL, {"agentId": "hello", "userId": "user-123"})
    assert error_of(answer, 500)["code"] == "SESSION_CREATION_FAILED"
    assert "No space is left." in error_of(answer, 500)["message"]
    assert (await chat.get(URL)).json()["total"] == 1


async def test_a_session_ends_without_activity(chat: Any, clock: Clock) -> None:
    session = await open_session(chat)
    one = f"{URL}/{session['sessionId']}"
    clock.minutes = 26
    assert (await chat.get(one)).json()["isNearExpiration"] is True
    assert (await chat.get(f"{URL}/health")).json()["expiringSoon"] == 1
    beat = (await chat.post(f"{one}/heartbeat")).json()
    assert (beat["renewalCount"], beat["timeRemaining"]) == (1, 30 * 60_000)
    clock.minutes = 56
    for answer in (await chat.get(one), await chat.post(f"{one}/messages", {"content": "x"})):
        error = error_of(answer, 410)
        assert error["code"] == "SESSION_EXPIRED"
        assert "expired at 2023-" in error["message"]
    assert (await chat.get(URL)).json()["total"] == 0


async def test_a_session_lasts_no_longer_than_it_may(chat: Any, clock: Clock) -> None:
    config = {"timeoutMinutes": 60, "maxDurationMinutes": 90}
    session = await open_session(chat, timeoutConfig=config)
    one = f"{URL}/{session['sessionId']}"
    clock.minutes = 50
    renewed = (await chat.post(f"{one}/renew")).json()
    assert renewed["timeRemaining"] == 40 * 60_000
    clock.minutes = 60
    error = error_of(await chat.post(f"{one}/renew"), 400)
    assert error["code"] == "SESSION_RENEWAL_FAILED"
    assert error["details"] == {"maxDuration": 90}
    clock.minutes = 89.99
    assert (await chat.post(f"{one}/heartbeat")).status_code == 200
    clock.minutes = 90
    assert error_of(await chat.post(f"{one}/renew"), 410)["code"] == "SESSION_EXPIRED"


async def test_without_renewal_by_itself_only_its_user_prolongs_it(chat: Any, clock: Clock) -> None:
    session = await open_session(chat, timeoutConfig={"autoRenew": False})
    one = f"{URL}/{session['sessionId']}"
    clock.minutes = 10
    beat = (await chat.post(f"{one}/heartbeat")).json()
    assert (beat["renewalCount"], beat["timeRemaining"]) == (0, 20 * 60_000)
    sent = (await chat.post(f"{one}/messages", {"content": "x"})).json()
    assert sent["sessionStatus"]["wasRenewed"] is False
    assert (await chat.post(f"{one}/renew")).json()["timeRemaining"] == 30 * 60_000


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"timeoutMinutes": 4}, "Timeout must be between 5 and 1440 minutes"),
        ({"timeoutMinutes": 1441}, "Timeout must be between 5 and 1440 minutes"),
        ({"timeoutMinutes": "soon"}, "timeoutMinutes is a number of minutes"),
        ({"timeoutMinutes": True}, "timeoutMinutes is a number of minutes"),
        ({"autoRenew": 1}, "autoRenew is true or false"),
    ],
)
async def test_time_outs_out_of_bounds(chat: Any, config: dict[str, object], sentence: str) -> None:
    session = await open_session(chat)
    answer = await chat.http.patch(f"{URL}/{session['sessionId']}/timeout", json=config)
    assert sentence in error_of(answer, 400)["message"]


async def test_time_outs_can_be_changed(chat: Any, clock: Clock) -> None:
    session = await open_session(chat, timeoutConfig={"timeoutMinutes": 1})
    assert session["timeoutConfig"]["timeoutMinutes"] == 5
    clock.minutes = 2
    url = f"{URL}/{session['sessionId']}/timeout"
    changed = (await chat.http.patch(url, json={"timeoutMinutes": "10"})).json()
    assert changed["timeRemaining"] == 8 * 60_000


async def test_a_session_survives_a_restart(chat: Any) -> None:
    session = await open_session(chat)
    one = f"{URL}/{session['sessionId']}"
    await chat.post(f"{one}/messages", {"content": "Hi", "mode": "sync"})
    restart(chat)
    again = (await chat.get(one)).json()
    assert again["channelId"] == session["channelId"]
    assert again["userId"] == "user-123"
    await chat.http.delete(one)
    restart(chat)
    assert (await chat.get(one)).status_code == 404


async def test_a_session_is_its_users_alone(chat: Any) -> None:
    session = await open_session(chat)
    state(chat).sessions.get(session["sessionId"], "owner").owner = "somebody else"
    answer = await chat.get(f"{URL}/{session['sessionId']}")
    assert error_of(answer, 404)["code"] == "SESSION_NOT_FOUND"
    assert (await chat.get(URL)).json()["total"] == 0

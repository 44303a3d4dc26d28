"""Cases of Open WebUI's channels: a random server, a client that reads pages while it goes on."""

from __future__ import annotations

import copy
import random
from typing import Any

from jupyter_agentchat.client.openwebui import Channels, ChannelView

Json = dict[str, Any]
ME = "ann"
USERS = (ME, "bob", "eliza")
MS = 1_000_000


class WebUI:
    """A server with one channel, `lab`; events carry whole messages, as Open WebUI's do."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now_ms = 1000
        self.messages: dict[str, Json] = {}

    def page(self) -> list[Json]:
        """Return the messages of the channel itself, newest first."""
        return [copy.deepcopy(each) for each in reversed(self.messages.values()) if is_top(each)]

    def thread(self, parent: str) -> list[Json]:
        """Return a thread, newest first."""
        found = [each for each in self.messages.values() if each["parent_id"] == parent]
        return copy.deepcopy(found[::-1])

    def act(self) -> list[Json]:
        """Let something happen; returns its events."""
        self.now_ms += self.chance.choice([0, 1, 900, 6000])
        known = sorted(self.messages)
        choice = self.chance.randrange(9)
        if choice < 3 or not known:
            tops = [id_ for id_ in known if is_top(self.messages[id_])]
            parent = self.chance.choice(tops) if tops and choice == 0 else None
            return self.say(self.chance.choice(USERS), parent=parent)
        if choice == 3:
            return [self.typing(self.chance.choice(USERS), typing=self.chance.random() < 0.8)]
        id_ = self.chance.choice(known)
        if choice == 4:
            return self.delete(id_)
        if choice < 7:
            return [self.react(id_, self.chance.choice(USERS), added=choice == 5)]
        return [self.edit(id_)]

    def say(
        self, user: str, *, parent: str | None = None, temp_id: str | None = None
    ) -> list[Json]:
        number = len(self.messages) + self.now_ms
        while f"m{number}" in self.messages:
            number += 1
        message: Json = {
            "id": f"m{number}",
            "user_id": user,
            "parent_id": parent,
            "content": f"text {number}",
            "created_at": self.now_ms * MS,
            "updated_at": self.now_ms * MS,
            "reply_count": 0,
            "reactions": [],
        }
        self.messages[message["id"]] = message
        said = self.event("message", {**message, "temp_id": temp_id}, user)
        return [said] if parent is None else [said, self.parent(parent, 1, user)]

    def parent(self, id: str, more: int, user: str) -> Json:
        self.messages[id]["reply_count"] += more
        return self.event("message:reply", self.messages[id], user)

    def delete(self, id: str) -> list[Json]:
        message = self.messages.pop(id)
        gone = self.event("message:delete", message, message["user_id"])
        parent = message["parent_id"]
        if parent not in self.messages:
            return [gone]
        return [gone, self.parent(parent, -1, message["user_id"])]

    def react(self, id: str, user: str, *, added: bool) -> Json:
        users = [each for each in self.users(id) if each != user] + [user] * added
        reactions = [{"name": "+1", "users": users, "count": len(users)}] if users else []
        self.messages[id]["reactions"] = reactions
        kind = f"message:reaction:{'add' if added else 'remove'}"
        return self.event(kind, {**self.messages[id], "name": "+1"}, user)

    def users(self, id: str) -> list[str]:
        return [user for each in self.messages[id]["reactions"] for user in each["users"]]

    def edit(self, id: str) -> Json:
        message = self.messages[id]
        message["content"] += "!"
        message["updated_at"] = self.now_ms * MS
        return self.event("message:update", message, message["user_id"])

    def typing(self, user: str, *, typing: bool, thread: str | None = None) -> Json:
        event = self.event("typing", {"typing": typing}, user)
        return {**event, "message_id": thread}

    def event(self, kind: str, data: Json, user: str) -> Json:
        told = {
            "channel_id": "lab",
            "message_id": data.get("id"),
            "data": {"type": kind, "data": data},
            "user": {"id": user, "name": user.title()},
            "channel": {"id": "lab", "write_access": True},
        }
        return copy.deepcopy(told)


def is_top(message: Json) -> bool:
    """Tell whether a message stands in the channel itself."""
    return message["parent_id"] is None


class Recorder:
    """Channels whose every step is written down."""

    def __init__(self) -> None:
        self.channels = Channels(ME)
        self.steps: list[Json] = []

    @property
    def view(self) -> ChannelView:
        return self.channels.open("lab")

    def do(self, name: str, **given: Any) -> None:
        """Take a step; its names are those of the fixtures."""
        step = copy.deepcopy({"do": name, **given})
        self.steps.append(step)
        apply_step(self.channels, copy.deepcopy(step))

    def finish(self, now_ms: int, thread: str | None = None) -> Json:
        """Return the case, with what everything looks like now."""
        return {
            "steps": self.steps,
            "now": now_ms,
            "thread": thread,
            "result": state_of(self.channels, now_ms, thread),
        }


def apply_step(channels: Channels, step: Json) -> None:
    """Take one step of a fixture."""
    view = channels.open("lab") if step["do"] not in {"list", "close", "read"} else None
    match step["do"]:
        case "list":
            channels.install(step["channels"])
        case "close":
            channels.close("lab")
        case "read":
            channels.read("lab", step["at"])
        case "take":
            channels.take(step["event"], step["now"])
    if view is not None:
        _apply_to_view(view, step)


def _apply_to_view(view: ChannelView, step: Json) -> None:
    match step["do"]:
        case "begin":
            view.begin()
        case "install":
            view.install(step["messages"])
        case "thread":
            view.open_thread(step["parent"], step["messages"])
        case "endThread":
            view.close_thread(step["parent"])
        case "post":
            view.post(step["message"])
        case "confirm":
            view.confirm(step["message"], step["temp"])


def state_of(channels: Channels, now_ms: int, thread: str | None) -> Json:
    """Return what a fixture compares."""
    view = channels.open("lab")
    return copy.deepcopy(
        {
            "messages": view.messages,
            "threads": view.threads,
            "typing": view.typing(now_ms),
            "threadTyping": view.typing(now_ms, thread),
            "unread": channels.unread("lab"),
            "isStale": channels.is_stale,
            "viewIsStale": view.is_stale,
        }
    )


def random_case(seed: int, *, loses: bool = True) -> tuple[Json, WebUI, int]:
    """Return a case, the server at its end, and the instant up to which it was read.

    With `loses` the client loses its connection twice, and reads a page when it is back.
    """
    server, case = WebUI(seed), Recorder()
    for _ in range(server.chance.randrange(10)):
        server.act()
    last = max((each["created_at"] for each in server.messages.values()), default=0)
    case.do("list", channels=[{"id": "lab", "unread_count": 0, "last_message_at": last}])
    case.do("begin")
    page, read = server.page(), last
    waits = server.chance.randrange(6)
    thread: str | None = page[0]["id"] if page else None
    for number in range(25):
        if number == waits:
            case.do("install", messages=page)
            if thread is not None:
                case.do("thread", parent=thread, messages=server.thread(thread))
        if loses and number in (12, 18):
            for _ in range(3):
                server.act()
            case.do("begin")
            page = server.page()
            waits = number + 2
        for event in server.act():
            case.do("take", event=event, now=server.now_ms)
        if number == 8:
            case.do("read", at=server.now_ms * MS)
            read = server.now_ms * MS
    return case.finish(server.now_ms, thread), server, read


def curated() -> Json:
    """Return what the random cases have not."""
    server, case = WebUI(0), Recorder()
    created = {"data": {"type": "channel:created"}}
    case.do("list", channels=[{"id": "lab", "unread_count": 2}, {"id": "other"}])
    case.do("take", event=created, now=1)
    case.do("install", messages=[])
    case.do("post", message={"temp_id": "t1", "user_id": ME, "content": "first", "created_at": 9})
    case.do("post", message={"temp_id": "t2", "user_id": ME, "content": "second", "created_at": 9})
    [event] = server.say(ME, temp_id="t1")
    case.do("take", event=event, now=server.now_ms)
    [event] = server.say("bob")
    case.do("take", event=event, now=server.now_ms)
    case.do("take", event=event, now=server.now_ms)
    case.do("take", event={**event, "channel_id": "other"}, now=server.now_ms)
    case.do("take", event=server.typing("bob", typing=True), now=server.now_ms)
    case.do("take", event=server.typing(ME, typing=True), now=server.now_ms)
    case.do("take", event=server.typing("eliza", typing=True, thread="m1"), now=server.now_ms)
    old = {**event["data"]["data"], "content": "older", "updated_at": 1}
    case.do("take", event=server.event("message:update", old, "bob"), now=server.now_ms)
    lost = next(iter(server.say(ME, temp_id="t2")))["data"]["data"]
    case.do("confirm", message=lost, temp="t2")
    case.do("confirm", message=lost, temp="t2")
    reply = {"temp_id": "t3", "parent_id": "m9", "content": "nobody looks"}
    case.do("post", message=reply)
    case.do("thread", parent="m9", messages=[])
    case.do("post", message=reply)
    case.do("take", event={"channel_id": "lab", "data": {"type": "unheard-of"}}, now=1)
    case.do("take", event={"channel_id": "lab", "data": {"type": "message:delete"}}, now=1)
    return case.finish(server.now_ms + 4999, "m1")


def reading() -> list[Json]:
    """Return cases of reading in another tab, of a closed view, and of typing that ends."""
    server, found = WebUI(1), []
    for name, user in (("mine", ME), ("another's", "bob")):
        case = Recorder()
        case.do("list", channels=[{"id": "lab", "unread_count": 3}])
        data = {"last_read_at": 5 * MS} if name == "mine" else {}
        case.do("take", event=server.event("last_read_at", data, user), now=9)
        case.do("close")
        for event in server.say("bob"):
            case.do("take", event=event, now=9)
        case.do("take", event=server.typing("bob", typing=True), now=9)
        case.do("begin")
        case.do("endThread", parent="none")
        found.append(case.finish(9 + 5000))
    return found


def cases() -> list[Json]:
    """Return every case."""
    return [curated(), *reading(), *(random_case(seed)[0] for seed in range(12))]

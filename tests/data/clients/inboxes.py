"""Cases of the inbox: a server that may forget, a wire that breaks anywhere, two languages."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from typing import Any

import msgspec

from jupyter_agentchat.client.eliza.inbox import Inbox
from jupyter_agentchat.dialects.eliza.payloads import Form
from jupyter_agentchat.dialects.eliza.projection import Projection
from tests.data.fold.make import random_log

Json = dict[str, Any]
Said = tuple[str, Json]
ROOM = "lab"
NOW_MS = 5


def told(seed: int) -> list[Said]:
    """Return what a room's readers are told, in order; each carries its `seq`."""
    projection = Projection(Form(ROOM))
    payloads = [payload for event in random_log(seed) for payload in projection.feed(event)]
    return [(each.event, timed(msgspec.to_builtins(each))) for each in payloads]


def timed(payload: Json) -> Json:
    """Return a payload whose message was made at a millisecond of its own."""
    if "createdAt" not in payload:
        return payload
    return {**payload, "createdAt": 1000 + int(payload["id"].removeprefix("m"))}


def seq_of(said: Said) -> int:
    """Return the log's number of an event."""
    name, payload = said
    return int(payload["payload"]["seq"] if name == "message" else payload["seq"])


class Recorder:
    """An inbox whose every step is written down with what it gave."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.steps: list[Json] = []
        self.given: list[Said] = []

    def join(self, room: str = ROOM) -> None:
        self.inbox.join(room)
        self.steps.append({"do": "join", "room": room})

    def leave(self, room: str = ROOM) -> None:
        self.inbox.leave(room)
        self.steps.append({"do": "leave", "room": room})

    def after(self, room: str = ROOM) -> str | None:
        given = self.inbox.after(room)
        self.steps.append({"do": "after", "room": room, "gives": given})
        return given

    def stand(self, joined: Json, now_ms: int = NOW_MS) -> bool:
        given = self.inbox.stand(joined, now_ms)
        self.steps.append({"do": "stand", "joined": joined, "now": now_ms, "gives": given})
        return given

    def take(self, name: str, payload: Json) -> list[Said]:
        given = copy.deepcopy(list(self.inbox.take(name, payload)))
        self.steps.append({"do": "take", "name": name, "payload": payload, "gives": given})
        self.given += given
        return given

    def replay(self, messages: list[Json], *, is_whole: bool = True) -> list[Said]:
        given = copy.deepcopy(self.inbox.replay(ROOM, messages, is_whole=is_whole))
        step = {"do": "replay", "room": ROOM, "messages": messages, "whole": is_whole}
        self.steps.append({**step, "gives": given})
        self.given += given
        return given


def joined(position: str | None, *, recovered: bool = False, live: Sequence[Json] = ()) -> Json:
    """Return an answer to a join."""
    place = {"channelId": ROOM, "position": position, "recovered": recovered}
    return {**place, "live": list(live)}


def row(said: Said) -> Json:
    """Return a message as the history shows it."""
    payload = said[1]
    return {
        "id": payload["id"],
        "authorId": payload["senderId"],
        "authorDisplayName": payload["senderName"],
        "content": payload["text"],
        "created_at": payload["createdAt"],
        "sourceType": payload["source"],
        "metadata": payload["metadata"],
        "seq": payload["seq"],
    }


def broken(seed: int) -> tuple[Recorder, list[Said]]:
    """Return a client whose wire breaks anywhere, and what it has to have been given."""
    chance, events, case = random.Random(seed), told(seed), Recorder()
    begin = chance.choice([0, seq_of(events[0])]) if events else 0
    expected = [each for each in events if seq_of(each) > begin]
    case.join()
    case.stand(joined(f"e:{begin}"))
    at = 0
    while at < len(expected):
        case.take(*expected[at])
        at += 1
        if chance.random() < 0.1:  # somebody else's, or one that was told before
            case.take("messageBroadcast", {"channelId": "other", "id": "x", "text": "no"})
            case.take(*expected[chance.randrange(at)])
        if chance.random() < 0.1:
            after = case.after()
            assert after is not None
            case.stand(joined(after, recovered=True))
            seq = int(after.rpartition(":")[2])
            at = next((n for n, each in enumerate(expected) if seq_of(each) > seq), len(expected))
    return case, expected


def forgotten(seed: int) -> tuple[Recorder, list[Said]]:
    """Return a client of a server that forgets it, or counts nothing; and every message told."""
    chance, events, case = random.Random(seed), told(seed), Recorder()
    counts = seed % 2 == 0
    if not counts:  # as ElizaOS itself: no numbers, no positions
        events = [(name, without(payload)) for name, payload in events]
    case.join()
    case.stand(joined("e:0" if counts else None), now_ms=1)
    cut, back = sorted(chance.randrange(len(events) + 1) for _ in range(2))
    late = chance.randrange(back, len(events) + 1)
    for each in events[:cut]:
        case.take(*each)
    case.after()
    live = [{"messageId": "m3"}] if seed % 3 else []
    if case.stand(joined("f:0" if counts else None, live=live)):
        for each in events[back:late]:  # what is told while the history is read
            case.take(*each)
        rows = [row((name, {"seq": 0, **each})) for name, each in events[:back] if told_whole(name)]
        case.replay(rows[::-1], is_whole=seed % 5 > 0)
    for each in events[late:]:
        case.take(*each)
    return case, [each for each in events if told_whole(each[0])]


def told_whole(name: str) -> bool:
    """Tell whether an event is a whole message."""
    return name == "messageBroadcast"


def without(payload: Json) -> Json:
    """Return a payload without the numbers of our log."""
    inner = payload.get("payload")
    kept = {name: value for name, value in payload.items() if name != "seq"}
    return {**kept, "payload": without(inner)} if isinstance(inner, dict) else kept


def curated() -> Recorder:
    """Return what random logs have not: answers, logs, presence, leaving, deletion, an update."""
    case = Recorder()
    place = {"channelId": ROOM, "roomId": ROOM}
    for name in ("authenticated", "messageError", "messageAck", "channel_joined", "userJoined"):
        case.take(name, {**place, "error": "e"} if name != "authenticated" else {"entityId": "a"})
    entry = {"level": 30, "msg": "m"}
    case.take("logStream", entry)
    case.take("log_stream", {"type": "log_entry", "payload": entry})
    case.take("logStream", entry)
    case.after()
    case.join()
    case.after()
    case.stand(joined("e:4"))
    case.take("userTyping", {**place, "userId": "u", "isTyping": True})
    case.take("userTyping", {"roomId": ROOM, "userId": "u", "isTyping": True})
    action = {**place, "id": "a1", "text": "1", "source": "agent_action", "createdAt": 9}
    case.take("messageBroadcast", action)
    case.take("messageBroadcast", {**action, "text": "2"})
    case.take("messageBroadcast", {**action, "source": "agent_response"})
    case.take("messageStreamChunk", {**place, "messageId": "m", "index": 0, "chunk": "a"})
    case.take("messageStreamChunk", {**place, "messageId": "m", "index": 0, "chunk": "a"})
    merged = {**place, "messageId": "m", "index": 1, "lastIndex": 3, "chunk": "bcd"}
    case.take("messageStreamChunk", merged)
    case.take("messageStreamChunk", {**place, "messageId": "m", "index": 3, "chunk": "d"})
    case.take("channelDeleted", place)
    case.take("userTyping", {**place, "userId": "u", "isTyping": True})
    case.join()
    case.stand(joined(None))
    case.leave()
    case.take("messageBroadcast", {**place, "id": "late", "text": "late"})
    case.stand(joined("e:9"))
    case.replay([])
    return case


def cases() -> list[list[Json]]:
    """Return the steps of every case."""
    found = [curated()]
    found += [broken(seed)[0] for seed in range(8)]
    found += [forgotten(seed)[0] for seed in range(8)]
    return [case.steps for case in found]

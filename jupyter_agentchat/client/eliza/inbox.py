"""What a client of ElizaOS's events hands on: of rooms that it joined, once each and in order.

Sans-I/O; its twin is ``inbox.ts``, and both run the fixtures in ``tests/data/clients``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jupyter_agentchat.client.eliza.room import Delivery, Room
from jupyter_agentchat.client.eliza.stored import as_broadcast, created_ms

MAX_IDS = 10_000
"""Ids of messages that are remembered."""
MAX_HELD = 10_000
"""Events of one room that wait while it is fetched what was missed."""
MISSED = "missed"
"""Our own event: something of a room is lost here, so read its history."""
_ANSWERS = frozenset(
    {
        "messageAck",
        "messageError",
        "channel_joined",
        "room_joined",
        "channel_left",
        "room_left",
    }
)


class Inbox:
    """Decides of every event whether it is dropped, held or handed on.

    Guarantees
    ----------
    Exactly once
        However often and wherever the connection breaks, each event of a joined room is handed on
        once and in the order of its log, if the server lets a client go on after a position.
        Where it does not, each message is; an answer that was cut off ends with
        ``messageComplete`` and ``enable_input``.
    """

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._ids: dict[tuple[str, object], None] = {}
        self._live: dict[str, list[str]] = {}
        self._logs_wrapped = False

    def __contains__(self, room: str) -> bool:
        return room in self._rooms

    @property
    def rooms(self) -> list[str]:
        """The rooms that are joined."""
        return list(self._rooms)

    def join(self, room: str) -> None:
        """Hand on what happens in a room from now on; twice does nothing."""
        self._rooms.setdefault(room, Room(room))

    def leave(self, room: str) -> None:
        """Drop what happens in a room from now on."""
        self._rooms.pop(room, None)
        self._live.pop(room, None)

    def after(self, room: str) -> str | None:
        """Return the position after which to join a room again."""
        found = self._rooms.get(room)
        return None if found is None else found.after

    def since(self, room: str) -> int:
        """Return the instant before which nothing of a room was missed, in milliseconds."""
        found = self._rooms.get(room)
        return 0 if found is None else found.since_ms

    def stand(self, joined: Mapping[str, Any], now_ms: int) -> bool:
        """Take the answer to a join, ``channel_joined``.

        Returns
        -------
        bool
            Whether it has to be fetched what was missed: `replay` must follow, and holds until
            then what comes.
        """
        room = self._rooms.get(str(_place(joined)))
        if room is None:
            return False
        is_first = room.since_ms == 0
        room.stand(joined.get("position"), goes_on=joined.get("recovered") is True)
        if is_first:
            room.since_ms = now_ms
        elif joined.get("recovered") is not True:
            room.held = [] if room.held is None else room.held
            self._live[room.spelling] = [each.get("messageId") for each in joined.get("live", ())]
            return True
        return False

    def replay(
        self, room: str, messages: Iterable[Mapping[str, Any]], *, is_whole: bool
    ) -> list[Delivery]:
        """Return what was missed, then what was held; `is_whole` unless it goes back too short."""
        found = self._rooms.get(room)
        if found is None or found.held is None:
            return []
        held, found.held = found.held, None
        out: list[Delivery] = []
        for message in sorted(messages, key=_age):
            is_missed = created_ms(message) >= found.since_ms or found.is_open(message.get("id"))
            if is_missed and self._is_first(room, message.get("id")):
                out.append(("messageBroadcast", as_broadcast(message, room)))
                found.since_ms = max(found.since_ms, created_ms(message))
        for over in found.close_all_but(self._live.pop(room, [])):
            place = {"channelId": room, "roomId": room, "messageId": over, "replayed": True}
            out.append(("messageComplete", place))
            out.append(("controlMessage", {**place, "action": "enable_input", "target": "input"}))
        if found.is_lossy or not is_whole:
            found.is_lossy = False
            out.append((MISSED, {"channelId": room, "roomId": room}))
        for name, payload in held:
            out += self.take(name, payload)
        return out

    def take(self, name: str, payload: dict[str, Any]) -> Sequence[Delivery]:
        """Return what an event of the server's becomes: itself, or nothing."""
        if name in {"log_stream", "logStream"}:
            return self._log(name, payload)
        inner = payload.get("payload", payload) if name == "message" else payload
        spelled = _place(inner) if isinstance(inner, dict) else None
        if spelled is None or name in _ANSWERS:
            return [(name, payload)]
        room = self._rooms.get(str(spelled))
        if room is None:
            return []
        if room.held is None:
            return [(name, payload)] if self._is_new(room, name, inner) else []
        if len(room.held) < MAX_HELD:
            room.held.append((name, payload))
        else:
            room.is_lossy = True
        return []

    def _log(self, name: str, payload: dict[str, Any]) -> list[Delivery]:
        """Return an entry of the server's log once; newer servers send it under both names."""
        entry = payload.get("payload")
        if name == "log_stream" and isinstance(entry, dict):
            self._logs_wrapped = True
            return [("logStream", entry)]
        return [] if self._logs_wrapped else [("logStream", payload)]

    def _is_new(self, room: Room, name: str, inner: dict[str, Any]) -> bool:
        seq = inner.get("seq")
        if isinstance(seq, int) and not room.is_new(name, seq):
            return False
        if name == "messageStreamChunk":
            return room.is_new_chunk(inner)
        if name == "messageBroadcast":
            is_update = inner.get("source") == "agent_action"
            is_first = self._is_first(room.spelling, inner.get("id"))
            room.since_ms = max(room.since_ms, created_ms(inner))
            return is_first or is_update
        self._follow(room, name, inner)
        return True

    def _follow(self, room: Room, name: str, inner: dict[str, Any]) -> None:
        message = inner.get("messageId")
        message = message if isinstance(message, str) else None
        if name == "controlMessage" and inner.get("action") == "disable_input" and message:
            room.open(message)
        elif name in {"messageComplete", "channelCleared"}:
            room.close(message)
        elif name == "channelDeleted":
            self.leave(room.spelling)

    def _is_first(self, room: str, id: object) -> bool:
        if id is None:
            return True
        if (room, id) in self._ids:
            return False
        self._ids[room, id] = None
        if len(self._ids) > MAX_IDS:
            del self._ids[next(iter(self._ids))]
        return True


def _age(message: Mapping[str, Any]) -> tuple[int, int]:
    return created_ms(message), message.get("seq") or 0


def _place(payload: Mapping[str, Any]) -> object:
    return payload.get("channelId") or payload.get("roomId")

"""Who is in which room of one namespace."""

from __future__ import annotations

from collections.abc import Collection


class Rooms:
    """Names to socket ids and back; order of joining is kept, an empty room is forgotten."""

    def __init__(self) -> None:
        self._members: dict[str, dict[str, None]] = {}
        self._rooms: dict[str, dict[str, None]] = {}

    def join(self, sid: str, *rooms: str) -> None:
        """Put `sid` into `rooms`; being there already is fine."""
        for room in rooms:
            self._members.setdefault(room, {})[sid] = None
            self._rooms.setdefault(sid, {})[room] = None

    def leave(self, sid: str, *rooms: str) -> None:
        """Take `sid` out of `rooms`; not being there is fine."""
        for room in rooms:
            _discard(self._members, room, sid)
            _discard(self._rooms, sid, room)

    def leave_all(self, sid: str) -> tuple[str, ...]:
        """Take `sid` out of all its rooms and return them, as `Recovery.park` keeps them."""
        rooms = self.rooms_of(sid)
        self.leave(sid, *rooms)
        return rooms

    def rooms_of(self, sid: str) -> tuple[str, ...]:
        """Return the rooms of `sid`, in the order it joined them."""
        return tuple(self._rooms.get(sid, ()))

    def members(self, *rooms: str, excluding: Collection[str] = ()) -> tuple[str, ...]:
        """Return who is in any of `rooms`, each once, in the order they joined."""
        found = {sid: None for room in rooms for sid in self._members.get(room, ())}
        return tuple(sid for sid in found if sid not in excluding)


def _discard(index: dict[str, dict[str, None]], key: str, value: str) -> None:
    values = index.get(key)
    if values is not None:
        values.pop(value, None)
        if not values:
            del index[key]

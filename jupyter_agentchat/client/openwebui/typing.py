"""Who types, until they have not said so for five seconds."""

from __future__ import annotations

from typing import Any

TYPING_MS = 5000
MAX_TYPING = 100

Json = dict[str, Any]


class Typing:
    """The people who type in one channel and its threads."""

    def __init__(self) -> None:
        self._until: dict[tuple[str | None, str], tuple[int, str]] = {}

    def say(self, thread: str | None, user: Json, now_ms: int) -> None:
        """Note that somebody types; a thread is named by its root's id."""
        key = (thread, str(user.get("id")))
        self._until.pop(key, None)
        self._until[key] = (now_ms + TYPING_MS, str(user.get("name") or user.get("id")))
        if len(self._until) > MAX_TYPING:
            del self._until[next(iter(self._until))]

    def stop(self, thread: str | None, user: str) -> None:
        """Note that somebody has stopped, or sent it."""
        self._until.pop((thread, user), None)

    def now(self, thread: str | None, now_ms: int) -> list[Json]:
        """Return who types at an instant, in the order in which they last said so."""
        return [
            {"id": user, "name": name}
            for (where, user), (until, name) in self._until.items()
            if where == thread and until > now_ms
        ]

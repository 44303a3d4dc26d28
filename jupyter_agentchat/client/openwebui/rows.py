"""A list of messages, newest first, as Open WebUI's clients show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

MAX_ROWS = 1000


class Rows:
    """Messages by creation, newest first; those that the server has not confirmed stand on top.

    Parameters
    ----------
    rows : iterable of dict
        A page, newest first.
    limit : int
        How many are kept; the oldest go first.
    """

    def __init__(self, rows: Iterable[Json] = (), limit: int = MAX_ROWS) -> None:
        self._limit = limit
        self.rows: list[Json] = []
        for row in reversed(list(rows)):
            self.add(row)

    def post(self, row: Json) -> None:
        """Show a message that is on its way under its ``temp_id``."""
        self.rows = [row, *(each for each in self.rows if _temp(each) != _temp(row))]

    def unconfirmed(self) -> list[Json]:
        """Return what is still on its way."""
        return [row for row in self.rows if _temp(row) is not None]

    def add(self, message: Json) -> None:
        """Show a message, in the place of itself or of the one on its way that it was."""
        temp, id_ = _temp(message), message.get("id")
        kept = [
            each
            for each in self.rows
            if each.get("id") != id_ and (temp is None or _temp(each) != temp)
        ]
        row = plain(message)
        place = next((n for n, each in enumerate(kept) if _is_older(each, row)), len(kept))
        self.rows = [*kept[:place], row, *kept[place:]][: self._limit]

    def replace(self, message: Json) -> bool:
        """Show a message as it is now, if it is shown; what is older than that is ignored."""
        for number, row in enumerate(self.rows):
            if row.get("id") == message.get("id") and _temp(row) is None:
                if (message.get("updated_at") or 0) >= (row.get("updated_at") or 0):
                    self.rows[number] = plain(message)
                return True
        return False

    def remove(self, id: object) -> None:
        """Show a message no more."""
        self.rows = [row for row in self.rows if row.get("id") != id]


def plain(message: Json) -> Json:
    """Return a message without what only its event has."""
    return {name: value for name, value in message.items() if name not in {"temp_id", "name"}}


def _temp(row: Json) -> object:
    return row.get("temp_id")


def _is_older(row: Json, than: Json) -> bool:
    """Tell whether a confirmed row comes after `than`; of two at one instant the last is first."""
    return _temp(row) is None and (row.get("created_at") or 0) <= (than.get("created_at") or 0)

"""Users as Open WebUI shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from jupyter_agentchat.protocol.model import Author

Role = Literal["admin", "user", "model"]
MAX_PEOPLE = 10_000


class People:
    """Remembers the names of those who were seen; Jupyter has no directory of its users."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._roles: dict[str, Role] = {}

    def see(self, author: Author, role: Role | None = None) -> None:
        """Remember a user's name, and the role that the authoriser gives."""
        if author.kind == "system" or len(self._names) >= MAX_PEOPLE:
            return
        self._names[author.id] = author.name
        if author.kind == "agent":
            role = "model"
        if role is not None:
            self._roles[author.id] = role

    def shown(self, id_: str) -> dict[str, object]:
        """Return a user; one who was never seen is called by the id."""
        return {
            "id": id_,
            "name": self._names.get(id_, id_),
            "role": self._roles.get(id_, "user"),
            "email": "",
            "profile_image_url": "",
        }

    def users(self) -> Iterable[str]:
        """Return the ids of all users who were seen, agents left out."""
        return (id_ for id_ in self._names if self._roles.get(id_) != "model")

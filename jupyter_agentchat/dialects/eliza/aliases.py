"""The ids under which clients speak; each belongs to the user who first used it."""

from __future__ import annotations

from collections import OrderedDict

from jupyter_agentchat.dialects.eliza.ids import check_id, entity_id
from jupyter_agentchat.errors import ForbiddenError
from jupyter_agentchat.protocol.model import Author

MAX_ALIASES = 4096
"""Of one user; the one that was used longest ago is given up first."""


class Aliases:
    """Binds `entityId` and `senderId` to the authenticated user behind them.

    A message is logged as its user and shown with the alias. Bindings live as long as the server.
    """

    def __init__(self) -> None:
        self._user_of: dict[str, str] = {}
        self._of_user: dict[str, OrderedDict[str, None]] = {}

    def claim(self, alias: str | None, user: Author) -> str:
        """Return the id to show for `user`: `alias`, or the user's own UUID where that is None.

        Raises
        ------
        InvalidInputError
            If the alias is blank or too long.
        ForbiddenError
            If another user has it.
        """
        own = entity_id(user)
        shown = own if alias is None else check_id(alias, "An entityId")
        for name in (shown, own):
            if self._user_of.setdefault(name, user.id) != user.id:
                raise ForbiddenError(f"The id {name[:80]!r} belongs to another user.")
            self._keep(name, user.id)
        return shown

    def user_of(self, alias: str) -> str | None:
        """Return whose alias it is, None if nobody has used it."""
        return self._user_of.get(alias)

    def _keep(self, name: str, user: str) -> None:
        used = self._of_user.setdefault(user, OrderedDict())
        used[name] = None
        used.move_to_end(name)
        if len(used) > MAX_ALIASES:
            oldest, _ = used.popitem(last=False)
            del self._user_of[oldest]

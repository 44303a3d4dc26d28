"""The tabs of all users: who is connected, and how what they are told reaches them."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque

from jupyter_agentchat.dialects.openwebui.kept import Kept
from jupyter_agentchat.dialects.openwebui.lines import Lines
from jupyter_agentchat.dialects.openwebui.parcels import Parcel
from jupyter_agentchat.dialects.openwebui.rooms import Room
from jupyter_agentchat.errors import DisconnectedError, ProviderUnavailableError, RateLimitedError
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.web.engineio.client import Client

BUDGET_BYTES = 1_000_000
"""What may wait for one tab (policy ``disconnect``: it comes back and reads the channel anew)."""
ACTIVE_S = 180.0
"""So long after a user's tab said something the user counts as active."""
MAX_SEEN = 10_000
"""Users of whom it is remembered when they left."""
MAX_TABS = 256
"""Of one user."""
USAGE_S = 3.0
"""A model counts as used for so long after a tab said so; Open WebUI's ``TIMEOUT_DURATION``."""


class Tab:
    """One Socket.IO client.

    Parameters
    ----------
    returns : bool
        Whether it keeps offsets, so that it can come back after a lost wire to where it was.

    Attributes
    ----------
    is_admin : bool
        As the authoriser says, once it was asked.
    lines : dict
        The answers that it brings itself, by their channel ``user:session:request``. What another
        tab says on such a channel is nobody's.
    """

    def __init__(self, client: Client, *, returns: bool = False) -> None:
        self.client = client
        self._kept = Kept() if returns else None
        self._rest = b""
        self.user: Author = client.user
        self.is_admin = False
        self.lines: dict[str, Lines] = {}
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._task: asyncio.Task[None] | None = None

    def may_read(self, room: Room) -> bool:
        """Tell whether this tab hears a channel now; membership is asked each time."""
        return room.may("read", self.user.id, is_admin=self.is_admin)

    def put(self, parcel: Parcel) -> None:
        """Write in order, at once if the socket takes it; keep it where the wire is lost."""
        if self._kept is None:
            self._write(parcel.plain)
            return
        self._kept.add(parcel)
        if self.client.is_here:
            self._write(parcel.numbered)

    def rewind(self, offset: str | None) -> bool:
        """Prepare to go on after an offset; False if that is too long ago."""
        rest = None if self._kept is None else self._kept.after(offset)
        self._rest = rest or b""
        return rest is not None

    def go_on(self) -> None:
        """Write what was missed."""
        rest, self._rest = self._rest, b""
        if rest:
            self._write(rest)

    def _write(self, packets: bytes) -> None:
        if self._task is None and not self._is_blocked:
            self.client.write(packets)
            return
        self._waiting.append(packets)
        self._size += len(packets)
        if self._size > BUDGET_BYTES:
            self.close()
            self.client.drop()
        elif self._task is None:
            self._task = asyncio.create_task(self._drain())

    def close(self) -> None:
        """Forget what waits to be written."""
        self._waiting.clear()
        self._size = 0
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @property
    def _is_blocked(self) -> bool:
        try:
            return self.client.outlet.blocked
        except DisconnectedError:
            return False

    async def _drain(self) -> None:
        while self._waiting:
            packets = self._waiting.popleft()
            self._size -= len(packets)
            await self.client.send(packets)
        self._task = None


class Tabs:
    """All of them; and which models they say they use."""

    def __init__(self) -> None:
        self.all: set[Tab] = set()
        self._by_user: dict[str, dict[Tab, None]] = {}
        self._used: dict[str, dict[Tab, float]] = {}
        self._last_seen: OrderedDict[str, int] = OrderedDict()

    def of(self, user: str) -> list[Tab]:
        """Return a user's tabs."""
        return list(self._by_user.get(user, ()))

    def enter(self, tab: Tab) -> None:
        """Take one.

        Raises
        ------
        RateLimitedError
            If its user has too many.
        """
        mine = self._by_user.setdefault(tab.user.id, {})
        if len(mine) >= MAX_TABS:
            raise RateLimitedError(f"One user has at most {MAX_TABS} tabs here; close some.")
        mine[tab] = None
        self.all.add(tab)

    def leave(self, tab: Tab) -> None:
        """Let one go, and what it used."""
        if tab in self.all:
            self._last_seen[tab.user.id] = time.monotonic_ns()
            self._last_seen.move_to_end(tab.user.id)
            while len(self._last_seen) > MAX_SEEN:
                self._last_seen.popitem(last=False)
        self.all.discard(tab)
        mine = self._by_user.get(tab.user.id, {})
        mine.pop(tab, None)
        if not mine:
            self._by_user.pop(tab.user.id, None)
        tab.close()
        for lines in tab.lines.values():
            lines.fail(ProviderUnavailableError("The tab that asked the model itself is gone."))
        for tabs in self._used.values():
            tabs.pop(tab, None)

    def last_active(self, user: str) -> int | None:
        """Return when a user's tab last said something, a pong included (monotonic ns).

        It is read off the connections, so heartbeats cost no write; None if nobody knows.
        """
        heard = [tab.client.heard_ns for tab in self.of(user)]
        known = [at for at in (*heard, self._last_seen.get(user)) if at is not None]
        return max(known, default=None)

    def gauges(self) -> dict[str, int]:
        """Return how much there is: of tabs, of those that are away, of answers they bring."""
        return {
            "sessions": len(self.all),
            "parked": sum(not tab.client.is_here for tab in self.all),
            "direct": sum(len(tab.lines) for tab in self.all),
            "usage": sum(len(tabs) for tabs in self._used.values()),
        }

    def use(self, tab: Tab, model: str) -> None:
        """Note that a tab's chat uses a model now."""
        self._used.setdefault(model, {})[tab] = asyncio.get_running_loop().time()

    def used(self) -> set[str]:
        """Return the models that were used within `USAGE_S`, and forget the others."""
        now = asyncio.get_running_loop().time()
        for model, tabs in list(self._used.items()):
            for tab, at in list(tabs.items()):
                if now - at > USAGE_S:
                    del tabs[tab]
            if not tabs:
                del self._used[model]
        return set(self._used)

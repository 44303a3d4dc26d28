"""Which ``client_message_id`` was answered how: for ever in the store, at once in memory."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import Sent

RECENT = 16_384
"""More than the writer's queue can hold, so that what is not durable yet is found here."""


class Sends:
    """Finds the first answer to a send."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._recent: OrderedDict[tuple[str, str, str], Sent] = OrderedDict()

    def add(self, channel: str, sent: Sent) -> None:
        """Remember a send in the same step in which it enters the log."""
        self._recent[channel, sent.sender, sent.client_message_id] = sent
        while len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    async def find(self, channel: str, sender: str, client_message_id: str) -> Sent | None:
        """Return the first send under this id."""
        if recent := self._recent.get((channel, sender, client_message_id)):
            return recent
        return await asyncio.to_thread(self._store.sent, channel, sender, client_message_id)

"""Changes to what was said: edits, deletions, reactions, reads. Each is an event."""

from __future__ import annotations

from jupyter_agentchat.errors import ForbiddenError, InvalidInputError
from jupyter_agentchat.protocol.events import (
    MessageDeleted,
    MessagePinned,
    MessageReaction,
    MessageUpdated,
    Read,
)
from jupyter_agentchat.protocol.model import Author, Message
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.channels import Channels
from jupyter_agentchat.runtime.log import ChannelLog, Draft
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.runtime.texts import check_text, has_visible
from jupyter_agentchat.runtime.views import find_message
from jupyter_agentchat.store.base import Store

MAX_REACTION = 64


class Edits:
    """Applies a user's changes; each returns the position at which it is durable."""

    def __init__(self, channels: Channels, store: Store, settings: Settings) -> None:
        self._channels = channels
        self._store = store
        self._settings = settings

    async def edit(self, channel: str, message: str, text: str, user: Author) -> Position:
        """Give one's own message another text."""
        log, found = await self._find(channel, message)
        _check_own(found, user)
        check_text(text, self._settings.max_text_bytes)
        return await _write(
            log, lambda seq, t: MessageUpdated(seq=seq, t=t, message=message, text=text)
        )

    async def delete(self, channel: str, message: str, user: Author) -> Position:
        """Delete one's own message, or an agent's; twice does nothing."""
        log, found = await self._find(channel, message)
        if found.deleted:
            return log.position
        if found.author.kind == "user":
            _check_own(found, user)
        return await _write(log, lambda seq, t: MessageDeleted(seq=seq, t=t, message=message))

    async def react(
        self, channel: str, message: str, name: str, user: Author, *, added: bool
    ) -> Position:
        """Add or take back a reaction; idempotent per (message, user, name)."""
        if not has_visible(name) or len(name) > MAX_REACTION:
            sentence = f"A reaction is 1 to {MAX_REACTION} visible characters."
            raise InvalidInputError(sentence)
        log, found = await self._find(channel, message)
        chosen = {each.name: each.users for each in found.reactions}
        if (user.id in chosen.get(name, ())) is added:
            return log.position
        return await _write(
            log,
            lambda seq, t: MessageReaction(
                seq=seq, t=t, message=message, name=name, user=user.id, added=added
            ),
        )

    async def pin(self, channel: str, message: str, user: Author, *, pinned: bool) -> Position:
        """Pin a message for all, or take the pin away; idempotent."""
        log, found = await self._find(channel, message)
        if found.deleted:
            sentence = f"The message {message!r} was deleted, so it cannot be pinned."
            raise InvalidInputError(sentence)
        if (found.pin is not None) is pinned:
            return log.position
        return await _write(
            log,
            lambda seq, t: MessagePinned(
                seq=seq, t=t, message=message, user=user.id, pinned=pinned
            ),
        )

    async def read(self, channel: str, seq: int, user: Author) -> Position:
        """Note that the user has read up to `seq`; going back does nothing."""
        log = await self._channels.get(channel)
        if not 0 <= seq <= log.seq:
            sentence = f"seq is a number from 0 to {log.seq}, not {seq}."
            raise InvalidInputError(sentence)
        if seq <= log.fold.reads.get(user.id, 0):
            return log.position
        return await _write(log, lambda at, t: Read(seq=at, t=t, user=user.id, upto=seq))

    async def _find(self, channel: str, message: str) -> tuple[ChannelLog, Message]:
        log = await self._channels.get(channel)
        return log, await find_message(log, self._store, message)


def _check_own(message: Message, user: Author) -> None:
    if message.author.kind != user.kind or message.author.id != user.id:
        sentence = f"The message is {message.author.name}'s; only they may change it."
        raise ForbiddenError(sentence)


async def _write(log: ChannelLog, draft: Draft) -> Position:
    publication = log.append(draft)
    await log.durable(publication.seq)
    return Position(log.epoch, publication.seq)

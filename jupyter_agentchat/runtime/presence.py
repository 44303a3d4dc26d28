"""Who reads and who types: ephemeral, without a seq, and allowed to be lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from jupyter_agentchat.protocol.frames import Frame, Presence, TypingNotice
from jupyter_agentchat.protocol.model import Author

Notice = Callable[[Frame], None]


class _Audience:
    """The readers of one channel, by connection and by user."""

    __slots__ = ("notices", "users")

    def __init__(self) -> None:
        self.notices: dict[str, tuple[Author, Notice]] = {}
        self.users: dict[str, tuple[Author, int]] = {}

    def add(self, connection: str, user: Author, notice: Notice) -> bool:
        """Add a connection; True if its user was not there."""
        self.remove(connection)
        self.notices[connection] = (user, notice)
        _, count = self.users.get(user.id, (user, 0))
        self.users[user.id] = (user, count + 1)
        return not count

    def remove(self, connection: str) -> bool:
        """Remove a connection; True if its user is gone with it."""
        if connection not in self.notices:
            return False
        user, _ = self.notices.pop(connection)
        _, count = self.users.pop(user.id)
        if count > 1:
            self.users[user.id] = (user, count - 1)
        return count == 1


class Ephemera:
    """Carries presence and typing between the readers of each channel."""

    def __init__(self) -> None:
        self._channels: dict[str, _Audience] = {}

    def join(self, channel: str, connection: str, user: Author, notice: Notice) -> None:
        """Add a reader; it hears who is there, and so do the others if `user` is new to them."""
        audience = self._channels.setdefault(channel, _Audience())
        if audience.add(connection, user, notice):
            self._announce(channel)
        else:
            with suppress(Exception):
                notice(Presence(channel=channel, users=self.users(channel)))

    def leave(self, channel: str, connection: str) -> None:
        """Remove a reader; twice does nothing."""
        audience = self._channels.get(channel)
        if audience is None:
            return
        is_gone = audience.remove(connection)
        if not audience.notices:
            del self._channels[channel]
        elif is_gone:
            self._announce(channel)

    def users(self, channel: str) -> tuple[Author, ...]:
        """Return the users who read the channel, each once."""
        audience = self._channels.get(channel)
        return () if audience is None else tuple(user for user, _ in audience.users.values())

    def typing(self, channel: str, user: Author, *, typing: bool) -> None:
        """Tell the others that `user` types, or stopped."""
        frame = TypingNotice(channel=channel, user=user, typing=typing)
        self._tell(channel, frame, without=user.id)

    def _announce(self, channel: str) -> None:
        self._tell(channel, Presence(channel=channel, users=self.users(channel)))

    def _tell(self, channel: str, frame: Frame, without: str | None = None) -> None:
        audience = self._channels.get(channel)
        for user, notice in list(audience.notices.values()) if audience else ():
            if user.id != without:
                with suppress(Exception):
                    notice(frame)

"""Who reads and who types: ephemeral, without a seq, and allowed to be lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from jupyter_agentchat.protocol.frames import Frame, Presence, TypingNotice
from jupyter_agentchat.protocol.model import Author

Notice = Callable[[Frame], None]


class Ephemera:
    """Carries presence and typing between the readers of each channel."""

    def __init__(self) -> None:
        self._readers: dict[str, dict[str, tuple[Author, Notice]]] = {}

    def join(self, channel: str, connection: str, user: Author, notice: Notice) -> None:
        """Add a reader; all readers of the channel hear who is there."""
        self._readers.setdefault(channel, {})[connection] = (user, notice)
        self._announce(channel)

    def leave(self, channel: str, connection: str) -> None:
        """Remove a reader; twice does nothing."""
        readers = self._readers.get(channel, {})
        if readers.pop(connection, None) is None:
            return
        if readers:
            self._announce(channel)
        else:
            del self._readers[channel]

    def users(self, channel: str) -> tuple[Author, ...]:
        """Return the users who read the channel, each once."""
        readers = self._readers.get(channel, {}).values()
        return tuple({user.id: user for user, _ in readers}.values())

    def typing(self, channel: str, user: Author, *, typing: bool) -> None:
        """Tell the others that `user` types, or stopped."""
        frame = TypingNotice(channel=channel, user=user, typing=typing)
        self._tell(channel, frame, without=user.id)

    def _announce(self, channel: str) -> None:
        self._tell(channel, Presence(channel=channel, users=self.users(channel)))

    def _tell(self, channel: str, frame: Frame, without: str | None = None) -> None:
        for user, notice in list(self._readers.get(channel, {}).values()):
            if user.id != without:
                with suppress(Exception):
                    notice(frame)

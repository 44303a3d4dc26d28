"""Who sits in which room, under which id, and who of them types: ephemeral, not in the log."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

from jupyter_agentchat.bus.broker import Unsubscribe
from jupyter_agentchat.dialects.eliza.ids import entity_id
from jupyter_agentchat.dialects.eliza.payloads import Form
from jupyter_agentchat.dialects.eliza.turn import Turns
from jupyter_agentchat.dialects.eliza.wire_form import NAMESPACE
from jupyter_agentchat.protocol.frames import Frame, TypingNotice
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.presence import Ephemera
from jupyter_agentchat.web.engineio.framing import packed

TYPING_S = 5.0
"""After so long without another word of it, somebody who types has stopped."""


class Listener(Protocol):
    """One client, as the others in its rooms reach it."""

    user: Author

    def offer(self, packets: bytes) -> None:
        """Take ephemeral packets."""
        ...


class Seat:
    """One client in one room.

    Attributes
    ----------
    form : Form
        How it spells the room.
    alias : str
        The id that it is there under.
    """

    def __init__(self, listener: Listener, log: ChannelLog, form: Form, alias: str) -> None:
        self.listener = listener
        self.log = log
        self.form = form
        self.alias = alias


class Room:
    """The clients of this dialect in one channel.

    Attributes
    ----------
    number : str
        Names the channel in offsets.
    turns : Turns
        Its answers; complete from the first seat on, and what is live then is learnt separately.
    """

    def __init__(self, number: str, log: ChannelLog) -> None:
        self.number = number
        self.turns = Turns()
        self.seats: dict[Seat, None] = {}
        self.aliases: Counter[str] = Counter()
        self.typing: dict[str, asyncio.TimerHandle] = {}
        self.close: Unsubscribe = log.listen(self._hear)

    def _hear(self, publications: Sequence[Publication]) -> None:
        for publication in publications:
            self.turns.learn(publication.event)


class Seats:
    """All rooms.

    Somebody is in a room once for each client and id: ``userJoined`` and ``userLeft`` tell of the
    first one that comes and the last one that goes.
    """

    def __init__(self, ephemera: Ephemera) -> None:
        self._ephemera = ephemera
        self._rooms: dict[str, Room] = {}
        self._numbers: dict[str, str] = {}
        self._own = False

    def room(self, log: ChannelLog) -> Room:
        """Return a channel's room, opened if nobody is there; `leave` closes it."""
        channel = log.channel.id
        if channel not in self._rooms:
            number = self._numbers.setdefault(channel, f"r{len(self._numbers)}")
            self._rooms[channel] = Room(number, log)
        return self._rooms[channel]

    def in_channel(self, channel: str) -> list[Seat]:
        """Return the seats of a channel."""
        room = self._rooms.get(channel)
        return [] if room is None else list(room.seats)

    def join(self, seat: Seat) -> None:
        """Take a seat; the others are told if its id is new there."""
        room = self.room(seat.log)
        room.seats[seat] = None
        room.aliases[seat.alias] += 1
        if room.aliases[seat.alias] == 1:
            self._tell(seat, "userJoined", {"userId": seat.alias})

    def leave(self, seat: Seat) -> None:
        """Give a seat up; twice does nothing."""
        channel = seat.log.channel.id
        room = self._rooms.get(channel)
        if room is None or seat not in room.seats:
            return
        del room.seats[seat]
        room.aliases[seat.alias] -= 1
        if not room.aliases[seat.alias]:
            del room.aliases[seat.alias]
            self.typing(seat, seat.alias, is_typing=False)
            self._tell(seat, "userLeft", {"userId": seat.alias})
        self.settle(channel)

    def settle(self, channel: str) -> None:
        """Close a room that has no seats."""
        room = self._rooms.get(channel)
        if room is not None and not room.seats:
            for timer in room.typing.values():
                timer.cancel()
            room.close()
            del self._rooms[channel]

    def typing(self, seat: Seat, alias: str, *, is_typing: bool) -> None:
        """Tell the others that somebody types, or stopped; repeated, it only lasts longer."""
        room = self._rooms.get(seat.log.channel.id)
        if room is None:
            return
        timer = room.typing.pop(alias, None)
        if timer is not None:
            timer.cancel()
        if is_typing:
            stop = partial(self.typing, seat, alias, is_typing=False)
            room.typing[alias] = asyncio.get_running_loop().call_later(TYPING_S, stop)
        if is_typing == (timer is None):
            self._tell(seat, "userTyping", {"userId": alias, "isTyping": is_typing})
            self._own = True
            self._ephemera.typing(seat.log.channel.id, seat.listener.user, typing=is_typing)
            self._own = False

    def hear(self, seat: Seat, frame: Frame) -> None:
        """Pass on who types in another face of ours."""
        if isinstance(frame, TypingNotice) and not self._own:
            payload = {"userId": entity_id(frame.user), "isTyping": frame.typing}
            seat.listener.offer(_packets("userTyping", payload, seat.form))

    def _tell(self, seat: Seat, name: str, payload: dict[str, Any]) -> None:
        """Tell everybody else in the room, in their own spelling."""
        by_form: dict[Form, bytes] = {}
        for other in self.in_channel(seat.log.channel.id):
            if other is not seat and other.listener is not seat.listener:
                if other.form not in by_form:
                    by_form[other.form] = _packets(name, payload, other.form)
                other.listener.offer(by_form[other.form])


def _packets(name: str, payload: dict[str, Any], form: Form) -> bytes:
    return packed(NAMESPACE, name, {**payload, **place(form)})


def place(form: Form) -> dict[str, str]:
    """Return the names of channel and server in every spelling."""
    return {
        "channelId": form.channel,
        "roomId": form.channel,
        "messageServerId": form.server,
        "serverId": form.server,
    }

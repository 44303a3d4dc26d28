"""The rooms that one Socket.IO client is in: who it is there, and what it reads of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from jupyter_agentchat.dialects.eliza.asking import Asked
from jupyter_agentchat.dialects.eliza.backfill import learn_live
from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.dialects.eliza.payloads import Form
from jupyter_agentchat.dialects.eliza.readings import Readings
from jupyter_agentchat.dialects.eliza.rooms import Wanted, ensure_room, says_dm
from jupyter_agentchat.dialects.eliza.seats import Listener, Seat, Seats, place
from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.errors import AgentChatError, InvalidInputError
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.web.engineio.client import Client

MAX_ROOMS = 256
"""Rooms that one client may be in."""


class Stays:
    """Takes seats for a client and gives them up.

    Parameters
    ----------
    listener : Listener
        The client, as others in its rooms reach it.
    """

    def __init__(self, eliza: ElizaState, seats: Seats, client: Client, listener: Listener) -> None:
        self.readings = Readings(eliza.service, seats, client)
        self._eliza = eliza
        self._service = eliza.service
        self._seats = seats
        self._client = client
        self._listener = listener
        self._mine: dict[str, dict[str, Seat]] = {}

    def __contains__(self, channel: str) -> bool:
        return channel in self._mine

    def __iter__(self) -> Iterator[str]:
        """Yield the channels that the client is in."""
        return iter(list(self._mine))

    def of(self, channel: str) -> dict[str, Seat]:
        """Return the client's seats in a channel, by the id that it has there."""
        return self._mine.get(channel, {})

    def begin(self) -> None:
        """Be there again: the client is connected."""
        self.readings.begin()
        for channel, seats in self._mine.items():
            self._hear(channel, next(iter(seats.values())))

    def park(self) -> None:
        """Keep the seats: the wire is lost."""
        if self.readings.connection is not None:
            for channel in self._mine:
                self._service.ephemera.leave(channel, self.readings.connection.id)
        self.readings.park()

    async def enter(
        self, asked: Asked, alias: str, after: Position | None = None
    ) -> tuple[ChannelLog, Form, dict[str, Any]]:
        """Take a seat in a room, which is made if it is not there; `follow` must come next.

        Parameters
        ----------
        after : Position, optional
            What the client has read of it already; ``recovered`` says whether it goes on there.

        Returns
        -------
        channel's log, the client's spelling, and what it is answered

        Raises
        ------
        AgentChatError
            If the room cannot be, or the client is in too many.
        """
        wanted = Wanted(
            server=asked.server,
            participants=tuple(each for each in (alias, asked.agent) if each),
            is_dm=says_dm(asked.metadata),
        )
        channel = await ensure_room(self._service, self._eliza.servers, asked.channel, wanted)
        is_new = channel.id not in self._mine
        if is_new and len(self._mine) >= MAX_ROOMS:
            raise InvalidInputError(f"One connection is in at most {MAX_ROOMS} rooms.")
        log = await self._service.channel(channel.id)
        form = Form(asked.channel, asked.server)
        rest = await self._rest(channel.id, after if is_new else None)
        self._sit(log, form, alias)
        answer = {**self._answer(log, form, alias, asked.agent), **rest}
        if is_new:
            try:
                await learn_live(self._service, log, self._seats.room(log).turns, answer["seq"])
            except AgentChatError:
                self.leave(channel.id)
                raise
        return log, form, answer

    def leave(self, channel: str, alias: str | None = None) -> None:
        """Give up one seat in a room, or all; a client that is not there is left alone."""
        seats = self._mine.get(channel, {})
        for name in [name for name in seats if alias in {None, name}]:
            self._seats.leave(seats.pop(name))
        if channel in self._mine and not seats:
            del self._mine[channel]
            self.readings.leave(channel)
            if self.readings.connection is not None:
                self._service.ephemera.leave(channel, self.readings.connection.id)

    async def _rest(self, channel: str, after: Position | None) -> dict[str, Any]:
        """Return what is answered to who goes on after a position, nothing if nobody can."""
        start = None if after is None else await self._service.join(channel, after)
        if start is None or not start.recovered:
            return {}
        position = start.position
        return {"seq": position.seq, "position": str(position), "recovered": True, "live": []}

    def _sit(self, log: ChannelLog, form: Form, alias: str) -> None:
        """Take a seat; all of this client's in one room spell alike, as it did last."""
        channel = log.channel.id
        seats = self._mine.setdefault(channel, {})
        for seat in seats.values():
            seat.form = form
        is_first = not seats
        if alias not in seats:
            seats[alias] = Seat(self._listener, log, form, alias)
            self._seats.join(seats[alias])
        if is_first:
            self._hear(channel, seats[alias])

    def _hear(self, channel: str, seat: Seat) -> None:
        """Be present for the other faces, and hear who types there."""
        if self.readings.connection is not None:
            hear = partial(self._seats.hear, seat)
            id_ = self.readings.connection.id
            self._service.ephemera.join(channel, id_, self._listener.user, hear)

    def _answer(self, log: ChannelLog, form: Form, alias: str, agent: str | None) -> dict[str, Any]:
        answer = {
            "message": f"Socket {self._client.sid} successfully joined channel {form.channel}.",
            **place(form),
            "entityId": alias,
            "seq": log.seq,
            "position": str(log.position),
            "recovered": False,
            "live": [
                {"messageId": each.message, "agentId": agent_id(each.agent), "text": each.text}
                for each in log.fold.live
            ],
        }
        return answer if agent is None else {**answer, "agentId": agent}

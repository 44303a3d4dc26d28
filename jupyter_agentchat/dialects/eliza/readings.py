"""What one Socket.IO client reads: begun, kept over a lost wire, and gone on with."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_agentchat.bus.reading import Reading
from jupyter_agentchat.bus.subscription import page
from jupyter_agentchat.dialects.eliza.backfill import learn_live
from jupyter_agentchat.dialects.eliza.journal import Journal
from jupyter_agentchat.dialects.eliza.offsets import Point
from jupyter_agentchat.dialects.eliza.payloads import Form
from jupyter_agentchat.dialects.eliza.seats import Seats
from jupyter_agentchat.dialects.eliza.wire_form import ElizaForm, points_in
from jupyter_agentchat.errors import ChannelNotFoundError
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.runtime.connection import Connection
from jupyter_agentchat.runtime.joined import Joined
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.web.engineio.client import Client


class _Place:
    """One channel that is read."""

    def __init__(self, log: ChannelLog, wire: ElizaForm, start: Joined) -> None:
        self.log = log
        self.wire = wire
        self.start = start
        self.rest: list[bytes] = []
        self.reading: Reading | None = None


class Readings:
    """The channels that a client reads.

    Guarantees
    ----------
    Exactly once
        Over any number of lost wires a client that comes back with its last offset gets each
        event of each of its channels once and in order.

    Attributes
    ----------
    connection : Connection or None
        What is recorded of the client's present connection.
    """

    def __init__(self, service: Service, seats: Seats, client: Client) -> None:
        self.connection: Connection | None = None
        self._service = service
        self._seats = seats
        self._client = client
        self._journal = Journal()
        self._is_tapped = False
        self._places: dict[str, _Place] = {}

    def __contains__(self, channel: str) -> bool:
        return channel in self._places

    def __len__(self) -> int:
        return len(self._places)

    def begin(self) -> None:
        """Go on reading: the client is connected."""
        self.connection = self._service.connect("socket.io", self._client.user)
        self.connection.through(self._client.outlet)
        if self._is_tapped:
            self._client.tap(self._wrote)
        for place in self._places.values():
            self._read(place)

    def follow(self, log: ChannelLog, form: Form, seq: int) -> None:
        """Begin to read a channel from right after `seq`; one that is read already goes on.

        What is live at `seq` has to be learnt before (`backfill.learn_live`).
        """
        channel = log.channel.id
        old = self._places.get(channel)
        if old is not None and old.wire.form == form:
            return
        room = self._seats.room(log)
        if old is None:
            self._journal.join(room.number, seq)
        elif old.reading is not None:
            old.reading.close()
            seq = old.reading.cursor
        start = Joined(
            log,
            Position(log.epoch, seq),
            recovered=False,
            reason=None,
            snapshot=None,
            until=log.seq,
        )
        wire = ElizaForm(room.number, form, room.turns)
        self._places[channel] = place = _Place(log, wire, start)
        if len(self._places) > 1 and not self._is_tapped:
            self._tap()
        self._read(place)

    def leave(self, channel: str) -> None:
        """Stop reading a channel; twice does nothing."""
        place = self._places.pop(channel, None)
        if place is not None:
            self._journal.leave(place.wire.room)
            if place.reading is not None:
                place.reading.close()

    async def reached(self, channel: str, seq: int) -> None:
        """Return when everything up to `seq` was written, where the channel is read."""
        place = self._places.get(channel)
        if place is not None and place.reading is not None:
            await place.reading.reached(seq)

    def park(self) -> None:
        """Keep the places: the wire is lost."""
        for place in self._places.values():
            if place.reading is not None:
                place.reading.close()
                if not self._is_tapped:
                    self._journal.wrote(place.wire.room, Point.after(place.reading.cursor))
                place.reading = None
        if self.connection is not None:
            self._service.disconnect(self.connection)
            self.connection = None

    async def resume(self, offset: str | None) -> list[str] | None:
        """Find the places again at which the client stands; `begin` goes on there.

        Returns
        -------
        list of str or None
            Channels that are gone; None if the client's place in another one is lost.
        """
        points = self._journal.rewind(offset)
        if points is None:
            return None
        gone = []
        for channel, place in list(self._places.items()):
            try:
                if not await self._find(channel, place, points[place.wire.room]):
                    return None
            except ChannelNotFoundError:
                gone.append(channel)
                self.leave(channel)
        return gone

    async def _find(self, channel: str, place: _Place, point: Point) -> bool:
        log, wire = place.log, place.wire
        room = self._seats.room(log)
        await learn_live(self._service, log, room.turns, point.seq)
        place.rest, seq = [], point.seq
        if point.taken:
            publications = await _read(log, point.seq, point.last)
            batch = page(point.seq, publications)
            place.rest, seq = wire.packets(batch)[point.taken :], point.last
            if batch.last != point.last:
                return False
        place.start = await self._service.join(channel, Position(log.epoch, seq))
        return place.start.recovered

    def _read(self, place: _Place) -> None:
        if not self._client.is_here or self.connection is None:
            return
        if place.rest:
            self._client.write(b"".join(place.rest))
            place.rest = []
        self.connection.resumed(str(place.start.position), recovered=place.start.recovered)
        place.reading = self._service.read(
            place.start, place.wire, self._client.outlet, self.connection
        )

    def _tap(self) -> None:
        """Note from now on what is written in which order: the client reads several channels."""
        self._is_tapped = True
        for place in self._places.values():
            if place.reading is not None:
                self._journal.wrote(place.wire.room, Point.after(place.reading.cursor))
        self._client.tap(self._wrote)

    def _wrote(self, packets: bytes) -> None:
        for room, point in points_in(packets):
            self._journal.wrote(room, point)


async def _read(log: ChannelLog, after: int, last: int) -> Sequence[Publication]:
    """Return what stands after `after`, up to `last`."""
    found: list[Publication] = []
    while after < last and (part := await log.read(after, last - after)):
        found += part
        after = part[-1].seq
    return found

"""Rows for the log, gathered by table and written in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, bindparam, update

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.events import ChannelCleared, ChannelUpdated, Read, StreamDelta
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.packed import dump
from jupyter_agentchat.store.rows import Appended, Row, Segment
from jupyter_agentchat.store.segments import gather, parts
from jupyter_agentchat.store.sql.log import read
from jupyter_agentchat.store.sql.projection import Projection
from jupyter_agentchat.store.sql.schema import channel_epochs, channels, events, segments
from jupyter_agentchat.store.sql.side import SideRows, Values, insert_rows
from jupyter_agentchat.store.sql.state import State

_THIS = channels.c.id == bindparam("key")
_SET_LAST = update(channels).where(_THIS).values(last_seq=bindparam("to"))
_SET_DATA = update(channels).where(_THIS).values(data=bindparam("to"))
_ADD_AT_ONCE = 64
_INSERT_AT_ONCE = 16
_SET_CLEARED = update(channels).where(_THIS).values(cleared_seq=bindparam("to"))


class Batch:
    """What one transaction writes.

    Parameters
    ----------
    connection : Connection
        In that transaction.
    state : State
        The log before it.
    ordinal : int
        This epoch's number.
    breathe : callable
        Called between pieces of work, to let other threads in.
    """

    def __init__(
        self, connection: Connection, state: State, ordinal: int, breathe: Callable[[], None]
    ) -> None:
        self.blocks: list[Values] = []
        """The rows of `segments` that `write` wrote."""
        self.stamps: list[Values] = []
        """And those of `stamps`."""
        self._connection = connection
        self._state = state
        self._ordinal = ordinal
        self._breathe = breathe
        self._projection = Projection(connection, state.live)
        self._side = SideRows()
        self._last: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        self._deltas: dict[str, list[Publication]] = {}
        self._events: list[Values] = []
        self._channels: dict[str, Channel] = {}
        self._cleared: dict[str, int] = {}
        self._newest_t = state.newest_t

    def add(self, rows: Sequence[Row]) -> None:
        """Take rows; those of one channel in seq order.

        Raises
        ------
        StoreError
            If an event does not follow the last one of its channel. An event that is there
            already, as after a commit whose outcome was unknown, is left as it is.
        """
        for start in range(0, len(rows), _ADD_AT_ONCE):
            for row in rows[start : start + _ADD_AT_ONCE]:
                if isinstance(row, Appended):
                    self._append(row)
                else:
                    self._side.add(row)
            self._breathe()

    def _append(self, row: Appended) -> None:
        channel, publication = row.channel, row.publication
        last = self._last.get(channel)
        if last is None:
            last = self._state.last.get(channel, 0)
        if publication.seq != last + 1:
            self._check_again(channel, publication, last)
            return
        self._last[channel] = publication.seq
        if isinstance(publication.event, StreamDelta):
            self._deltas.setdefault(channel, []).append(publication)
        else:
            self._add_event(channel, publication)
            if row.sent is not None:
                self._side.send(channel, row.sent)

    def write(self) -> None:
        """Write everything."""
        self._write_channels()
        for channel, rows in self._deltas.items():
            for part in parts(rows):
                self.blocks.append(segment_values(channel, gather(part), 0))
                self._breathe()
        self._newest_t = max([self._newest_t, *(row["last_t"] for row in self.blocks)])
        for start in range(0, len(self.blocks), _INSERT_AT_ONCE):
            insert_rows(self._connection, segments, self.blocks[start : start + _INSERT_AT_ONCE])
            self._breathe()
        insert_rows(self._connection, events, self._events)
        self._projection.write()
        self.stamps = self._side.write(self._connection, self._newest_t)

    def settle(self) -> None:
        """Bring the state up to date, once the transaction is committed."""
        self._state.last.update(self._last)
        self._state.begun.update(self._last)
        self._state.live = self._projection.live
        self._state.newest_t = self._newest_t

    def _add_event(self, channel: str, publication: Publication) -> None:
        event = publication.event
        self._ends[channel] = publication.seq
        row = {
            "channel": channel,
            "seq": publication.seq,
            "t": event.t,
            "data": publication.data,
        }
        self._events.append(row)
        if isinstance(event, ChannelUpdated):
            self._channels[channel] = event.channel
        elif isinstance(event, ChannelCleared):
            self._cleared[channel] = publication.seq
        elif isinstance(event, Read):
            self._side.read(channel, event)
        else:
            self._projection.apply(channel, event)

    def _write_channels(self) -> None:
        known, begun = self._state.last, self._state.begun
        for channel in self._last.keys() - known.keys():
            view = self._channels.get(channel, Channel(id=channel, name=channel))
            row = {"id": channel, "data": ENCODER.encode(view), "last_seq": 0}
            insert_rows(self._connection, channels, [row])
        first = [
            {"channel": channel, "ordinal": self._ordinal, "first_seq": known.get(channel, 0) + 1}
            for channel in self._last.keys() - begun
        ]
        insert_rows(self._connection, channel_epochs, first)
        changes = (
            (_SET_LAST, self._ends),
            (_SET_DATA, {id_: ENCODER.encode(view) for id_, view in self._channels.items()}),
            (_SET_CLEARED, self._cleared),
        )
        for statement, values in changes:
            if values:
                rows = [{"key": channel, "to": to} for channel, to in values.items()]
                self._connection.execute(statement, rows)

    def _check_again(self, channel: str, publication: Publication, last: int) -> None:
        if 0 < publication.seq <= self._state.last.get(channel, 0):
            (event,) = read(self._connection, channel, publication.seq - 1, 1)
            if event == publication.event:
                return
        message = f"Event {publication.seq} of channel {channel!r} cannot follow event {last}."
        raise StoreError(message)


def segment_values(channel: str, block: Segment, store_ns: int | None) -> Values:
    """Return the row of a block."""
    return {
        "channel": channel,
        "first_seq": block.seq[0],
        "last_seq": block.seq[-1],
        "first_t": min(block.t),
        "last_t": max(block.t),
        "count": len(block),
        "store_ns": store_ns,
        "data": dump(block),
    }

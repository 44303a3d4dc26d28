"""What the log answers, each from one moment of the database."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import json
from sqlalchemy import func, select

from jupyter_agentchat.protocol.events import AnyEvent
from jupyter_agentchat.protocol.model import Channel, Message
from jupyter_agentchat.store.base import EventRow, Head, Page, Unfinished
from jupyter_agentchat.store.rows import ConnectionRow, Segment, Sent, StampBlock, StreamRow
from jupyter_agentchat.store.sql import frames, live, log, pages, schema
from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.instants import Instants

_SENT = json.Decoder(Sent)


class SqlReader:
    """The reading half of `Store`.

    Parameters
    ----------
    database : Database
        Where the log is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._late = Instants()

    # The log

    def channels(self) -> list[tuple[Channel, int]]:
        """Return all channels with their last seq, deleted ones left out."""
        table = schema.channels
        query = select(table.c.data).where(~table.c.deleted).order_by(table.c.id)
        with self._database.reading() as connection:
            shown = map(pages.decode_channel, connection.execute(query).scalars())
            last = log.last_seqs(connection)
            return [(channel, last[channel.id]) for channel in shown]

    def head(self, channel: str) -> Head | None:
        """Return a channel's end, None if it has never existed."""
        with self._database.reading() as connection:
            return pages.head(connection, channel)

    def epoch_end(self, channel: str, epoch: str) -> int | None:
        """Return the last durable seq of `epoch` in `channel`; None if the epoch is unknown."""
        epochs, begun = schema.epochs, schema.channel_epochs
        with self._database.reading() as connection:
            query = select(epochs.c.ordinal).where(epochs.c.epoch == epoch)
            ordinal = connection.execute(query).scalar_one_or_none()
            if ordinal is None:
                return None
            later = select(func.min(begun.c.first_seq)).where(
                begun.c.channel == channel, begun.c.ordinal > ordinal
            )
            first = connection.execute(later).scalar_one()
            return first - 1 if first is not None else log.last_seq(connection, channel)

    def read(self, channel: str, after: int, limit: int) -> list[AnyEvent]:
        """Return up to `limit` events with seq > `after`, gapless, ascending."""
        with self._database.reading() as connection:
            return log.read(connection, channel, after, limit)

    def page(self, channel: str, *, before: int | None, after: int | None, limit: int) -> Page:
        """Return the newest messages before a seq, or the oldest after one."""
        with self._database.reading() as connection:
            return pages.page(connection, channel, before=before, after=after, limit=limit)

    def message(self, channel: str, message: str) -> Message | None:
        """Return one message as it is now."""
        with self._database.reading() as connection:
            return pages.message(connection, channel, message)

    def sent(self, channel: str, sender: str, client_message_id: str) -> Sent | None:
        """Return the first send under this id."""
        table = schema.sends
        query = select(table.c.data).where(
            table.c.channel == channel,
            table.c.sender == sender,
            table.c.client_message_id == client_message_id,
        )
        with self._database.reading() as connection:
            data = connection.execute(query).scalar_one_or_none()
            return None if data is None else _SENT.decode(data)

    def stream(self, stream: str) -> StreamRow | None:
        """Return one stream's row."""
        with self._database.reading() as connection:
            return live.stream(connection, stream)

    def unfinished(self) -> list[Unfinished]:
        """Return the streams whose message is still ``streaming``."""
        with self._database.reading() as connection:
            return live.unfinished(connection)

    # The frames

    def messages(
        self, channel: str | None, since: int | None, until: int | None
    ) -> Iterator[Message]:
        """Return messages, deleted ones too, by channel and seq."""
        with self._database.reading() as connection:
            yield from frames.messages(connection, channel, (since, until))

    def events(
        self, channel: str | None, since: int | None, until: int | None
    ) -> Iterator[tuple[str, EventRow]]:
        """Return (channel, event) by channel and seq, deltas included."""
        with self._database.reading() as connection:
            yield from frames.events(connection, channel, (since, until))

    def segments(
        self, channel: str | None, since: int | None, until: int | None
    ) -> Iterator[tuple[str, Segment]]:
        """Return (channel, block) by channel and seq."""
        late = self._late.view()
        with self._database.reading() as connection:
            yield from frames.segments(connection, channel, (since, until), late)

    def n_chunks(self, channel: str | None, since: int | None, until: int | None) -> int:
        """Return how many chunks the blocks of `segments` hold at present."""
        with self._database.reading() as connection:
            return frames.n_chunks(connection, channel, (since, until))

    def streams(
        self, channel: str | None, since: int | None, until: int | None
    ) -> Iterator[StreamRow]:
        """Return streams by their start."""
        with self._database.reading() as connection:
            yield from frames.streams(connection, channel, (since, until))

    def connections(self, since: int | None, until: int | None) -> Iterator[ConnectionRow]:
        """Return connections by their opening."""
        with self._database.reading() as connection:
            yield from frames.connections(connection, (since, until))

    def stamps(self, channel: str | None, since: int | None = None) -> Iterator[StampBlock]:
        """Return late hops of a channel in the order they were written."""
        with self._database.reading() as connection:
            yield from frames.stamps(connection, channel, since)

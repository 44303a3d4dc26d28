"""The short way of transactions that hold deltas alone: one prepared statement of the driver.

Nearly every transaction is one, with a few chunks of a live answer, on a machine that does little
else: its caches are cold, and what counts is how much code a commit runs through. SQLAlchemy's way
costs three times as much there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.dialects import sqlite

from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.rows import Appended, Row
from jupyter_agentchat.store.segments import encode, parts
from jupyter_agentchat.store.sql.schema import segments
from jupyter_agentchat.store.sql.sealed import seal
from jupyter_agentchat.store.sql.state import State

INSERT = str(insert(segments).compile(dialect=sqlite.dialect()))
"""Takes the columns in the table's order: a `SegmentValues`."""


class SegmentValues(NamedTuple):
    """A row of `segments`, as the driver takes it."""

    channel: str
    first_seq: int
    last_seq: int
    first_t: int
    last_t: int
    chunks: int
    store_ns: int | None
    data: bytes


def alone(rows: Sequence[Row], state: State) -> dict[str, list[Publication]] | None:
    """Return deltas by channel; None if there is anything else, or one is not the next."""
    found: dict[str, list[Publication]] = {}
    for row in rows:
        if type(row) is not Appended or type(row.publication.event) is not StreamDelta:
            return None
        publication = row.publication
        known = found.get(row.channel)
        if known is None:
            if row.channel not in state.begun:
                return None
            last = state.last[row.channel]
            known = found[row.channel] = []
        else:
            last = known[-1].seq
        if publication.seq != last + 1:
            return None
        known.append(publication)
    return found


def values(found: dict[str, list[Publication]], breathe: Callable[[], None]) -> list[SegmentValues]:
    """Return the rows of some channels' deltas; their commit is not recorded yet."""
    rows = []
    for channel, publications in found.items():
        for part in parts(publications):
            instants = [row.event.t for row in part]
            first, last = part[0].seq, part[-1].seq
            data = seal(encode(part))
            rows.append(
                SegmentValues(
                    channel, first, last, min(instants), max(instants), len(part), 0, data
                )
            )
            breathe()
    return rows

"""The table of hops: every chunk's journey to every connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jupyter_agentchat.frames import blocks, late
from jupyter_agentchat.frames.arrays import codes, repeated
from jupyter_agentchat.frames.blocks import Blocks, Instants
from jupyter_agentchat.frames.schemas import HOPS, HOPS_TABLE
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import Stamps, StreamRow

NOBODY = -1
"""The connection of a chunk that reached none."""

_BUS, _STORE, _CLIENT = HOPS.index("bus"), HOPS.index("store"), HOPS.index("client")
_CHAIN = tuple(place for place, hop in enumerate(HOPS) if hop != "store")


@dataclass(slots=True)
class _Journeys:
    """One row for each chunk and connection that it reached, or for a chunk that reached none."""

    chunk: Instants
    """Rows of `Blocks`."""
    connection: Instants
    clock: Instants
    """Codes of the clocks that the clients read."""
    late: npt.NDArray[np.int64]
    """Shape (rows, 4): the instants by `late.COLUMNS`."""
    uncertainty_ns: Instants


def build(store: Store, channel: str | None, since: int | None, until: int | None) -> pa.Table:
    """Return the hops by stream, index, connection (the first opened first) and journey.

    The server's hops stand once for each connection, so that the durations of each (stream,
    index, connection) sum to its last instant minus its first; `store` is not part of the sum.
    """
    found = blocks.read(
        store.segments(channel, since, until), since, until, wanted=("index", *blocks.INSTANTS)
    )
    streams = {row.stream: row for row in store.streams(channel, None, None)}
    wanted = {stream: streams[stream] for stream in found.streams if stream in streams}
    openings = late.Openings(store.connections(None, None))
    readings = late.by_connection(store.stamps(channel), wanted)
    names = sorted({name for of in readings.values() for name in of}, key=openings.order)
    clocks = [*dict.fromkeys(_clock_of(wanted, stream) for stream in found.streams)]
    journeys = _journeys(found, wanted, readings, names, clocks)
    return _table(found, wanted, journeys, names, clocks)


def _journeys(
    found: Blocks,
    rows: Mapping[str, StreamRow],
    readings: Mapping[str, Mapping[str, list[Stamps]]],
    names: list[str],
    clocks: list[str],
) -> _Journeys:
    codes_of = {name: code for code, name in enumerate(names)}
    parts: list[_Journeys] = []
    index, alone = found.columns["index"], np.ones(len(found), bool)
    for number, stream in enumerate(found.streams):
        start, end = int(found.starts[number]), int(found.starts[number + 1])
        for name, stamps in readings.get(stream, {}).items():
            laid = late.Late.empty(end - start, uncertainty=True)
            laid.lay(0, index[start:end], stamps, rows[stream].clock_id)
            part = _reached(laid, start, codes_of[name], _clock(stamps, clocks))
            alone[part.chunk] = False
            parts.append(part)
    parts.append(_reached_none(np.flatnonzero(alone)))
    return _sorted(parts)


def _reached(laid: late.Late, start: int, connection: int, clock: int) -> _Journeys:
    uncertainty_ns = laid.uncertainty_ns
    assert uncertainty_ns is not None  # noqa: S101 - asked for above
    instants = np.stack([laid.instants[name] for name in late.COLUMNS], axis=1)
    here = np.flatnonzero(instants.any(axis=1))
    return _Journeys(
        chunk=here + start,
        connection=np.full(len(here), connection, np.int64),
        clock=np.full(len(here), clock, np.int64),
        late=instants[here],
        uncertainty_ns=uncertainty_ns[here],
    )


def _reached_none(chunks: Instants) -> _Journeys:
    nothing = np.full(len(chunks), NOBODY, np.int64)
    instants = np.zeros((len(chunks), len(late.COLUMNS)), np.int64)
    return _Journeys(chunks, nothing, nothing, instants, nothing)


def _sorted(parts: list[_Journeys]) -> _Journeys:
    columns = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("chunk", "connection", "clock", "late", "uncertainty_ns")
    ]
    order = np.lexsort((columns[1], columns[0]))
    return _Journeys(*(values[order] for values in columns))


def _clock(stamps: list[Stamps], clocks: list[str]) -> int:
    """Return the code of the clock that a client reads; `clocks` learns it."""
    named = next((each.client_clock_id for each in stamps if each.client_clock_id), None)
    if named is None:
        return NOBODY
    if named not in clocks:
        clocks.append(named)
    return clocks.index(named)


def _clock_of(rows: Mapping[str, StreamRow], stream: str) -> str:
    return rows[stream].clock_id if stream in rows else "unknown"


def durations(instants: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how long each hop took, 0 for those that are absent and for the first.

    Parameters
    ----------
    instants : array of int64, shape (rows, 8)
        By `HOPS`, in ns; 0 where a hop is absent.

    Notes
    -----
    A hop's duration is the time since the one before it that is present, so that those of the
    chain sum to its last instant minus its first: differences of integers, nothing is rounded.
    """
    taken = np.zeros_like(instants)
    before = np.zeros(len(instants), np.int64)
    for hop in _CHAIN:
        now = instants[:, hop]
        between = (now != 0) & (before != 0)
        taken[between, hop] = now[between] - before[between]
        before = np.where(now != 0, now, before)
    branch = (instants[:, _STORE] != 0) & (instants[:, _BUS] != 0)
    taken[branch, _STORE] = instants[branch, _STORE] - instants[branch, _BUS]
    return taken


def _table(
    found: Blocks,
    rows: Mapping[str, StreamRow],
    journeys: _Journeys,
    names: list[str],
    clocks: list[str],
) -> pa.Table:
    server = [found.take(name)[journeys.chunk] for name in blocks.INSTANTS]
    instants = np.column_stack([*server, journeys.late])
    taken = durations(instants)
    row, hop = np.nonzero(instants)
    chunk, stream = journeys.chunk[row], found.take("stream")[journeys.chunk[row]]
    own = np.array([clocks.index(_clock_of(rows, each)) for each in found.streams], np.int64)
    theirs = hop >= _CLIENT
    clock = np.where(theirs, journeys.clock[row], own[stream])
    uncertainty_ns = np.where(theirs, journeys.uncertainty_ns[row], 0)
    connection = journeys.connection[row]
    columns = {
        "stream_id": repeated(found.streams, stream),
        "index": pa.array(found.take("index")[chunk].astype(np.int64)),
        "conn_id": repeated(names, connection, connection == NOBODY),
        "hop": codes(hop.astype(np.int32), HOPS),
        "t_ns": pa.array(instants[row, hop]),
        "duration_ns": pa.array(taken[row, hop]),
        "clock_id": codes(clock, clocks),
        "uncertainty_ns": pa.array(uncertainty_ns, mask=uncertainty_ns == late.UNKNOWN),
    }
    return pa.table(columns, HOPS_TABLE)

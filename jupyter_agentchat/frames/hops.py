"""The table of hops: every chunk's journey to every connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jupyter_agentchat.frames import blocks, late
from jupyter_agentchat.frames.arrays import codes, repeated
from jupyter_agentchat.frames.blocks import Blocks
from jupyter_agentchat.frames.memory import Instants
from jupyter_agentchat.frames.schemas import HOPS, HOPS_TABLE
from jupyter_agentchat.frames.tellings import Chunks, Openings, Telling
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.late import COLUMNS
from jupyter_agentchat.store.rows import StreamRow

NOBODY = -1
"""The connection of a chunk that reached none."""

_BUS, _STORE, _CLIENT = HOPS.index("bus"), HOPS.index("store"), HOPS.index("client")
_CHAIN = tuple(place for place, hop in enumerate(HOPS) if hop != "store")


@dataclass(slots=True)
class _Journeys:
    """One row for each chunk and connection that it reached, or for a chunk that reached none."""

    chunk: Instants
    """Rows of `Blocks`, ascending."""
    connection: Instants
    clock: Instants
    """Codes of the clocks that the clients read."""
    late: npt.NDArray[np.int64]
    """Shape (rows, 4): the instants by `COLUMNS`."""
    uncertainty_ns: Instants
    resolution_ns: Instants
    is_replay: npt.NDArray[np.bool_]
    is_hidden: npt.NDArray[np.bool_]


def build(store: Store, channel: str | None, since: int | None, until: int | None) -> pa.Table:
    """Return the hops by stream, index, connection (the first opened first) and journey.

    The server's hops stand once for each connection, so that the durations of each (stream,
    index, connection) sum to its last instant minus its first; `store` is not part of the sum.
    """
    found = blocks.read(store, channel, since, until, wanted=("index", "seq", *blocks.INSTANTS))
    streams = {row.stream: row for row in store.streams(channel, None, None)}
    wanted = {stream: streams[stream] for stream in found.streams if stream in streams}
    chunks, codes_of = Chunks(found, wanted), dict[str, int]()
    tellings = late.told(store, channel, since, chunks, codes_of)
    openings = Openings(store.connections(None, None))
    names = sorted(codes_of, key=openings.order)
    clocks = [*dict.fromkeys(_clock_of(wanted, stream) for stream in found.streams)]
    journeys = _journeys(chunks, tellings, openings.ranks(codes_of), clocks)
    return _table(found, wanted, journeys, names, clocks)


def _journeys(
    chunks: Chunks, tellings: list[Telling], ranks: Instants, clocks: list[str]
) -> _Journeys:
    """Return the journeys; `clocks` learns those of the clients."""
    keys = [_keys(telling, chunks, ranks) for telling in tellings]
    known = np.unique(np.concatenate([*keys, np.empty(0, np.int64)]))
    known = known[known != NOBODY]
    laid = late.Late.uncertain(len(known))
    clock = np.zeros(len(known), np.int64)
    for telling, key in zip(tellings, keys, strict=True):
        places = np.where(key == NOBODY, NOBODY, np.searchsorted(known, key))
        laid.lay(telling, np.ones(len(telling.stream), bool), places)
        _name(clock, places, _clocks(telling, clocks)[telling.run()])
    instants = np.zeros((len(known), len(COLUMNS)), np.int64)
    for column, name in enumerate(COLUMNS):
        if name in laid.instants:
            instants[:, column] = laid.instants[name]
    assert laid.uncertainty_ns is not None  # noqa: S101 - asked for above
    assert laid.resolution_ns is not None  # noqa: S101 - likewise
    here = instants.any(axis=1)
    chunk, connection = np.divmod(known[here], max(len(ranks), 1))
    reached = _Journeys(
        chunk,
        connection,
        clock[here] - 1,
        instants[here],
        laid.uncertainty_ns[here],
        laid.resolution_ns[here],
        laid.is_replay[here],
        laid.is_hidden[here],
    )
    alone = np.ones(chunks.count, bool)
    alone[chunk] = False
    return _together(reached, np.flatnonzero(alone)) if alone.any() else reached


def _keys(telling: Telling, chunks: Chunks, ranks: Instants) -> Instants:
    """Return a number for each row that sorts by chunk and connection; NOBODY has no chunk."""
    places = telling.places(chunks)
    keys = places * len(ranks) + ranks[telling.connection][telling.run()]
    return np.where(places < 0, NOBODY, keys)


def _clocks(telling: Telling, clocks: list[str]) -> Instants:
    """Return the codes of the clocks that clients read, by run, plus 1; 0 is none."""
    for name in dict.fromkeys(telling.clients):
        if name is not None and name not in clocks:
            clocks.append(name)
    return np.array(
        [0 if name is None else clocks.index(name) + 1 for name in telling.clients], np.int64
    )


def _name(clock: Instants, places: Instants, codes: Instants) -> None:
    """Let the first run that names a journey's clock say which it is."""
    here = np.flatnonzero((places >= 0) & (codes != 0))
    free = here[clock[places[here]] == 0][::-1]
    clock[places[free]] = codes[free]


def _together(reached: _Journeys, alone: Instants) -> _Journeys:
    """Put the chunks that reached nobody among those that did."""
    nothing = np.full(len(alone), NOBODY, np.int64)
    no = np.zeros(len(alone), bool)
    late_ = np.zeros((len(alone), len(COLUMNS)), np.int64)
    unread = _Journeys(alone, nothing, nothing, late_, nothing, np.zeros_like(alone), no, no)
    order = np.argsort(np.concatenate([reached.chunk, alone]), kind="stable")
    names = (field.name for field in fields(_Journeys))
    return _Journeys(
        *(np.concatenate([getattr(reached, name), getattr(unread, name)])[order] for name in names)
    )


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


def _doubts(instants: npt.NDArray[np.int64], journeys: _Journeys) -> npt.NDArray[np.int64]:
    """Return by how much each duration may be off, -1 where nobody knows; of `instants`' shape.

    One clock's durations are off by its smallest step: the server's by nothing that counts. The
    step from the server's clock to the client's is off by the offset's uncertainty as well.
    """
    doubts = np.zeros_like(instants)
    step = journeys.resolution_ns
    doubts[:, _CLIENT:] = np.where(step == 0, late.UNKNOWN, step)[:, None]
    crossing = _CLIENT + np.argmax(instants[:, _CLIENT:] != 0, axis=1)
    known = journeys.uncertainty_ns != late.UNKNOWN
    doubts[np.arange(len(instants)), crossing] = np.where(
        known, journeys.uncertainty_ns + step, late.UNKNOWN
    )
    return doubts


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
    doubt = _doubts(instants, journeys)[row, hop]
    columns = {
        "stream_id": repeated(found.streams, stream),
        "index": pa.array(found.take("index")[chunk].astype(np.int64)),
        "conn_id": repeated(names, connection, connection == NOBODY),
        "hop": codes(hop.astype(np.int32), HOPS),
        "t_ns": pa.array(instants[row, hop]),
        "duration_ns": pa.array(taken[row, hop]),
        "clock_id": codes(clock, clocks),
        "uncertainty_ns": pa.array(uncertainty_ns, mask=uncertainty_ns == late.UNKNOWN),
        "is_uncertain": pa.array(np.abs(taken[row, hop]) < doubt, mask=doubt == late.UNKNOWN),
        "is_replay": pa.array(journeys.is_replay[row]),
        "is_hidden": pa.array(journeys.is_hidden[row]),
    }
    return pa.table(columns, HOPS_TABLE)

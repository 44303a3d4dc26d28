"""Late hops: what connections tell of their chunks, laid beside the rows of `Blocks`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jupyter_agentchat.frames.blocks import Instants, Integers
from jupyter_agentchat.store.rows import ConnectionRow, Stamps, StreamRow

Places = slice | npt.NDArray[np.int64]

COLUMNS = ("socket_ns", "client_ns", "dom_ns", "paint_ns")
UNKNOWN = -1
"""An uncertainty that nobody estimated."""


@dataclass(slots=True)
class Late:
    """Instants on the server's clock in ns, one row for each chunk; 0 where there is none.

    Attributes
    ----------
    instants : dict of str to array of int64
        By the names in `COLUMNS`.
    uncertainty_ns : array of int64 or None
        Of the client's instants; 0 where the client reads the server's clock. None if it was not
        asked for.
    is_replay : array of bool
        Whether the chunk reached the connection as history.
    """

    instants: dict[str, Instants]
    uncertainty_ns: Instants | None
    is_replay: npt.NDArray[np.bool_]
    _sent: npt.NDArray[np.bool_]

    @classmethod
    def empty(cls, count: int, *, uncertainty: bool = False) -> Late:
        """Return `count` rows without an instant."""
        return cls(
            {name: np.zeros(count, np.int64) for name in COLUMNS},
            np.full(count, UNKNOWN, np.int64) if uncertainty else None,
            np.zeros(count, bool),
            np.zeros(count, bool),
        )

    def lay(self, start: int, index: Integers, stamps: Iterable[Stamps], clock_id: str) -> None:
        """Lay what one connection tells of one stream; an instant that is there already stays.

        Parameters
        ----------
        start : int
            The row of the stream's first chunk.
        index : array
            The indices of its chunks, ascending.
        stamps : iterable of Stamps
            In the order they were written.
        clock_id : str
            The stream's clock. Instants that cannot be told on it are left out: those of another
            run of the server, and those of a client whose offset is unknown.
        """
        stream = slice(start, start + len(index))
        mine = Late(
            {name: values[stream] for name, values in self.instants.items()},
            None if self.uncertainty_ns is None else self.uncertainty_ns[stream],
            self.is_replay[stream],
            self._sent[stream],
        )
        for each in stamps:
            mine._lay(index, each, clock_id)

    def _lay(self, index: Integers, stamps: Stamps, clock_id: str) -> None:
        told, rows = _match(index, np.asarray(stamps.index, np.int64))
        if len(stamps.socket_ns):
            self.is_replay[rows] = np.where(
                self._sent[rows], self.is_replay[rows], stamps.is_replay
            )
            self._sent[rows] = True
        if stamps.clock_id != clock_id:
            return
        self._fill("socket_ns", rows, stamps.socket_ns, told, 0)
        offset_ns, uncertainty_ns = _offset(stamps)
        if offset_ns is None:
            return
        filled: npt.NDArray[np.bool_] | bool = False
        # A hidden page paints nothing: what it calls a paint is a throttled timer.
        for name in COLUMNS[1:-1] if stamps.hidden else COLUMNS[1:]:
            filled |= self._fill(name, rows, getattr(stamps, name), told, offset_ns)
        if self.uncertainty_ns is not None:
            known = self.uncertainty_ns[rows]
            self.uncertainty_ns[rows] = np.where(filled, uncertainty_ns, known)

    def _fill(
        self, name: str, rows: Places, values: Sequence[int], told: Places, offset_ns: int
    ) -> npt.NDArray[np.bool_] | bool:
        """Fill empty rows of a column; returns which of `rows`."""
        if not len(values):
            return False
        new, old = np.asarray(values, np.int64)[told], self.instants[name][rows]
        free: npt.NDArray[np.bool_] = (new != 0) & (old == 0)
        self.instants[name][rows] = np.where(free, new + offset_ns, old)
        return free


def _match(index: Integers, wanted: Instants) -> tuple[Places, Places]:
    """Return which of `wanted` stand in `index`, and where these stand."""
    if np.array_equal(index, wanted):
        return slice(None), slice(None)
    if not len(index):
        return slice(0), slice(0)
    places = np.minimum(np.searchsorted(index, wanted), len(index) - 1)
    told = np.flatnonzero(index[places] == wanted)
    return told, places[told]


def _offset(stamps: Stamps) -> tuple[int | None, int]:
    """Return what turns the client's instants into the server's, and how uncertain that is."""
    if stamps.client_clock_id == stamps.clock_id:
        return 0, 0
    return stamps.offset_ns, UNKNOWN if stamps.uncertainty_ns is None else stamps.uncertainty_ns


class Openings:
    """Which of two connections came first.

    Parameters
    ----------
    rows : iterable of ConnectionRow
        All connections; one that is missing came last.
    """

    def __init__(self, rows: Iterable[ConnectionRow]) -> None:
        self._opened = {row.connection: (row.opened_us, row.opened) for row in rows}

    def order(self, connection: str) -> tuple[bool, tuple[int, int], str]:
        """Return a key that sorts connections by their opening."""
        opened = self._opened.get(connection)
        return opened is None, opened or (0, 0), connection


def shown(
    stamps: Iterable[Stamps], streams: Mapping[str, StreamRow], openings: Openings
) -> dict[str, list[Stamps]]:
    """Return, by stream, the stamps of the connection that stands for its readers.

    That is the one that sent the request, else of those that received a chunk the first that was
    opened. Stamps of streams that are not in `streams` are passed over.
    """
    best: dict[str, tuple[object, list[Stamps]]] = {}
    for each in _of(stamps, streams):
        asked = each.connection == streams[each.stream].connection
        key = (not asked, openings.order(each.connection))
        held = best.get(each.stream)
        if held is None or key < held[0]:  # type: ignore[operator]
            best[each.stream] = (key, [each])
        elif key == held[0]:
            held[1].append(each)
    return {stream: found for stream, (_, found) in best.items()}


def by_connection(
    stamps: Iterable[Stamps], streams: Mapping[str, StreamRow]
) -> dict[str, dict[str, list[Stamps]]]:
    """Return all stamps by stream and connection; those of other streams are passed over."""
    found: dict[str, dict[str, list[Stamps]]] = {}
    for each in _of(stamps, streams):
        found.setdefault(each.stream, {}).setdefault(each.connection, []).append(each)
    return found


def _of(stamps: Iterable[Stamps], streams: Mapping[str, StreamRow]) -> Iterator[Stamps]:
    return (each for each in stamps if each.stream in streams)

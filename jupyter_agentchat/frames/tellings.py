"""Blocks of late hops in numpy columns, and where the chunks that they tell of stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from jupyter_agentchat.frames.blocks import Blocks
from jupyter_agentchat.frames.memory import Instants, Integers
from jupyter_agentchat.store.late import COLUMNS
from jupyter_agentchat.store.rows import ConnectionRow, Run, StampBlock, StreamRow

Flags = npt.NDArray[np.bool_]

NOWHERE = -1
"""The place of a chunk that is not in the table, and the number of a stream that is not."""
_UNKNOWN = -1
_BILLION = 1e9
_BITS = {name: 1 << bit for bit, name in enumerate(COLUMNS)}


class Chunks:
    """Where the chunks of a table stand.

    Parameters
    ----------
    found : Blocks
        The table, by stream and index.
    streams : mapping of str to StreamRow
        What is known of its streams; late hops of others are passed over.

    Attributes
    ----------
    numbers : dict of str to int
        Where the streams that are known stand in the table.
    stream : array of int32
        The stream of each chunk, by number.
    clocks : dict of str to int
        Codes of the server's clocks that the streams are stamped with.
    clock : array of int64
        The code of each stream's clock.
    """

    def __init__(self, found: Blocks, streams: Mapping[str, StreamRow]) -> None:
        self.streams = streams
        self.numbers = {
            stream: number for number, stream in enumerate(found.streams) if stream in streams
        }
        self.count = len(found)
        self.n_streams = len(found.streams)
        self.stream = found.columns["stream"]
        self._index = found.columns["index"]
        self._starts = found.starts
        self._seq = found.columns["seq"]
        self._channels: dict[str, list[int]] = {}
        self.clocks: dict[str, int] = {}
        # One more than there are streams: what NOWHERE points to.
        self.clock = np.full(self.n_streams + 1, NOWHERE, np.int64)
        for stream, number in self.numbers.items():
            row = streams[stream]
            self._channels.setdefault(row.channel, []).append(number)
            self.clock[number] = self.clocks.setdefault(row.clock_id, len(self.clocks))
        self._first = np.zeros(self.n_streams + 1, np.int64)
        self._holds_all = np.ones(self.n_streams + 1, bool)
        count = np.diff(found.starts)
        here = np.flatnonzero(count)
        self._first[here] = self._index[found.starts[here]]
        last = self._index[found.starts[here + 1] - 1]
        self._holds_all[here] = last - self._first[here] == count[here] - 1

    def places(self, number: Instants, count: Instants, index: Instants) -> Instants:
        """Return the row of each chunk, -1 where there is none.

        Parameters
        ----------
        number, count : array of int64
            Runs of one stream each: its number, and how many chunks it has in `index`.
        index : array of int64
            The chunks' indices, run by run.
        """
        first, end = self._first[number], self._starts[number + 1]
        place = index + np.repeat(self._starts[number] - first, count)
        lost = (index < np.repeat(first, count)) | (place >= np.repeat(end, count))
        # Before the first of all streams there is no place either.
        lost |= np.repeat(number == NOWHERE, count)
        if lost.any():
            place[lost] = NOWHERE
        stops = np.cumsum(count)
        for run in np.flatnonzero(~self._holds_all[number]):
            rows = slice(stops[run] - count[run], stops[run])
            place[rows] = self._search(int(number[run]), index[rows])
        return place

    def by_seq(self, channel: str) -> tuple[Integers, Instants]:
        """Return the seqs of a channel's chunks, ascending, and the row of each."""
        numbers = self._channels.get(channel, [])
        if len(numbers) == self.n_streams:
            order = np.argsort(self._seq, kind="stable")
            return self._seq[order], order
        row = self._of(numbers)
        row = row[np.argsort(self._seq[row], kind="stable")]
        return self._seq[row], row

    def _of(self, numbers: Sequence[int]) -> Instants:
        """Return the rows of some streams."""
        rows = [np.arange(*self._starts[number : number + 2]) for number in numbers]
        return np.concatenate([*rows, np.empty(0, np.int64)])

    def _search(self, number: int, index: Instants) -> Instants:
        start, end = self._starts[number], self._starts[number + 1]
        here = self._index[start:end]
        at = np.minimum(np.searchsorted(here, index), len(here) - 1)
        return np.where(here[at] == index, start + at, NOWHERE)


class Telling:
    """A block's runs as arrays, one value for each run; what each chunk has is read when asked for.

    Parameters
    ----------
    block : StampBlock
        With a row for each chunk.
    chunks : Chunks
        The table that it is laid beside.
    codes : dict of str to int
        Of connections; it learns those of the block.
    parts : tuple of arrays, optional
        What counts as runs: the block's run that each is part of, and the number of its stream.
    """

    def __init__(
        self,
        block: StampBlock,
        chunks: Chunks,
        codes: dict[str, int],
        parts: tuple[Instants, Instants] | None = None,
    ) -> None:
        runs, self._block = block.runs, block
        self._told = 0
        for run in runs:
            self._told |= run.told
        numbers = [chunks.numbers.get(run.stream or "", NOWHERE) for run in runs]
        of, self.stream = parts or (np.arange(len(runs)), np.array(numbers, np.int64))
        connections = [codes.setdefault(run.connection, len(codes)) for run in runs]
        self.connection = np.array(connections, np.int64)[of]
        self.clients = [runs[each].client_clock_id for each in of.tolist()]
        """The clocks that the clients read."""
        self._count = np.array([run.count for run in runs], np.int64)
        self.sent = np.array([run.told & 1 for run in runs], bool)[of]
        self.is_replay = np.array([run.is_replay for run in runs], bool)[of]
        self.hidden = np.array([run.hidden for run in runs], bool)[of]
        clocks = np.array([chunks.clocks.get(run.clock_id, NOWHERE) for run in runs], np.int64)
        self.on_our_clock = (self.stream != NOWHERE) & (clocks[of] == chunks.clock[self.stream])
        offsets = [_offset(run) for run in runs]
        self.has_offset = np.array([offset is not None for offset, _ in offsets], bool)[of]
        self.offset_ns = np.array([offset or 0 for offset, _ in offsets], np.int64)[of]
        self.uncertainty_ns = np.array([doubt for _, doubt in offsets], np.int64)[of]
        self.resolution_ns = np.array([run.resolution_ns or 0 for run in runs], np.int64)[of]
        self._offset_at_ns = np.array([run.offset_at_ns for run in runs], np.int64)[of]
        self._drift = np.array([run.drift_ppb for run in runs], np.int64)[of] / _BILLION

    def run(self) -> Instants:
        """Return which run each chunk is of."""
        return np.repeat(np.arange(len(self._count)), self._count)

    def on_server(self, theirs: Instants, run: Instants) -> Instants:
        """Return instants of clients on the clock of the server.

        Parameters
        ----------
        theirs, run : array of int64
            The instants, and the run of each.
        """
        ours: Instants = theirs + self.offset_ns[run]
        if self._drift.any():
            grown = (theirs - self._offset_at_ns[run]) * self._drift[run]
            ours += np.rint(grown).astype(np.int64)
        return ours

    def column(self, name: str) -> Instants:
        """Return a column of the block: ``index`` or one of `COLUMNS`."""
        return np.asarray(getattr(self._block, name), np.int64)

    def tells(self, name: str) -> bool:
        """Return whether any run has instants of that hop."""
        return bool(self._told & _BITS[name])

    def places(self, chunks: Chunks) -> Instants:
        """Return where each chunk stands."""
        return chunks.places(self.stream, self._count, self.column("index"))

    def pass_over_absent(self, chunks: Chunks) -> None:
        """Forget the streams of runs that tell of no chunk in the table."""
        present = np.bincount(self.run()[self.places(chunks) >= 0], minlength=len(self.stream))
        self.stream[present == 0] = NOWHERE


def _offset(run: Run) -> tuple[int | None, int]:
    """Return what turns the client's instants into the server's, and how uncertain that is."""
    if run.client_clock_id == run.clock_id:
        return 0, 0
    return run.offset_ns, _UNKNOWN if run.uncertainty_ns is None else run.uncertainty_ns


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

    def ranks(self, codes: Mapping[str, int]) -> Instants:
        """Return the rank of each connection by its code."""
        ranks = np.zeros(len(codes), np.int64)
        for rank, name in enumerate(sorted(codes, key=self.order)):
            ranks[codes[name]] = rank
        return ranks


def shown(
    tellings: Sequence[Telling], chunks: Chunks, codes: Mapping[str, int], openings: Openings
) -> list[Flags]:
    """Return, for each telling, which runs are of the connection that stands for all readers.

    That is the one that sent the request, else of those that received a chunk the first that was
    opened. Runs of streams that are not in the table are of none.
    """
    asking = np.full(chunks.n_streams + 1, NOWHERE, np.int64)
    for stream, number in chunks.numbers.items():
        asking[number] = codes.get(chunks.streams[stream].connection or "", NOWHERE)
    ranks = openings.ranks(codes)
    best = np.full(len(asking), len(ranks), np.int64)
    keys = []
    for each in tellings:
        asked = asking[each.stream] == each.connection
        keys.append(np.where(asked, NOWHERE, ranks[each.connection]))
        np.minimum.at(best, each.stream, keys[-1])
    return [
        (each.stream != NOWHERE) & (key == best[each.stream])
        for each, key in zip(tellings, keys, strict=True)
    ]

"""Late hops: what connections tell of their chunks, laid beside the rows of `Blocks`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jupyter_agentchat.frames.flushes import Flushes
from jupyter_agentchat.frames.memory import Instants, zeros
from jupyter_agentchat.frames.tellings import Chunks, Openings, Telling, shown
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.late import COLUMNS

Flags = npt.NDArray[np.bool_]
Hops = Sequence[str]
Times = tuple[int | None, int | None]

UNKNOWN = -1
"""An uncertainty that nobody estimated."""
_SOCKET, _PAINT = COLUMNS[0], COLUMNS[-1]


@dataclass(slots=True)
class Late:
    """Instants on the server's clock in ns, one for each of `count` rows; 0 where there is none.

    Attributes
    ----------
    instants : dict of str to array of int64
        By the names in `hops`; one that nobody told is missing.
    uncertainty_ns : array of int64 or None
        Of the client's instants; 0 where the client reads the server's clock. None if it was not
        asked for.
    resolution_ns : array of int64 or None
        The smallest step of the client's clock, 0 where it is not known; likewise.
    is_replay : array of bool
        Whether the chunk reached the connection as history.
    is_hidden : array of bool
        Whether the page was hidden when the chunk reached it: a browser throttles its timers.
    """

    count: int
    hops: Hops = COLUMNS
    uncertainty_ns: Instants | None = None
    resolution_ns: Instants | None = None
    instants: dict[str, Instants] = field(default_factory=dict)
    is_replay: Flags = field(init=False)
    is_hidden: Flags = field(init=False)
    _sent: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.is_replay = np.zeros(self.count, bool)
        self.is_hidden = np.zeros(self.count, bool)
        self._sent = np.zeros(self.count, bool)

    @classmethod
    def uncertain(cls, count: int) -> Late:
        """Return rows whose uncertainty is asked for."""
        doubt = np.full(count, UNKNOWN, np.int64)
        return cls(count, uncertainty_ns=doubt, resolution_ns=np.zeros(count, np.int64))

    def lay(self, telling: Telling, chosen: Flags, places: Instants) -> None:
        """Lay a block of late hops; an instant that is there already stays.

        Instants that cannot be told on the stream's clock are left out: those of another run of
        the server, and those of a client whose offset is unknown.

        Parameters
        ----------
        telling : Telling
            The block; blocks come in the order they were written.
        chosen : array of bool, one for each run
            Which runs to lay.
        places : array of int64, one for each row
            The row here; -1 where there is none.
        """
        run = telling.run()
        rows = _where(chosen, run, places)
        at, run = places[rows], run[rows]
        if not len(at):
            return
        told = [name for name in self.hops if telling.tells(name)]
        if telling.sent.any():
            self._mark(at, telling.sent[run], telling.is_replay[run])
        if telling.hidden.any():
            self.is_hidden[at[telling.hidden[run]]] = True
        known = telling.on_our_clock[run]
        if _SOCKET in told:
            socket_ns = telling.column(_SOCKET)[rows]
            self._fill(_SOCKET, at, socket_ns * known)
        known = known & telling.has_offset[run]
        filled = np.zeros(len(at), bool)
        for name in told[_SOCKET in told :]:
            theirs = telling.column(name)[rows]
            # A hidden page paints nothing: what it calls a paint is a throttled timer.
            shown = known & ~telling.hidden[run] if name == _PAINT else known
            ours = np.where(shown & (theirs != 0), telling.on_server(theirs, run), 0)
            filled |= self._fill(name, at, ours)
        if self.uncertainty_ns is not None and self.resolution_ns is not None:
            self.uncertainty_ns[at[filled]] = telling.uncertainty_ns[run][filled]
            self.resolution_ns[at[filled]] = telling.resolution_ns[run][filled]

    def _mark(self, at: Instants, sent: Flags, is_replay: Flags) -> None:
        """Note how chunks arrived first; of two rows for one place the first counts."""
        if is_replay.any():
            new = np.flatnonzero(sent & ~self._sent[at])[::-1]
            self.is_replay[at[new]] = is_replay[new]
        self._sent[at[sent]] = True

    def _fill(self, name: str, at: Instants, values: Instants) -> Flags:
        """Fill empty places of a column, of two values the first; returns which were taken."""
        column = self.instants.get(name)
        if column is None:
            column = self.instants[name] = zeros(self.count)
        free: Flags = (values != 0) & (column[at] == 0)
        new = np.flatnonzero(free)[::-1]
        column[at[new]] = values[new]
        free &= column[at] == values
        return free


def _where(chosen: Flags, run: Instants, places: Instants) -> slice | Instants:
    """Return the rows of chosen runs that have a place."""
    if chosen.all() and (places >= 0).all():
        return slice(None)
    return np.flatnonzero(chosen[run] & (places >= 0))


def told(
    store: Store, channel: str | None, since: int | None, chunks: Chunks, codes: dict[str, int]
) -> list[Telling]:
    """Return what was written of a table's chunks, in that order; see `Telling`."""
    flushes = Flushes(chunks)
    return [
        telling
        for block in store.stamps(channel, since)
        for telling in flushes.tellings(block, codes)
    ]


def read(store: Store, channel: str | None, chunks: Chunks, times: Times, hops: Hops) -> Late:
    """Return, for each chunk of a table, the instants of the connection that stands for all.

    Parameters
    ----------
    store, channel
        Where the late hops are.
    chunks : Chunks
        The table.
    times : Times
        The table's since and until: late hops of chunks that these leave out do not count.
    hops : sequence of str
        Which instants are wanted, of `COLUMNS`.
    """
    codes: dict[str, int] = {}
    tellings = told(store, channel, times[0], chunks, codes)
    if times != (None, None):
        for each in tellings:
            each.pass_over_absent(chunks)
    laid = Late(chunks.count, hops)
    openings = Openings(store.connections(None, None))
    for telling, chosen in zip(tellings, shown(tellings, chunks, codes, openings), strict=True):
        if chosen.any():
            laid.lay(telling, chosen, telling.places(chunks))
    return laid

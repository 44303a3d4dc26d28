"""The log of a channel as DataFrames, for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from jupyter_agentchat.frames.derived import MEASURED, AsyncDerivedFrames, DerivedFrames
from jupyter_agentchat.frames.tables import NAMES
from jupyter_agentchat.frames.when import When, span

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["AsyncLog", "AsyncTableSource", "Log", "TableSource", "When"]

METRICS = ("ttft", "icl", "tpot", "e2e", "stalls", "qoe")
"""What `Log.summary` shows unless it is told otherwise."""


_Asked = tuple[str, str | None, int | None, int | None]


class TableSource(Protocol):
    """Where a `Log` gets its tables.

    A table holds everything that its reader has written before it asked.
    """

    def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        """Return the table `name` of a channel, or of all; since ≤ t < until in wall µs."""
        ...


class AsyncTableSource(Protocol):
    """`TableSource`, awaited."""

    async def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        """Return the table `name` of a channel, or of all; since ≤ t < until in wall µs."""
        ...


class _Scope:
    """What both logs are about.

    Parameters
    ----------
    channel : str or None
        None: all channels.
    since, until : When
        The part of the log from `since` (included) to `until` (not included), by wall clock.
    fresh : bool
        Whether the source is a log itself: it makes each table anew, so that a frame may keep its
        memory, and has the table ``timings`` of chunks without their text.

    Raises
    ------
    InvalidInputError
        If `since` or `until` is no instant.
    """

    def __init__(
        self,
        channel: str | None,
        since: When,
        until: When,
        fresh: bool,  # noqa: FBT001
    ) -> None:
        self.channel = channel
        self._fresh = fresh
        self._measured = ("streams", "timings") if fresh else MEASURED
        self.since = since
        self.until = until
        self._span = span(since, until)

    def _asked(self, names: Sequence[str], *, beyond: bool) -> list[_Asked]:
        """Return what to ask of the source for tables that belong together.

        `beyond`: the chunks of the last streams may come after `until`.
        """
        since, until = self._span
        late = {"chunks", "hops", "timings"} if beyond else set()
        return [(name, self.channel, since, None if name in late else until) for name in names]

    def __repr__(self) -> str:
        """Say which part of which log this is."""
        parts = ["all channels" if self.channel is None else repr(self.channel)]
        parts += [
            f"{name}={value!r}"
            for name, value in (("since", self.since), ("until", self.until))
            if value is not None
        ]
        return f"{type(self).__name__.lstrip('_')}({', '.join(parts)})"

    def _repr_html_(self) -> str:
        """Show in a notebook what can be asked."""
        verbs = " ".join(f"<code>.{name}()</code>" for name in NAMES)
        text = repr(self).replace("&", "&amp;").replace("<", "&lt;")
        return f"<p><b>{text}</b><br>{verbs}</p>"


class Log(_Scope, DerivedFrames):
    """Everything that happened in a channel, as pandas DataFrames with declared dtypes.

    Each verb reads the log anew, your own writes included. Columns, units and dtypes stand in
    ``docs/reference/frames.md``.

    Parameters
    ----------
    source : TableSource
        Where the tables come from.
    channel, since, until
        Which part of the log.
    fresh : bool
        Whether the source is a log itself: it makes each table anew, so that a frame may keep its
        memory, and has the table ``timings`` of chunks without their text.
    """

    def __init__(
        self,
        source: TableSource,
        channel: str | None,
        since: When = None,
        until: When = None,
        *,
        fresh: bool = False,
    ) -> None:
        super().__init__(channel, since, until, fresh)
        self._source = source

    def messages(self) -> pd.DataFrame:
        """Return the messages as they are now, by channel and seq."""
        return self._frame("messages")

    def streams(self) -> pd.DataFrame:
        """Return the streams by their request, with what they measure."""
        return self._frame("streams")

    def chunks(self) -> pd.DataFrame:
        """Return the chunks by stream and index, with one connection's instants."""
        return self._frame("chunks")

    def hops(self) -> pd.DataFrame:
        """Return every chunk's journey, once for each connection that it reached."""
        return self._frame("hops")

    def events(self) -> pd.DataFrame:
        """Return the events by channel and seq, deltas included."""
        return self._frame("events")

    def connections(self) -> pd.DataFrame:
        """Return the connections by their opening, those of all channels."""
        return self._frame("connections")

    def summary(
        self,
        by: Sequence[str] = ("agent",),
        metrics: Sequence[str] = METRICS,
        *,
        at: str = "agent",
    ) -> pd.DataFrame:
        """Return metrics summarised by group: n, n_failed, quantiles and their intervals.

        Parameters
        ----------
        by : sequence of str
            Columns of ``streams()``; an empty one makes all streams one group.
        metrics : sequence of str
            ``ttft``, ``ttst``, ``icl`` (each stream's median), ``tpot``, ``e2e``, ``stalls`` (their
            number), ``qoe``, ``jitter``.
        at : str
            The hop whose instants are measured: ``agent``, or ``client`` for what a reader saw.

        Returns
        -------
        DataFrame
            One row for each group and metric; NaN where there is no number.

        Raises
        ------
        InvalidInputError
            If a name is unknown.
        """
        from jupyter_agentchat.frames import summary  # noqa: PLC0415 - pandas is slow

        summary.check(by, metrics, at)
        return summary.summarise(self._tables(*self._measured), by, metrics, at)

    def _tables(self, *names: str, beyond: bool = True) -> list[pa.Table]:
        return [self._source.table(*each) for each in self._asked(names, beyond=beyond)]

    def _frame(self, name: str) -> pd.DataFrame:
        from jupyter_agentchat.frames.convert import to_frame  # noqa: PLC0415 - pandas is slow

        table = self._source.table
        return to_frame(name, table(name, self.channel, *self._span), fresh=self._fresh)


class AsyncLog(_Scope, AsyncDerivedFrames):
    """`Log`, awaited.

    Parameters
    ----------
    source : AsyncTableSource
        Where the tables come from.
    channel, since, until
        Which part of the log.
    fresh : bool
        Whether the source is a log itself: it makes each table anew, so that a frame may keep its
        memory, and has the table ``timings`` of chunks without their text.
    """

    def __init__(
        self,
        source: AsyncTableSource,
        channel: str | None,
        since: When = None,
        until: When = None,
        *,
        fresh: bool = False,
    ) -> None:
        super().__init__(channel, since, until, fresh)
        self._source = source

    async def messages(self) -> pd.DataFrame:
        """Return the messages as they are now, by channel and seq."""
        return await self._frame("messages")

    async def streams(self) -> pd.DataFrame:
        """Return the streams by their request, with what they measure."""
        return await self._frame("streams")

    async def chunks(self) -> pd.DataFrame:
        """Return the chunks by stream and index, with one connection's instants."""
        return await self._frame("chunks")

    async def hops(self) -> pd.DataFrame:
        """Return every chunk's journey, once for each connection that it reached."""
        return await self._frame("hops")

    async def events(self) -> pd.DataFrame:
        """Return the events by channel and seq, deltas included."""
        return await self._frame("events")

    async def connections(self) -> pd.DataFrame:
        """Return the connections by their opening, those of all channels."""
        return await self._frame("connections")

    async def summary(
        self,
        by: Sequence[str] = ("agent",),
        metrics: Sequence[str] = METRICS,
        *,
        at: str = "agent",
    ) -> pd.DataFrame:
        """Return metrics summarised by group; see `Log.summary`."""
        from jupyter_agentchat.frames import summary  # noqa: PLC0415 - pandas is slow

        summary.check(by, metrics, at)
        return summary.summarise(await self._tables(*self._measured), by, metrics, at)

    async def _tables(self, *names: str, beyond: bool = True) -> list[pa.Table]:
        return [await self._source.table(*each) for each in self._asked(names, beyond=beyond)]

    async def _frame(self, name: str) -> pd.DataFrame:
        from jupyter_agentchat.frames.convert import to_frame  # noqa: PLC0415 - pandas is slow

        table = self._source.table
        return to_frame(name, await table(name, self.channel, *self._span), fresh=self._fresh)

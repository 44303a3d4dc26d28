"""What a log tells beyond its six tables: timelines, renders, runs, objectives, files, traces.

Each is a function of tables; `Log` and `AsyncLog` fetch those and call it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.tables import NAMES
from jupyter_agentchat.metrics import Timeline

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from jupyter_agentchat.frames.timelines import Measured

MEASURED = ("streams", "chunks")
"""The tables that timelines are made of."""
SEEN = ("hops", "chunks")
RAN = ("streams", "messages", "hops")


class DerivedFrames:
    """The verbs of `Log` that combine tables."""

    @abstractmethod
    def _tables(self, *names: str, beyond: bool = True) -> list[pa.Table]: ...

    def timelines(self, *, at: str = "agent") -> dict[str, Timeline]:
        """Return each stream's `Timeline` by its id, as it was at a hop.

        One that was not seen whole there has no chunk, so its metrics are NA.
        """
        return {each.label: each.timeline for each in self.measured(at=at)}

    def measured(self, *, at: str = "agent") -> list[Measured]:
        """Return each stream with its row of ``streams()`` and its `Timeline` at a hop."""
        return measure(self._tables(*MEASURED), at)

    def renders(self) -> pd.DataFrame:
        """Return what pages painted and when, by stream and connection."""
        return frame("renders", *self._tables(*SEEN))

    def runs(self) -> pd.DataFrame:
        """Return the runs of the server that the streams were measured in."""
        return frame("runs", *self._tables(*RAN))

    def slo(
        self, slo: str | Mapping[str, float] | None = None, *, at: str = "agent"
    ) -> pd.DataFrame:
        """Return how many streams met each objective of `slo`, or of every preset."""
        return attainment(self.measured(at=at), slo)

    def save(
        self,
        folder: str | Path,
        *,
        format: str = "parquet",
        text: str = "keep",
        key: bytes | None = None,
    ) -> list[Path]:
        """Write the six tables into files; `ac.read_log` reads them back as they were.

        Parameters
        ----------
        folder : str or Path
            Made if it is not there.
        format : {"parquet", "arrow", "csv", "jsonl", "json"}
        text : {"keep", "hash", "drop"}
            What becomes of everything that was said.
        key : bytes, optional
            Of the hash: the same key gives equal texts equal hashes in several exports.

        Raises
        ------
        InvalidInputError
            A parameter is none of these, or `folder` is a file.
        """
        return save(self._tables(*NAMES, beyond=False), folder, format, text, key)

    def save_trace(self, file: str | Path, *, at: str = "agent") -> Path:
        """Write the timing of the streams, and nothing else, into a Parquet file.

        No text, name, id or wall clock is in it: see ``docs/reference/traces.md``.
        """
        return trace(self._tables(*MEASURED), file, at)


class AsyncDerivedFrames:
    """`DerivedFrames`, awaited."""

    @abstractmethod
    async def _tables(self, *names: str, beyond: bool = True) -> list[pa.Table]: ...

    async def timelines(self, *, at: str = "agent") -> dict[str, Timeline]:
        """Return each stream's `Timeline` by its id; see `DerivedFrames.timelines`."""
        return {each.label: each.timeline for each in await self.measured(at=at)}

    async def measured(self, *, at: str = "agent") -> list[Measured]:
        """Return each stream with its row and its `Timeline` at a hop."""
        return measure(await self._tables(*MEASURED), at)

    async def renders(self) -> pd.DataFrame:
        """Return what pages painted and when, by stream and connection."""
        return frame("renders", *await self._tables(*SEEN))

    async def runs(self) -> pd.DataFrame:
        """Return the runs of the server that the streams were measured in."""
        return frame("runs", *await self._tables(*RAN))

    async def slo(
        self, slo: str | Mapping[str, float] | None = None, *, at: str = "agent"
    ) -> pd.DataFrame:
        """Return how many streams met each objective of `slo`, or of every preset."""
        return attainment(await self.measured(at=at), slo)

    async def save(
        self,
        folder: str | Path,
        *,
        format: str = "parquet",
        text: str = "keep",
        key: bytes | None = None,
    ) -> list[Path]:
        """Write the six tables into files; see `DerivedFrames.save`."""
        tables = await self._tables(*NAMES, beyond=False)
        return save(tables, folder, format, text, key)

    async def save_trace(self, file: str | Path, *, at: str = "agent") -> Path:
        """Write the timing of the streams into a file; see `DerivedFrames.save_trace`."""
        return trace(await self._tables(*MEASURED), file, at)


def _module(name: str) -> Any:  # noqa: ANN401 - a module, loaded when it is needed
    return import_module(f"jupyter_agentchat.frames.{name}")


def measure(tables: list[pa.Table], at: str) -> list[Measured]:
    """Return the streams of a log at a hop."""
    hops = _module("schemas").HOPS
    if at not in hops:
        message = f"There is no hop to measure at called {at!r}; choose from {', '.join(hops)}."
        raise InvalidInputError(message)
    streams, chunks = tables
    found: list[Measured] = _module("timelines").measured(streams.to_pylist(), chunks, at)
    return found


def frame(name: str, *tables: pa.Table) -> pd.DataFrame:
    """Return a derived table as a DataFrame."""
    made: pd.DataFrame = _module("convert").to_frame(name, _module(name).build(*tables))
    return made


def attainment(streams: list[Measured], slo: str | Mapping[str, float] | None) -> pd.DataFrame:
    """Return how many streams met each objective."""
    made: pd.DataFrame = _module("convert").to_frame("slo", _module("slo").build(streams, slo))
    return made


def save(
    tables: Sequence[pa.Table], folder: str | Path, format: str, text: str, key: bytes | None
) -> list[Path]:
    """Write tables into files, guarded."""
    guard = _module("privacy").guard
    secret = key or _module("privacy").new_key()
    guarded = (
        (name, guard(table, text, secret)) for name, table in zip(NAMES, tables, strict=True)
    )
    written: list[Path] = _module("files").write(guarded, folder, format)
    return written


def trace(tables: list[pa.Table], file: str | Path, at: str) -> Path:
    """Write a trace."""
    traces = _module("traces")
    written: Path = traces.write(traces.build(measure(tables, at), tables[1], at), file)
    return written

"""The log's six tables in Arrow, by name; a table's module is imported when it is first asked for.

Each module has ``build(store, channel, since, until)``; its schema stands in `schemas`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.store.base import Store

if TYPE_CHECKING:
    import pyarrow as pa

NAMES = ("messages", "streams", "chunks", "hops", "events", "connections")
READABLE = (*NAMES, "timings")
"""What can be asked of a log: its tables, and the chunks without their text."""


class _Builder(Protocol):
    def build(
        self, store: Store, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table: ...


def table(
    store: Store, name: str, *, channel: str | None, since: int | None, until: int | None
) -> pa.Table:
    """Return one table of the log; an empty log gives an empty table of the same schema.

    Blocks, as the store does: call it from a thread.

    Parameters
    ----------
    store : Store
        The record.
    name : str
        One of `READABLE`.
    channel : str or None
        None: all channels that are not deleted. ``connections`` are those of all channels.
    since, until : int or None
        since ≤ t < until in wall microseconds: of a message's or a chunk's own event, of a
        stream's or a connection's start.

    Raises
    ------
    InvalidInputError
        If there is no such table.
    StoreError
        If the log cannot be read.
    """
    _check(name)
    module = cast("_Builder", import_module(f"jupyter_agentchat.frames.{name}"))
    return module.build(store, channel, since, until)


def pieces(
    store: Store, name: str, *, channel: str | None, since: int | None, until: int | None
) -> Iterator[bytes]:
    """Return one table of the log as an Arrow IPC stream, piece by piece.

    Chunks are read in parts (`chunks.parts`), so that the memory they take does not grow with the
    log. Each step blocks; what it raises is as for `table`.
    """
    _check(name)
    formats = import_module("jupyter_agentchat.frames.formats")
    schema = import_module("jupyter_agentchat.frames.schemas").READABLE[name]
    if name in {"chunks", "timings"}:
        module = import_module("jupyter_agentchat.frames.chunks")
        parts: Iterator[pa.Table] = module.parts(
            store, channel, since, until, text=name == "chunks"
        )
    else:
        parts = iter([table(store, name, channel=channel, since=since, until=until)])
    yield from formats.stream(parts, schema)


def empty(name: str) -> pa.Table:
    """Return a table without rows: that of a channel in which nobody has said anything.

    Raises
    ------
    InvalidInputError
        If there is no such table.
    """
    _check(name)
    schemas: dict[str, pa.Schema] = import_module("jupyter_agentchat.frames.schemas").READABLE
    return schemas[name].empty_table()


def _check(name: str) -> None:
    if name not in READABLE:
        message = f"There is no table {name!r}; the log has {', '.join(READABLE)}."
        raise InvalidInputError(message)

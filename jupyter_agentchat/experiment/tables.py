"""The part of a log that an experiment made, as tables: collected, joined, labelled, blinded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.log import AsyncTableSource
from jupyter_agentchat.frames.schemas import SCHEMAS

if TYPE_CHECKING:
    import pyarrow as pa

_BY_CHANNEL = ("messages", "events")
_BY_STREAM = ("chunks", "hops")
_REVEALING = ("model", "provider", "transport", "error")
_HIDDEN = "blinded"


class Tables:
    """Tables in memory as the source of a `Log`."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._tables = tables

    def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        """Return a table whole.

        Raises
        ------
        InvalidInputError
            If a part is asked for.
        """
        if (channel, since, until) != (None, None, None):
            message = "An experiment's log is read whole; choose rows in the frames."
            raise InvalidInputError(message)
        return self._tables[name]


async def collect(
    source: AsyncTableSource, *, prefix: str, streams: Collection[str], since: int
) -> dict[str, pa.Table]:
    """Return the tables of the channels of an experiment.

    Parameters
    ----------
    prefix : str
        With which the names of its channels begin.
    streams : collection of str
        Ids of streams in other channels that belong to it.
    since : int
        Wall-clock µs before which there is nothing of it.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow
    import pyarrow.compute as pc  # noqa: PLC0415 - slow

    found = {name: await source.table(name, None, since, None) for name in SCHEMAS}
    made = found["streams"]
    ours = pc.or_(
        pc.is_in(made["stream_id"], value_set=pa.array(list(streams), pa.string())),
        pc.starts_with(pc.cast(made["channel"], pa.string()), prefix),
    )
    found["streams"] = made = made.filter(ours)
    ids = made["stream_id"].combine_chunks()
    channels = pc.unique(pc.cast(made["channel"], pa.string()))
    for name in _BY_STREAM:
        found[name] = found[name].filter(pc.is_in(found[name]["stream_id"], value_set=ids))
    for name in _BY_CHANNEL:
        names = pc.cast(found[name]["channel"], pa.string())
        found[name] = found[name].filter(pc.is_in(names, value_set=channels))
    return found


def join(earlier: Mapping[str, pa.Table], later: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the tables of two runs together."""
    import pyarrow as pa  # noqa: PLC0415 - slow

    return {
        name: pa.concat_tables([earlier[name], later[name]]).unify_dictionaries().combine_chunks()
        for name in SCHEMAS
    }


def label(tables: Mapping[str, pa.Table], labels: Mapping[str, str]) -> dict[str, pa.Table]:
    """Return the tables with each stream's label in the column ``agent``.

    Parameters
    ----------
    labels : mapping of str to str
        Stream → label; streams without one are left out.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow

    streams = tables["streams"]
    known = [each in labels for each in streams["stream_id"].to_pylist()]
    kept = streams.filter(pa.array(known, pa.bool_()))
    names = [labels[each] for each in kept["stream_id"].to_pylist()]
    return {**tables, "streams": _with_texts(kept, "agent", names)}


def blind(tables: Mapping[str, pa.Table], labels: Mapping[str, str]) -> dict[str, pa.Table]:
    """Return labelled tables from which nobody learns what a label stands for.

    Models, providers, transports and errors are taken out, and the schedule's instants unless every
    stream has one; channels, places in them and connections, which some transports share and others
    do not, are named and counted anew; authors of answers show the label; events and connections,
    which hold everything, are left out. What was said and how long it took stays.
    """
    found = label(tables, labels)
    messages = tables["messages"]
    authors = [
        labels.get(stream, "?") if kind == "agent" else author
        for stream, kind, author in zip(
            messages["stream_id"].to_pylist(),
            messages["author_kind"].to_pylist(),
            messages["author"].to_pylist(),
            strict=True,
        )
    ]
    messages = _without(_with_texts(messages, "author", authors), "client_message_id")
    return {
        "streams": _blind_streams(found["streams"]),
        "messages": _counted_anew(_in_one_channel(messages.sort_by("created_at"))),
        "chunks": _counted_anew(tables["chunks"]),
        "hops": _blind_hops(tables["hops"]),
        "events": tables["events"].slice(0, 0),
        "connections": tables["connections"].slice(0, 0),
    }


def _blind_streams(streams: pa.Table) -> pa.Table:
    scheduled = len(streams) - streams["t_intended"].null_count
    hidden = _REVEALING if scheduled == len(streams) else (*_REVEALING, "t_intended")
    return _in_one_channel(_without(streams, *hidden))


def _blind_hops(hops: pa.Table) -> pa.Table:
    """Return hops whose connections are numbered for each stream by itself."""
    known: dict[str, dict[str, str]] = {}
    names: list[str | None] = []
    for stream, connection in zip(
        hops["stream_id"].to_pylist(), hops["conn_id"].to_pylist(), strict=True
    ):
        of = known.setdefault(stream, {})
        names.append(connection and of.setdefault(connection, str(len(of) + 1)))
    return _with_texts(hops, "conn_id", names)


def _in_one_channel(table: pa.Table) -> pa.Table:
    return _with_texts(table, "channel", [_HIDDEN] * len(table))


def _counted_anew(table: pa.Table) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - slow

    place = table.schema.get_field_index("seq")
    count = pa.array(range(1, len(table) + 1), pa.int64())
    return table.set_column(place, table.schema.field(place), count)


def _without(table: pa.Table, *columns: str) -> pa.Table:
    """Return a table in which columns hold nothing."""
    import pyarrow as pa  # noqa: PLC0415 - slow

    for name in columns:
        field = table.schema.field(name)
        nothing = pa.nulls(len(table), field.type)
        table = table.set_column(table.schema.get_field_index(name), field, nothing)
    return table


def _with_texts(table: pa.Table, column: str, values: Sequence[str | None]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - slow

    field = table.schema.field(column)
    texts = pa.array(values, pa.string())
    if pa.types.is_dictionary(field.type):
        texts = texts.dictionary_encode().cast(field.type)
    return table.set_column(table.schema.get_field_index(column), field, texts)

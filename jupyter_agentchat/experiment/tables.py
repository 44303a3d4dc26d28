"""The part of a log that an experiment made, as tables: collected, joined, labelled, blinded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.log import AsyncTableSource
from jupyter_agentchat.frames.schemas import SCHEMAS

if TYPE_CHECKING:
    import pyarrow as pa

_BY_CHANNEL = ("messages", "events")
_BY_STREAM = ("chunks", "hops")
_REVEALING = frozenset({"model", "provider", "transport"})


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

    Models, providers and transports are taken out; authors of answers show the label; events,
    which hold everything, are left out.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow

    found = label(tables, labels)
    streams, messages = found["streams"], tables["messages"]
    for name in _REVEALING:
        place = streams.schema.get_field_index(name)
        nothing = pa.nulls(len(streams), streams.schema.field(name).type)
        streams = streams.set_column(place, streams.schema.field(name), nothing)
    authors = [
        labels.get(stream, "?") if kind == "agent" else author
        for stream, kind, author in zip(
            messages["stream_id"].to_pylist(),
            messages["author_kind"].to_pylist(),
            messages["author"].to_pylist(),
            strict=True,
        )
    ]
    return {
        **found,
        "streams": streams,
        "messages": _with_texts(messages, "author", authors),
        "events": tables["events"].slice(0, 0),
        "connections": tables["connections"].slice(0, 0),
    }


def _with_texts(table: pa.Table, column: str, values: list[str]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - slow

    field = table.schema.field(column)
    texts = pa.array(values, pa.string())
    if pa.types.is_dictionary(field.type):
        texts = texts.dictionary_encode().cast(field.type)
    return table.set_column(table.schema.get_field_index(column), field, texts)

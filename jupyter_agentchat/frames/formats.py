"""A table as bytes, for the HTTP route and for files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO, RawIOBase
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, ipc, parquet

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.codec import ENCODER

if TYPE_CHECKING:
    from typing_extensions import Buffer

BATCH_ROWS = 65_536
"""Rows in one piece of a stream."""
ARROW = "application/vnd.apache.arrow.stream"


def encode(table: pa.Table, format: str) -> tuple[bytes, str]:
    """Return `table` in `format`, and the media type of that.

    Parameters
    ----------
    table : pyarrow.Table
        One of the log's.
    format : str
        ``arrow`` (IPC stream), ``parquet``, ``csv`` or ``json``. The first two keep every column's
        type; the latter two keep every value: integers are exact, instants of the wall clock are
        ISO 8601 with nanoseconds, and null is an empty field (an empty text is ``""``) or null.

    Raises
    ------
    InvalidInputError
        If there is no such format.
    """
    try:
        encoder, media_type = _FORMATS[format]
    except KeyError:
        message = f"There is no format {format!r}; choose one of {', '.join(_FORMATS)}."
        raise InvalidInputError(message) from None
    return encoder(table), media_type


def stream(parts: Iterable[pa.Table], schema: pa.Schema) -> Iterator[bytes]:
    """Return an Arrow IPC stream of tables of one schema, piece by piece.

    Each piece is a batch of at most `BATCH_ROWS` rows, made when it is asked for.
    """
    sink = _Sink()
    with ipc.new_stream(sink, schema) as writer:
        for part in parts:
            for batch in part.to_batches(max_chunksize=BATCH_ROWS):
                writer.write_batch(batch)
                yield sink.taken()
    yield sink.taken()


class _Sink(RawIOBase):
    """A file whose bytes are taken out as they come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        self._pieces.append(bytes(data))
        return len(self._pieces[-1])

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _arrow(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    with ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    data: bytes = out.getvalue().to_pybytes()
    return data


def _parquet(table: pa.Table) -> bytes:
    out = BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def _csv(table: pa.Table) -> bytes:
    out = BytesIO()
    csv.write_csv(plain(table), out)
    return out.getvalue()


def _json(table: pa.Table) -> bytes:
    return ENCODER.encode(plain(table).to_pylist())


def plain(table: pa.Table) -> pa.Table:
    """Return `table` with its categories written out and its wall times as text."""
    columns = [_plain(table.column(field.name), field.type) for field in table.schema]
    return pa.table(columns, names=table.column_names)


def _plain(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if pa.types.is_timestamp(kind):
        return pc.replace_substring(column.cast(pa.string()), " ", "T")
    return column


_FORMATS: dict[str, tuple[Callable[[pa.Table], bytes], str]] = {
    "arrow": (_arrow, ARROW),
    "parquet": (_parquet, "application/vnd.apache.parquet"),
    "csv": (_csv, "text/csv; charset=utf-8"),
    "json": (_json, "application/json"),
}

"""A log in files: one for each table, and read back as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, ipc, parquet

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.formats import encode, plain
from jupyter_agentchat.frames.rows import gather
from jupyter_agentchat.frames.schemas import SCHEMAS
from jupyter_agentchat.frames.tables import NAMES
from jupyter_agentchat.protocol.codec import ENCODER

FORMATS = ("parquet", "arrow", "csv", "jsonl", "json")


def write(tables: Iterable[tuple[str, pa.Table]], folder: str | Path, format: str) -> list[Path]:
    """Write each table into a file of its name; returns the files.

    Parameters
    ----------
    tables : iterable of (str, pyarrow.Table)
        By name.
    folder : str or Path
        Made if it is not there; a file of that name is replaced.
    format : {"parquet", "arrow", "csv", "jsonl", "json"}
        jsonl: one JSON object in each line.

    Raises
    ------
    InvalidInputError
        There is no such format, or `folder` is a file.
    """
    _check(format)
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise InvalidInputError(f"{place} is a file; a log needs a folder for its tables")
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in tables:
        file = place / f"{name}.{format}"
        file.write_bytes(_lines(table) if format == "jsonl" else encode(table, format)[0])
        written.append(file)
    return written


def read(name: str, file: str | Path) -> pa.Table:
    """Return a table from a file that `write` made: equal to what was written.

    Raises
    ------
    InvalidInputError
        There is no such table or file, its suffix is none of `FORMATS`, or it holds another table.
    """
    if name not in SCHEMAS:
        raise InvalidInputError(f"There is no table {name!r}; choose one of {', '.join(NAMES)}.")
    path = Path(file)
    if not path.is_file():
        raise InvalidInputError(f"there is no file {path}")
    _check(path.suffix.removeprefix("."))
    try:
        return _READERS[path.suffix](path.read_bytes(), SCHEMAS[name])
    except (pa.ArrowException, ValueError, KeyError) as error:
        message = f"{path} is no table of {name}: {str(error).splitlines()[0]}"
        raise InvalidInputError(message) from error


class FileSource:
    """A folder of tables as the source of a `Log`.

    Parameters
    ----------
    folder : str or Path
        With files of `write`, all or some of the six tables.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._files = {
            name: file
            for name in NAMES
            for suffix in reversed(FORMATS)
            if (file := self._folder / f"{name}.{suffix}").is_file()
        }
        if not self._files:
            message = f"{self._folder} holds no table of a log: no streams.parquet, no streams.csv"
            raise InvalidInputError(message)

    def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        """Return a table; what the folder lacks is empty. A part of the log cannot be asked for."""
        if (channel, since, until) != (None, None, None):
            raise InvalidInputError("a log in files is read whole: choose rows in the frames")
        if name not in self._files:
            return SCHEMAS[name].empty_table()
        return read(name, self._files[name])


def _check(format: str) -> None:
    if format not in FORMATS:
        message = f"There is no format {format!r}; choose one of {', '.join(FORMATS)}."
        raise InvalidInputError(message)


def _lines(table: pa.Table) -> bytes:
    rows = plain(table).to_pylist()
    return b"".join(ENCODER.encode(row) + b"\n" for row in rows)


def _declared(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table whose file told its types: that of the schema, or one that casts to it."""
    if table.schema.equals(schema):
        return table
    return table.select(schema.names).cast(schema)


def _from_csv(data: bytes, schema: pa.Schema) -> pa.Table:
    texts = {field.name: _text_of(field.type) for field in schema}
    options = csv.ConvertOptions(
        column_types=texts,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    parsed = csv.ParseOptions(newlines_in_values=True)
    blocks = csv.ReadOptions(block_size=max(1 << 20, len(data) + 1))
    table = csv.read_csv(BytesIO(data), blocks, parsed, options)
    return _typed(table, schema)


def _from_json(data: bytes, schema: pa.Schema) -> pa.Table:
    return _from_rows(json.loads(data), schema)


def _from_lines(data: bytes, schema: pa.Schema) -> pa.Table:
    return _from_rows([json.loads(line) for line in data.splitlines() if line.strip()], schema)


def _from_rows(rows: list[dict[str, object]], schema: pa.Schema) -> pa.Table:
    plain_schema = pa.schema(
        [pa.field(each.name, _text_of(each.type), each.nullable) for each in schema]
    )
    table = gather(plain_schema, ([row[name] for name in schema.names] for row in rows))
    return _typed(table, schema)


def _typed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return columns of text and numbers in the declared types."""
    columns = []
    for field in schema:
        column = table.column(field.name)
        if pa.types.is_timestamp(field.type):
            column = pc.replace_substring(pc.replace_substring(column, "T", " "), "Z", "+0000")
            column = column.cast(field.type)
        elif pa.types.is_dictionary(field.type):
            column = column.combine_chunks().dictionary_encode().cast(field.type)
        columns.append(column.cast(field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def _text_of(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) or pa.types.is_timestamp(kind) else kind


_READERS: dict[str, Callable[[bytes, pa.Schema], pa.Table]] = {
    ".parquet": lambda data, schema: _declared(parquet.read_table(pa.BufferReader(data)), schema),
    ".arrow": lambda data, schema: _declared(ipc.open_stream(data).read_all(), schema),
    ".csv": _from_csv,
    ".json": _from_json,
    ".jsonl": _from_lines,
}

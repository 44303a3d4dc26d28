from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.files import FORMATS, FileSource, read, write
from jupyter_agentchat.frames.formats import plain
from jupyter_agentchat.frames.schemas import SCHEMAS
from jupyter_agentchat.frames.tables import NAMES, table
from tests.frames.logs import LogWriter, full_log, memory

LOGS = pytest.mark.parametrize("log", [full_log(), LogWriter(memory())], ids=["full", "empty"])


def tables(log: LogWriter) -> dict[str, pa.Table]:
    return {name: table(log.store, name, channel="lab", since=None, until=None) for name in NAMES}


@LOGS
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_comes_back_bit_for_bit(log: LogWriter, format: str, tmp_path: Path) -> None:
    source = tables(log)
    written = write(source.items(), tmp_path / "log", format)
    assert [file.name for file in written] == [f"{name}.{format}" for name in NAMES]
    for name, file in zip(NAMES, written, strict=True):
        back = read(name, file)
        assert back.schema.equals(SCHEMAS[name]), name
        assert back.equals(source[name]), name


def test_hard_values_come_back(tmp_path: Path) -> None:
    schema = SCHEMAS["streams"]
    row: dict[str, object] = {
        field.name: None
        if field.nullable
        else 2**63 - 1
        if pa.types.is_integer(field.type)
        else 'a,"b"\r\n\u2028null'
        for field in schema
    }
    row |= {"error": "", "ttft_ms": 0.1 + 0.2, "tpot_ms": 5e-324, "t_end": -(2**63)}
    source = pa.Table.from_pylist([row, row | {"error": None, "ttft_ms": None}], schema)
    for suffix in FORMATS:
        (file,) = write([("streams", source)], tmp_path, suffix)
        assert read("streams", file).equals(source), suffix


def test_a_changed_value_is_noticed(tmp_path: Path) -> None:
    source = tables(full_log())["chunks"]
    (file,) = write([("chunks", source)], tmp_path, "jsonl")
    file.write_bytes(file.read_bytes().replace(b'"agent_ns":2010', b'"agent_ns":2011'))
    assert not read("chunks", file).equals(source)


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
def test_duckdb_reads_what_was_written(format: str, tmp_path: Path) -> None:
    write(tables(full_log()).items(), tmp_path, format)
    of = {"parquet": "read_parquet", "csv": "read_csv", "jsonl": "read_json"}[format]
    with duckdb.connect() as database:
        found = database.sql(
            f"SELECT s.agent, count(*), min(c.agent_ns - s.t_request)"  # noqa: S608 - our own names
            f" FROM {of}('{tmp_path}/chunks.{format}') c"
            f" JOIN {of}('{tmp_path}/streams.{format}') s USING (stream_id) GROUP BY ALL"
        ).fetchall()
        (kept,) = database.sql(
            f"SELECT text FROM {of}('{tmp_path}/messages.{format}') WHERE message_id = 'm1'"  # noqa: S608
        ).fetchall()
    assert found == [("eliza", 6, 1000)]
    assert kept == ('Grüße,\n"Welt" \U0001d11e',)


def test_a_folder_is_a_source(tmp_path: Path) -> None:
    source = tables(full_log())
    write([("streams", source["streams"])], tmp_path, "csv")
    files = FileSource(tmp_path)
    assert files.table("streams", None, None, None).equals(source["streams"])
    assert files.table("chunks", None, None, None).num_rows == 0
    with pytest.raises(InvalidInputError, match="read whole"):
        files.table("streams", "lab", None, None)


@pytest.mark.parametrize(
    ("name", "file", "content", "sentence"),
    [
        ("streams", "streams.parquet", b"none", "is no table of streams"),
        ("streams", "streams.csv", b"a,b\n1,2\n", "is no table of streams"),
        ("streams", "streams.jsonl", b"{]", "is no table of streams"),
        ("streams", "streams.xlsx", b"", "no format 'xlsx'; choose one of parquet"),
        ("dreams", "streams.csv", b"", "no table 'dreams'"),
    ],
)
def test_other_files_are_refused(
    name: str, file: str, content: bytes, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(InvalidInputError, match=sentence):
        read(name, tmp_path / file)


@pytest.mark.parametrize("format", FORMATS)
def test_another_table_is_refused(format: str, tmp_path: Path) -> None:
    (file,) = write([("chunks", tables(full_log())["chunks"])], tmp_path, format)
    with pytest.raises(InvalidInputError, match=r"is no table of streams: .*channel"):
        read("streams", file)


def test_types_that_cast_are_the_same_table(tmp_path: Path) -> None:
    source = tables(full_log())["streams"]
    parquet.write_table(plain(source), tmp_path / "streams.parquet")
    assert read("streams", tmp_path / "streams.parquet").equals(source)
    words = pa.table([["a"]] * source.num_columns, source.column_names)
    parquet.write_table(words, tmp_path / "x.parquet")
    with pytest.raises(InvalidInputError, match="is no table of streams"):
        read("streams", tmp_path / "x.parquet")


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="there is no file"):
        read("streams", tmp_path / "streams.csv")
    with pytest.raises(InvalidInputError, match="holds no table of a log"):
        FileSource(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInputError, match="is a file; a log needs a folder"):
        write([], tmp_path / "file", "csv")

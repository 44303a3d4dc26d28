"""Timing traces without a word of text: what may be shared, and published.

The schema is that of ``docs/reference/traces.md``; a change of it changes `VERSION`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.rows import gather
from jupyter_agentchat.frames.schemas import FEW, NS
from jupyter_agentchat.frames.timelines import Measured
from jupyter_agentchat.metrics import Timeline

VERSION = "agentchat-trace/1"

_INT = pa.int64()
TRACE = pa.schema(
    [
        pa.field("stream", _INT, nullable=False),
        pa.field("model", FEW),
        pa.field("status", FEW, nullable=False),
        pa.field("t_request", NS, nullable=False),
        pa.field("t_intended", NS),
        pa.field("t_end", NS),
        pa.field("n_tokens", _INT),
        pa.field("index", _INT),
        pa.field("kind", FEW),
        pa.field("t_chunk", NS),
        pa.field("n_chars", _INT),
    ]
)
"""One row for each chunk; a stream without one has a row without a chunk."""


def build(streams: Sequence[Measured], chunks: pa.Table, at: str) -> pa.Table:
    """Return the trace of some streams.

    Streams are numbered by their request; instants are ns since the first request. No text, no
    name, no id, no wall clock is in it. Streams that `at` did not see whole are left out.

    Parameters
    ----------
    streams : sequence of Measured
        The streams, measured at `at`.
    chunks : pyarrow.Table
        Of the same log.
    at : str
        The hop whose instants are taken.

    Raises
    ------
    InvalidInputError
        The streams are of two clocks: their instants cannot stand in one trace.
    """
    whole = [each for each in streams if each.missing is None]
    clocks = {each.timeline.clock_id for each in whole}
    if len(clocks) > 1:
        message = (
            f"the streams are of {len(clocks)} runs of the server, whose clocks differ; "
            "choose one with since= and until="
        )
        raise InvalidInputError(message)
    start = min((each.timeline.t_request for each in whole), default=0)
    sizes = _sizes(chunks)
    rows: list[tuple[object, ...]] = []
    for number, each in enumerate(sorted(whole, key=lambda each: each.timeline.t_request)):
        rows += _rows(number, each, sizes.get(each.label, []), start)
    table = gather(TRACE, rows)
    return table.replace_schema_metadata({"format": VERSION, "at": at})


def write(table: pa.Table, file: str | Path) -> Path:
    """Write a trace as Parquet, which keeps its version and hop.

    Raises
    ------
    InvalidInputError
        The file does not end in ``.parquet``.
    """
    path = Path(file)
    if path.suffix != ".parquet":
        raise InvalidInputError(f"{path.name!r} is no trace: end its name in .parquet")
    parquet.write_table(table, path)
    return path


def read_trace(file: str | Path) -> list[Timeline]:
    """Return the streams of a trace that `write` wrote, in the order of their requests.

    Raises
    ------
    InvalidInputError
        The file is missing, no Parquet, or no trace of this version.
    """
    path = Path(file)
    try:
        table = parquet.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InvalidInputError(f"{path} is no trace: {error}") from error
    found = (table.schema.metadata or {}).get(b"format", b"nothing").decode()
    if found != VERSION or table.schema.names != TRACE.names:
        raise InvalidInputError(f"{path} holds {found}, not {VERSION}")
    rows: dict[int, list[dict[str, object]]] = {}
    for row in table.to_pylist():
        rows.setdefault(row["stream"], []).append(row)
    return [_timeline(of) for of in rows.values()]


def _sizes(chunks: pa.Table) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    columns = (chunks.column(name).to_pylist() for name in ("stream_id", "index", "n_chars"))
    for stream, index, n_chars in zip(*columns, strict=True):
        found.setdefault(stream, []).append((index, n_chars))
    return found


def _rows(
    number: int, stream: Measured, sizes: list[tuple[int, int]], start: int
) -> list[tuple[object, ...]]:
    timeline = stream.timeline
    of_stream = (
        *(number, stream.row["model"], timeline.status, timeline.t_request - start),
        *(None if t is None else t - start for t in (timeline.t_intended, timeline.t_end)),
        timeline.n_tokens,
    )
    seen = zip(sizes, timeline.kinds or (), timeline.t_chunks, strict=True)
    chunks = [(*of_stream, index, kind, t - start, n) for (index, n), kind, t in seen]
    return chunks or [(*of_stream, None, None, None, None)]


def _timeline(rows: list[dict[str, object]]) -> Timeline:
    head = rows[0]
    chunks = [row for row in rows if row["t_chunk"] is not None]
    return Timeline(
        t_request=head["t_request"],  # type: ignore[arg-type]
        t_chunks=[row["t_chunk"] for row in chunks],  # type: ignore[misc]
        kinds=[row["kind"] for row in chunks],  # type: ignore[misc]
        n_tokens=head["n_tokens"],  # type: ignore[arg-type]
        t_end=head["t_end"],  # type: ignore[arg-type]
        t_intended=head["t_intended"],  # type: ignore[arg-type]
        status=str(head["status"]),
    )

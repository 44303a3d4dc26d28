"""The columns of each table, in order; the names are the contract's.

Instants and durations are int64 nanoseconds. What can be missing is null. ``ms`` columns are
float64 milliseconds.
"""

from __future__ import annotations

import pyarrow as pa

NS = pa.int64()
TEXT = pa.string()
LONG_TEXT = pa.large_string()
"""Text that may exceed 2 GiB in one table."""
FEW = pa.dictionary(pa.int32(), pa.string())
"""Text of few different values; a category in pandas."""
WALL = pa.timestamp("ns", tz="UTC")

HOPS = ("provider", "agent", "bus", "store", "socket", "client", "dom", "paint")
"""A chunk's journey. `store` is a branch measured from `bus`; the others are one chain."""


def _always(name: str, type_: pa.DataType) -> pa.Field:
    return pa.field(name, type_, nullable=False)


MESSAGES = pa.schema(
    [
        _always("channel", FEW),
        _always("seq", pa.int64()),
        _always("message_id", TEXT),
        ("client_message_id", TEXT),
        ("reply_to", TEXT),
        _always("author", TEXT),
        _always("author_kind", FEW),
        _always("text", LONG_TEXT),
        _always("status", FEW),
        _always("created_at", WALL),
        ("edited_at", WALL),
        _always("deleted", pa.bool_()),
        _always("n_reactions", pa.int64()),
        ("stream_id", TEXT),
    ]
)

STREAMS = pa.schema(
    [
        _always("stream_id", TEXT),
        _always("channel", FEW),
        _always("message_id", TEXT),
        _always("agent", FEW),
        ("model", FEW),
        ("provider", FEW),
        ("transport", FEW),
        ("t_intended", NS),
        _always("t_request", NS),
        ("t_first_chunk", NS),
        ("t_first_content", NS),
        ("t_last_content", NS),
        ("t_end", NS),
        ("t_first_paint", NS),
        _always("n_chunks", pa.int64()),
        ("n_tokens", pa.int64()),
        _always("token_source", FEW),
        _always("n_chars", pa.int64()),
        _always("n_bytes", pa.int64()),
        _always("status", FEW),
        ("error", TEXT),
        ("ttft_ms", pa.float64()),
        ("tpot_ms", pa.float64()),
        ("icl_p50_ms", pa.float64()),
        ("icl_p95_ms", pa.float64()),
        ("e2e_ms", pa.float64()),
        ("chunks_per_s", pa.float64()),
        _always("clock_id", FEW),
    ]
)

CHUNKS = pa.schema(
    [
        _always("stream_id", TEXT),
        _always("index", pa.int64()),
        _always("seq", pa.int64()),
        _always("kind", FEW),
        _always("text", LONG_TEXT),
        _always("n_chars", pa.int64()),
        _always("n_bytes", pa.int64()),
        ("n_tokens", pa.int64()),
        _always("token_source", FEW),
        _always("is_replay", pa.bool_()),
        *((f"{hop}_ns", NS) for hop in HOPS),
        _always("is_hidden", pa.bool_()),
    ]
)

TIMINGS = pa.schema([field for field in CHUNKS if field.name not in {"text", "n_chars", "n_bytes"}])
"""Chunks without what needs their text."""

HOPS_TABLE = pa.schema(
    [
        _always("stream_id", TEXT),
        _always("index", pa.int64()),
        ("conn_id", TEXT),
        _always("hop", FEW),
        _always("t_ns", NS),
        ("duration_ns", NS),
        _always("clock_id", FEW),
        ("uncertainty_ns", NS),
        ("is_uncertain", pa.bool_()),
        _always("is_replay", pa.bool_()),
        _always("is_hidden", pa.bool_()),
    ]
)

EVENTS = pa.schema(
    [
        _always("channel", FEW),
        _always("seq", pa.int64()),
        _always("type", FEW),
        _always("created_ns", NS),
        _always("data", LONG_TEXT),
    ]
)

CONNECTIONS = pa.schema(
    [
        _always("conn_id", TEXT),
        _always("transport", FEW),
        _always("user", TEXT),
        _always("opened", NS),
        ("closed", NS),
        ("close_code", pa.int64()),
        ("resumed_from", TEXT),
        ("recovered", pa.bool_()),
        _always("bytes_in", pa.int64()),
        _always("bytes_out", pa.int64()),
        ("rtt_p50_ms", pa.float64()),
        ("merges", pa.int64()),
        ("dropped", pa.int64()),
        ("backlog_max", pa.int64()),
        ("queue_max_bytes", pa.int64()),
        ("resolution_ns", NS),
    ]
)

SCHEMAS: dict[str, pa.Schema] = {
    "messages": MESSAGES,
    "streams": STREAMS,
    "chunks": CHUNKS,
    "hops": HOPS_TABLE,
    "events": EVENTS,
    "connections": CONNECTIONS,
}
READABLE: dict[str, pa.Schema] = SCHEMAS | {"timings": TIMINGS}
"""What can be asked of a log."""

# Derived from the tables above, where they are asked for.

RENDERS = pa.schema(
    [
        _always("stream_id", TEXT),
        _always("conn_id", TEXT),
        _always("t_paint", NS),
        _always("index", pa.int64()),
        _always("chars_visible", pa.int64()),
        _always("clock_id", FEW),
        ("uncertainty_ns", NS),
    ]
)

RUNS = pa.schema(
    [
        _always("run_id", TEXT),
        _always("clock_id", FEW),
        ("started_at", WALL),
        _always("t_first_request", NS),
        ("t_last_end", NS),
        _always("n_streams", pa.int64()),
        _always("n_failed", pa.int64()),
        _always("n_client_clocks", pa.int64()),
        ("uncertainty_ns", NS),
    ]
)

SLO = pa.schema(
    [
        _always("name", FEW),
        _always("metric", FEW),
        _always("op", FEW),
        _always("threshold", pa.float64()),
        _always("unit", FEW),
        _always("n", pa.int64()),
        _always("n_measured", pa.int64()),
        _always("n_met", pa.int64()),
        ("share", pa.float64()),
        ("share_low", pa.float64()),
        ("share_high", pa.float64()),
    ]
)

DERIVED: dict[str, pa.Schema] = {"renders": RENDERS, "runs": RUNS, "slo": SLO}

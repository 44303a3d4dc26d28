"""The comparison of two measurements finds what belongs together, and what does not fit."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from tests.bench.truth import inside, outside, report

TARGET = outside.Target(model="synthetic", requests=2, concurrency=1, extra={})
MS = 1_000_000


def record(request_id: str, **changed: Any) -> str:
    values = {
        "time_to_first_token": 12.0,
        "request_latency": 33.0,
        "inter_token_latency": 10.5,
        "inter_chunk_latency": [11.0, 10.0],
        "output_sequence_length": 3,
        **changed,
    }
    metrics = {name: {"value": value, "unit": "ms"} for name, value in values.items()}
    return json.dumps(
        {"metadata": {"x_request_id": request_id}, "metrics": metrics}, separators=(",", ":")
    )


def frames() -> inside.Frames:
    """Two requests: a's stream was sa, b's was sb."""
    messages = pd.DataFrame(
        {
            "message_id": ["qa", "ra", "qb", "rb"],
            "client_message_id": ["a", None, "b", None],
            "reply_to": [None, "qa", None, "qb"],
            "stream_id": [None, "sa", None, "sb"],
        }
    )
    streams = pd.DataFrame(
        {
            "stream_id": ["sb", "sa"],
            "status": "completed",
            "n_tokens": 3,
            "token_source": "usage",
            "ttft_ms": [11.0, 10.0],
            "e2e_ms": [31.0, 30.0],
            "tpot_ms": 10.0,
            "t_request": 0,
            "t_last_content": 30 * MS,
        }
    )
    socket = [at * MS for at in (10, 20, 31)]
    chunks = pd.DataFrame({"stream_id": ["sa"] * 3 + ["sb"] * 3, "socket_ns": socket * 2})
    return inside.Frames(messages, streams, chunks)


def seen(*ids: str, **changed: Any) -> list[outside.Seen]:
    return outside.read("\n".join(record(each, **changed) for each in ids))


def test_requests_are_matched_by_their_own_id() -> None:
    rows = inside.matched(frames(), seen("b", "a", "unknown"))
    assert [(row.seen.request_id, row.agent_ttft_ms) for row in rows] == [("b", 11.0), ("a", 10.0)]
    assert (rows[0].socket_ttft_ms, rows[0].socket_e2e_ms, rows[0].chunks) == (10.0, 31.0, 3)


def test_a_request_that_failed_has_no_metrics() -> None:
    assert outside.read('{"metadata":{"x_request_id":"a"},"error":{"code":500}}') == []


def test_what_agrees_is_explained_and_shown() -> None:
    rows = inside.matched(frames(), seen("a", "b"))
    assert report.unexplained(TARGET, rows, 2) == []
    shown = report.table(TARGET, rows)
    assert "### `synthetic`: 2 requests, 1 at a time" in shown
    assert "| TTFT | 12.0 | 10.5 | 10.0 | +2.00 (+2.00 … +2.00) |" in shown
    assert "| chunks, all requests | 6 | 6 | – | +0 |" in shown


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"time_to_first_token": 9.0}, "TTFT is shorter outside"),
        ({"request_latency": 29.0}, "latency to the last chunk is shorter outside"),
        ({"inter_token_latency": 12.0}, "the gaps differ by 2.00 ms"),
        ({"output_sequence_length": 4}, "the tokens of a request differ"),
        ({"inter_chunk_latency": [21.0]}, "the chunks of a request differ"),
    ],
)
def test_what_does_not_fit_is_told(fault: dict[str, Any], told: str) -> None:
    rows = inside.matched(frames(), seen("a", "b", **fault))
    (sentence,) = report.unexplained(TARGET, rows, 2)
    assert told in sentence


def test_a_request_that_is_not_in_the_log_is_told() -> None:
    rows = inside.matched(frames(), seen("a", "b"))
    assert report.unexplained(TARGET, rows, 3) == [
        "synthetic: of 3 requests 2 are in the log.",
    ]
    assert report.unexplained(TARGET, [], 3) == ["synthetic: of 3 requests 0 are in the log."]

from __future__ import annotations

from jupyter_agentchat.frames.tables import table
from tests.frames.logs import LogWriter, memory


def test_connections_by_their_opening() -> None:
    log = LogWriter(memory())
    log.connection("late", opened_us=20, opened=900)
    log.connection(
        "early",
        opened_us=10,
        opened=100,
        transport="sse",
        closed=300,
        close_code=4000,
        resumed_from="e:7",
        recovered=True,
        bytes_in=3,
        bytes_out=4,
        rtt_p50_ns=1_500_000,
        merges=5,
        dropped=6,
        backlog_max=7,
        queue_max_bytes=8,
        resolution_ns=100_000,
    )
    log.flush()
    early, late = table(log.store, "connections", channel="lab", since=None, until=None).to_pylist()
    assert early == {
        "conn_id": "early",
        "transport": "sse",
        "user": "ann",
        "opened": 100,
        "closed": 300,
        "close_code": 4000,
        "resumed_from": "e:7",
        "recovered": True,
        "bytes_in": 3,
        "bytes_out": 4,
        "rtt_p50_ms": 1.5,
        "merges": 5,
        "dropped": 6,
        "backlog_max": 7,
        "queue_max_bytes": 8,
        "resolution_ns": 100_000,
    }
    assert late["conn_id"] == "late"
    assert (late["closed"], late["recovered"], late["rtt_p50_ms"]) == (None, None, None)
    assert (late["merges"], late["queue_max_bytes"]) == (None, None)


def test_since_and_until_are_of_the_opening() -> None:
    log = LogWriter(memory())
    for opened_us in (10, 20, 30):
        log.connection(f"c{opened_us}", opened_us=opened_us)
    log.flush()
    found = table(log.store, "connections", channel=None, since=20, until=30)
    assert found.column("conn_id").to_pylist() == ["c20"]

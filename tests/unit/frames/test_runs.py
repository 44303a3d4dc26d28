from __future__ import annotations

from typing import Any

from jupyter_agentchat.frames import runs
from jupyter_agentchat.frames.schemas import RUNS
from jupyter_agentchat.frames.tables import table
from tests.frames.logs import LogWriter, full_log, memory


def rows(log: LogWriter) -> list[dict[str, Any]]:
    names = ("streams", "messages", "hops")
    found = runs.build(
        *(table(log.store, name, channel="lab", since=None, until=None) for name in names)
    )
    assert found.schema.equals(RUNS)
    listed: list[dict[str, Any]] = found.to_pylist()
    return listed


def test_a_run_counts_its_streams_and_its_readers_clocks() -> None:
    (run,) = rows(full_log())
    assert (run["run_id"], run["n_streams"], run["n_failed"]) == ("server", 2, 0)
    assert (run["n_client_clocks"], run["uncertainty_ns"]) == (1, 7)
    assert run["t_first_request"] == 1000
    assert run["started_at"] is not None


def test_each_clock_is_a_run_in_the_order_of_the_wall() -> None:
    log = LogWriter(memory())
    for stream, clock, t in (("a", "old", 9000), ("b", "new", 10), ("c", "new", 20)):
        log.start(stream, clock_id=clock, t_request=t)
        log.end(stream, status="failed" if stream == "c" else "completed", t_end=t + 5)
    log.flush()
    found = rows(log)
    assert [run["run_id"] for run in found] == ["old", "new"]
    assert [(run["n_streams"], run["n_failed"]) for run in found] == [(1, 0), (2, 1)]
    assert [(run["t_first_request"], run["t_last_end"]) for run in found] == [
        (9000, 9005),
        (10, 25),
    ]
    assert found[0]["uncertainty_ns"] is None


def test_an_empty_log_has_no_run() -> None:
    assert rows(LogWriter(memory())) == []

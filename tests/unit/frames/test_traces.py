from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.tables import table
from jupyter_agentchat.frames.timelines import Measured, measured
from jupyter_agentchat.frames.traces import TRACE, VERSION, build, read_trace, write
from jupyter_agentchat.metrics import e2e, icl, tpot, ttft
from tests.frames.logs import LogWriter, full_log, memory


def parts(log: LogWriter, at: str = "agent") -> tuple[list[Measured], pa.Table]:
    streams, chunks = (
        table(log.store, name, channel="lab", since=None, until=None)
        for name in ("streams", "chunks")
    )
    return measured(streams.to_pylist(), chunks, at), chunks


def test_a_trace_measures_as_its_log_does(tmp_path: Path) -> None:
    streams, chunks = parts(full_log())
    back = read_trace(write(build(streams, chunks, "agent"), tmp_path / "t.parquet"))
    assert len(back) == len(streams)
    for metric in (ttft, tpot, e2e, icl):
        for one, two in zip(streams, back, strict=True):
            assert repr(metric(one.timeline)) == repr(metric(two))


def test_it_names_nobody_and_nothing(tmp_path: Path) -> None:
    streams, chunks = parts(full_log())
    file = write(build(streams, chunks, "agent"), tmp_path / "t.parquet")
    found = pq.read_table(file)
    assert found.schema.equals(TRACE)
    assert found.schema.metadata[b"format"].decode() == VERSION
    assert set(found.column("stream").to_pylist()) == {0, 1}
    assert min(found.column("t_request").to_pylist()) == 0
    secret = ("é", "lab", "eliza", "ann", "server", "none")
    for words in (repr(found.to_pylist()), file.read_bytes().decode("latin-1")):
        assert not [word for word in secret if f"'{word}" in words]


def test_a_stream_that_failed_at_once_has_a_row(tmp_path: Path) -> None:
    log = LogWriter(memory())
    log.start("s")
    log.end("s", status="failed", t_end=1500)
    log.flush()
    (back,) = read_trace(write(build(*parts(log), "agent"), tmp_path / "t.parquet"))
    assert (back.status, back.t_chunks, back.t_end) == ("failed", (), 500)


def test_what_the_hop_did_not_see_is_left_out() -> None:
    assert build(*parts(full_log(), "client"), "client").num_rows == 0


def test_two_runs_do_not_mix() -> None:
    log = LogWriter(memory())
    for clock in ("old", "new"):
        log.start(clock, clock_id=clock)
        log.end(clock)
    log.flush()
    with pytest.raises(InvalidInputError, match="2 runs of the server"):
        build(*parts(log), "agent")


def test_only_traces_are_read(tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"stream": [1]}), other)
    with pytest.raises(InvalidInputError, match=f"holds nothing, not {VERSION}"):
        read_trace(other)
    other.write_bytes(b"none")
    with pytest.raises(InvalidInputError, match="is no trace"):
        read_trace(other)
    with pytest.raises(InvalidInputError, match="is no trace"):
        read_trace(tmp_path / "missing.parquet")
    with pytest.raises(InvalidInputError, match=r"end its name in \.parquet"):
        write(TRACE.empty_table(), tmp_path / "t.csv")

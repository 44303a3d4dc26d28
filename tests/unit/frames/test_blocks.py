from __future__ import annotations

import pytest

from jupyter_agentchat.frames import blocks, chunks
from jupyter_agentchat.frames.tables import table
from jupyter_agentchat.store.base import Store
from tests.frames.logs import SECOND_US, START_US, LogWriter, memory


@pytest.fixture
def log() -> LogWriter:
    """Five streams that take turns, some with more chunks; two commits."""
    log = LogWriter(memory())
    for stream in "edcba":
        log.start(stream, connection="c")
    for number in range(6):
        for stream in "abcde"[number // 2 :]:
            log.chunk(stream, f"{stream}{number} é", 1000 + number, kind="reasoning")
        if number == 3:
            log.flush()
    for stream in "abcde":
        log.stamps(stream, "c", 0, 1, socket_ns=(5, 6))
        log.end(stream)
    log.flush()
    return log


def read(store: Store, **how: object) -> blocks.Blocks:
    return blocks.read(store, "lab", None, None, wanted=("index", "kind"), text=True, **how)  # type: ignore[arg-type]


def test_streams_stand_together(log: LogWriter) -> None:
    found = read(log.store)
    assert found.streams == list("abcde")
    assert found.starts.tolist() == [0, 2, 6, 12, 18, 24]
    assert found.columns["index"].tolist()[:6] == [0, 1, 0, 1, 2, 3]
    assert found.text is not None
    assert found.text.to_pylist()[:3] == ["a0 é", "a1 é", "b0 é"]


def test_each_column_keeps_its_own_values(log: LogWriter) -> None:
    wanted = ("index", "seq", *blocks.INSTANTS)
    found = blocks.read(log.store, "lab", None, None, wanted=wanted)
    told = sorted(
        (block.streams[code], *(getattr(block, name)[row] for name in wanted))
        for _, block in log.store.segments("lab", None, None)
        for row, code in enumerate(block.stream)
    )
    streams = [found.streams[code] for code in found.take("stream").tolist()]
    columns = [found.take(name).tolist() for name in wanted]
    assert list(zip(streams, *columns, strict=True)) == told


def test_of_some_streams_nothing_else_is_there(log: LogWriter) -> None:
    found = read(log.store, only={"d": 6, "b": 4})
    assert (found.streams, found.kinds) == (["b", "d"], ["reasoning"])
    assert found.starts.tolist() == [0, 4, 10]
    assert found.text is not None
    assert set("".join(found.text.to_pylist())) <= set("bd012345 é")


def test_streams_are_counted(log: LogWriter) -> None:
    assert blocks.count(log.store, "lab", None, None) == {"a": 2, "b": 4, "c": 6, "d": 6, "e": 6}
    since = START_US + (log.seq - 6) * SECOND_US
    assert blocks.count(log.store, "lab", since, None) == {"d": 1, "e": 1}


@pytest.mark.parametrize("rows", [1, 6, 11, 24, 1000])
@pytest.mark.parametrize("since", [None, START_US + 12 * SECOND_US])
def test_parts_are_the_table(
    log: LogWriter, monkeypatch: pytest.MonkeyPatch, rows: int, since: int | None
) -> None:
    monkeypatch.setattr(chunks, "PART_ROWS", rows)
    whole = table(log.store, "chunks", channel="lab", since=since, until=None)
    parts = list(chunks.parts(log.store, "lab", since, None))
    assert [row for part in parts for row in part.to_pylist()] == whole.to_pylist()
    assert all(part.schema == whole.schema for part in parts)
    assert max(len(part) for part in parts) <= max(rows, 6)


def test_an_empty_log_is_one_empty_part() -> None:
    (part,) = chunks.parts(memory(), None, None, None)
    assert len(part) == 0

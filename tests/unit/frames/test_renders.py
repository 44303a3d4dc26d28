from __future__ import annotations

from typing import Any

from jupyter_agentchat.frames import renders
from jupyter_agentchat.frames.schemas import RENDERS
from jupyter_agentchat.frames.tables import table
from tests.frames.logs import LogWriter, memory


def rows(log: LogWriter) -> list[dict[str, Any]]:
    hops, chunks = (
        table(log.store, name, channel="lab", since=None, until=None) for name in ("hops", "chunks")
    )
    found = renders.build(hops, chunks)
    assert found.schema.equals(RENDERS)
    listed: list[dict[str, Any]] = found.to_pylist()
    return listed


def painted(*paints: int, kinds: tuple[Any, ...] = ("text",) * 4) -> LogWriter:
    log = LogWriter(memory())
    log.start("s", connection="c")
    for number, kind in enumerate(kinds):
        log.chunk("s", "ab", 2000 + number, kind=kind)
    log.end("s")
    log.connection("c")
    told = {"client_ns": (1,) * 4, "paint_ns": paints}
    page = {"client_clock_id": "page", "offset_ns": 5000, "uncertainty_ns": 7}
    log.stamps("s", "c", 0, 1, 2, 3, **told, **page)
    log.flush()
    return log


def test_one_row_for_each_frame_and_what_stands_there() -> None:
    found = rows(painted(10, 10, 0, 30))
    assert [(row["t_paint"], row["index"], row["chars_visible"]) for row in found] == [
        (5010, 1, 4),
        (5030, 3, 8),
    ]
    assert {row["clock_id"] for row in found} == {"page"}
    assert {row["uncertainty_ns"] for row in found} == {7}


def test_reasoning_is_no_text_on_the_page() -> None:
    found = rows(painted(10, 20, 30, 40, kinds=("reasoning", "text", "tool_call", "text")))
    assert [row["chars_visible"] for row in found] == [0, 2, 2, 4]


def test_without_a_page_there_is_nothing() -> None:
    assert rows(LogWriter(memory())) == []

from __future__ import annotations

import asyncio
from pathlib import Path

import pandas as pd
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.log import AsyncLog, Log
from jupyter_agentchat.frames.read_log import read_log
from jupyter_agentchat.frames.tables import NAMES
from jupyter_agentchat.frames.traces import read_trace
from tests.frames.logs import SECOND_US, START_US, full_log
from tests.unit.frames.test_log import AsyncSource, Source

SOURCE = Source(full_log().store)
LOG = Log(SOURCE, "lab")
AWAITED = AsyncLog(AsyncSource(SOURCE), "lab")


@pytest.mark.parametrize("name", ["renders", "runs", "slo"])
def test_the_awaited_log_gives_the_same(name: str) -> None:
    frame = getattr(LOG, name)()
    assert len(frame) > 0
    pd.testing.assert_frame_equal(asyncio.run(getattr(AWAITED, name)()), frame)


def test_timelines_by_stream() -> None:
    found = LOG.timelines()
    assert set(found) == {"s", "t"}
    assert found["s"].t_chunks == (2000, 2010, 2020)
    assert asyncio.run(AWAITED.timelines()) == found
    assert LOG.timelines(at="client")["s"].t_chunks == ()


def test_until_cuts_streams_and_not_their_chunks() -> None:
    log = Log(SOURCE, "lab", until=(START_US + 7 * SECOND_US) / 1e6)
    assert log.timelines() == LOG.timelines()
    assert len(log.chunks()) < len(LOG.chunks())


def test_an_unknown_hop_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no hop to measure at called 'moon'"):
        LOG.timelines(at="moon")


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_a_log_is_saved_and_read_as_it_was(format: str, tmp_path: Path) -> None:
    LOG.save(tmp_path / "one", format=format)
    asyncio.run(AWAITED.save(tmp_path / "two", format=format))
    for name in NAMES:
        for folder in ("one", "two"):
            back = getattr(read_log(tmp_path / folder), name)()
            pd.testing.assert_frame_equal(back, getattr(LOG, name)())


def test_texts_are_hidden_with_one_key_for_all_tables(tmp_path: Path) -> None:
    LOG.save(tmp_path, text="hash")
    back = read_log(tmp_path)
    assert not back.chunks()["text"].str.contains("é").any()
    assert back.timelines() == LOG.timelines()
    LOG.save(tmp_path / "a", text="hash", key=b"k")
    LOG.save(tmp_path / "b", text="hash", key=b"k")
    one, two = (read_log(tmp_path / name).chunks() for name in "ab")
    pd.testing.assert_frame_equal(one, two)


def test_a_trace_is_saved(tmp_path: Path) -> None:
    LOG.save_trace(tmp_path / "one.parquet")
    asyncio.run(AWAITED.save_trace(tmp_path / "two.parquet"))
    one, two = (read_trace(tmp_path / f"{name}.parquet") for name in ("one", "two"))
    assert one == two
    assert len(one) == 2

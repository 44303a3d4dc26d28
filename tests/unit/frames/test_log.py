from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.log import AsyncLog, Log
from jupyter_agentchat.frames.tables import NAMES, table
from jupyter_agentchat.store.base import Store
from tests.frames.logs import full_log

Asked = tuple[str, str | None, int | None, int | None]


class Source:
    def __init__(self, store: Store) -> None:
        self.asked: list[Asked] = []
        self._store = store

    def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        self.asked.append((name, channel, since, until))
        return table(self._store, name, channel=channel, since=since, until=until)


class AsyncSource:
    def __init__(self, source: Source) -> None:
        self._source = source

    async def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        await asyncio.sleep(0)
        return self._source.table(name, channel, since, until)


@pytest.mark.parametrize("name", NAMES)
def test_each_verb_asks_for_its_table(name: str) -> None:
    source = Source(full_log().store)
    frame = getattr(Log(source, "lab", since=0, until=datetime(2030, 1, 1, tzinfo=UTC)), name)()
    assert source.asked == [(name, "lab", 0, 1_893_456_000_000_000)]
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_awaited_log_gives_the_same(name: str) -> None:
    source = Source(full_log().store)
    awaited = asyncio.run(getattr(AsyncLog(AsyncSource(source), "lab"), name)())
    pd.testing.assert_frame_equal(awaited, getattr(Log(source, "lab"), name)())


def test_a_log_reads_what_was_written_since() -> None:
    writer = full_log()
    log = Log(Source(writer.store), "lab")
    before = len(log.events())
    writer.message("later", "one more")
    writer.flush()
    assert len(log.events()) == before + 1


@pytest.mark.parametrize("kind", [Log, AsyncLog])
def test_wrong_ends_are_refused_at_once(kind: type[Log | AsyncLog]) -> None:
    with pytest.raises(InvalidInputError, match="since='soon' is no instant"):
        kind(Source(full_log().store), "lab", since="soon")


def test_it_says_what_it_is() -> None:
    source = Source(full_log().store)
    assert repr(Log(source, None)) == "Log(all channels)"
    assert repr(Log(source, "lab", since="2026-01-31")) == "Log('lab', since='2026-01-31')"
    assert repr(AsyncLog(AsyncSource(source), "lab")) == "AsyncLog('lab')"
    html = Log(source, "<b>")._repr_html_()
    assert "&lt;b&gt;" in html or "&lt;b>" in html
    assert all(f".{name}()" in html for name in NAMES)

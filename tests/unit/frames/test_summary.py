from __future__ import annotations

import asyncio
import math
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.log import AsyncLog, Log
from jupyter_agentchat.frames.tables import table
from jupyter_agentchat.store.base import Store
from tests.frames.logs import SECOND_US, START_US, LogWriter, memory

MS = 1_000_000


class Source:
    def __init__(self, store: Store) -> None:
        self._store = store

    def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        return table(self._store, name, channel=channel, since=since, until=until)


class AsyncSource(Source):
    async def table(self, *asked: Any) -> pa.Table:
        return super().table(*asked)


def writer() -> LogWriter:
    log = LogWriter(memory())
    for number, (agent, status) in enumerate(
        [("fast", "completed"), ("slow", "completed"), ("fast", "completed"), ("fast", "failed")]
    ):
        stream = f"s{number}"
        log.start(stream, agent=agent, t_request=0)
        for chunk in range(3):
            step = 2000 if agent == "slow" else 10
            log.chunk(stream, "x", (100 * (number + 1) + step * chunk) * MS)
        log.end(stream, "xxx", status=status, n_tokens=3)
    log.flush()
    return log


def pick(found: pd.DataFrame, agent: str, metric: str) -> dict[str, Any]:
    (row,) = found[(found.agent == agent) & (found.metric == metric)].to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_each_group_and_metric_has_its_row() -> None:
    found = Log(Source(writer().store), "lab").summary()
    assert set(zip(found.agent, found.metric, strict=True)) == {
        (agent, metric)
        for agent in ("fast", "slow")
        for metric in ("ttft", "icl", "tpot", "e2e", "stalls", "qoe")
    }
    fast = pick(found, "fast", "ttft")
    assert (fast["n"], fast["n_failed"], fast["unit"]) == (2, 1, "s")
    assert fast["p50"] == pytest.approx(0.2)
    assert pick(found, "fast", "icl")["max"] == pytest.approx(0.01)
    assert pick(found, "slow", "stalls")["mean"] == 2
    assert pick(found, "slow", "e2e")["p50"] == pytest.approx(4.2)
    assert math.isnan(pick(found, "slow", "e2e")["p99_low"])


def test_each_row_says_how_tokens_were_counted() -> None:
    """Three tokens in three chunks, nine in three, and a stream that nobody counted."""
    log = LogWriter(memory())
    for number, n_tokens in enumerate((3, 9, None)):
        log.start(f"s{number}", agent=f"a{number}", t_request=0)
        for chunk in range(3):
            log.chunk(f"s{number}", "x", (100 + chunk) * MS)
        log.end(f"s{number}", "xxx", status="completed", n_tokens=n_tokens)
    log.flush()
    whole = Log(Source(log.store), "lab")
    found = whole.summary(metrics=["qoe", "read_ahead", "tpot", "ttft"])
    assert pick(found, "a0", "qoe")["token_method"] == "chunk"
    assert pick(found, "a1", "read_ahead")["token_method"] == "spread"
    assert pick(found, "a2", "qoe")["token_method"] == "chunk"
    assert pick(found, "a1", "tpot")["token_method"] == "usage"
    assert pd.isna(pick(found, "a1", "ttft")["token_method"])
    together = whole.summary(by=[], metrics=["qoe"])
    assert together.token_method.tolist() == ["chunk, spread"]


def test_without_a_column_all_streams_are_one_group() -> None:
    found = Log(Source(writer().store), "lab").summary(by=[], metrics=["ttft"])
    assert (found.n.tolist(), found.n_failed.tolist()) == ([3], [1])


def test_at_a_hop_that_nobody_stamped_nothing_is_measured() -> None:
    found = Log(Source(writer().store), "lab").summary(by=[], metrics=["ttft"], at="client")
    assert (found.n.tolist(), found.n_failed.tolist()) == ([0], [4])


def test_an_empty_log_has_the_same_columns() -> None:
    full = Log(Source(writer().store), "lab").summary()
    empty = Log(Source(memory()), "lab").summary()
    assert empty.empty
    assert empty.columns.tolist() == full.columns.tolist()


def test_until_cuts_streams_and_not_their_chunks() -> None:
    until = (START_US + 3 * SECOND_US) / 1e6
    found = Log(Source(writer().store), "lab", until=until).summary(by=[], metrics=["e2e"])
    assert found.n.tolist() == [1]
    assert found["max"].tolist() == [pytest.approx(0.12)]


def test_the_awaited_summary_is_the_same() -> None:
    store = writer().store
    awaited = asyncio.run(AsyncLog(AsyncSource(store), "lab").summary(metrics=["qoe"]))
    pd.testing.assert_frame_equal(awaited, Log(Source(store), "lab").summary(metrics=["qoe"]))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"by": ["colour"]}, "no column of streams.. to group by called 'colour'"),
        ({"metrics": ["speed"]}, "no metric to summarise called 'speed'; choose from ttft"),
        ({"at": "moon"}, "no hop to measure at called 'moon'; choose from provider"),
        ({"by": "agent"}, r"'agent' is text; give a list of names: \['agent'\]"),
    ],
)
def test_unknown_names_are_refused(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        Log(Source(memory()), "lab").summary(**asked)

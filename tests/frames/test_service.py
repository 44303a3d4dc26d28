"""The frames of a log that a real service wrote."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pandas as pd
import pytest

from jupyter_agentchat.client.embedded import EmbeddedTransport
from jupyter_agentchat.frames.log import AsyncLog, Log
from jupyter_agentchat.frames.tables import NAMES, table
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.store.open import open_store

ORDER = {"synthetic": {"chunks": 30, "chars": 3, "pace": False, "seed": 7}}


async def answered(url: str) -> dict[str, pd.DataFrame]:
    """Return the frames after three synthetic answers to one reader."""
    service = await (await compose(url)).start()
    transport = EmbeddedTransport(service)
    try:
        await transport.ensure_channel("lab")
        feed = await transport.feed("lab")
        for number in range(3):
            sent = await transport.send(
                "lab", Outgoing(text=f"n {number}", agents=("synthetic",), metadata=ORDER)
            )
            await service.ended(sent.streams)
        async for received in feed:
            kinds = [type(event).__name__ for event in received.events]
            if "StreamCompleted" in kinds:
                break
        await feed.close()
        log = AsyncLog(transport, "lab")
        return {name: await getattr(log, name)() for name in NAMES}
    finally:
        await transport.close()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('frames') / 'log.db'}"


@pytest.fixture(scope="module")
def frames(url: str) -> dict[str, pd.DataFrame]:
    return asyncio.run(answered(url))


def test_chunks_concatenate_to_the_messages(frames: dict[str, pd.DataFrame]) -> None:
    said = frames["chunks"].groupby("stream_id").text.agg("".join)
    answers = frames["messages"].dropna(subset="stream_id").set_index("stream_id").text
    assert len(said) == 3
    assert said.sort_index().tolist() == answers.sort_index().tolist()


def test_tokens_that_usage_counted_are_the_streams_and_of_no_chunk(
    frames: dict[str, pd.DataFrame],
) -> None:
    assert frames["streams"].n_tokens.tolist() == [30] * 3
    assert frames["streams"].token_source.tolist() == ["usage"] * 3
    assert frames["chunks"].n_tokens.isna().all()


def test_what_a_stream_measures_is_what_its_chunks_say(frames: dict[str, pd.DataFrame]) -> None:
    first = frames["chunks"].groupby("stream_id").agent_ns.agg(["min", "max", "count"])
    streams = frames["streams"].set_index("stream_id").join(first)
    assert streams.status.tolist() == ["completed"] * 3
    assert (streams.t_first_chunk == streams["min"]).all()
    assert (streams.n_chunks == streams["count"]).all()
    assert streams.ttft_ms.tolist() == ((streams["min"] - streams.t_request) / 1e6).tolist()
    assert streams.e2e_ms.tolist() == ((streams["max"] - streams.t_request) / 1e6).tolist()


def test_every_chunk_has_the_servers_hops_and_durations_sum(
    frames: dict[str, pd.DataFrame],
) -> None:
    hops = frames["hops"]
    chain = hops[hops.hop != "store"].groupby(["stream_id", "index", "conn_id"], dropna=False)
    assert (chain.duration_ns.sum() == chain.t_ns.last() - chain.t_ns.first()).all()
    assert {"provider", "agent", "bus", "store", "socket", "client"} <= set(hops.hop)
    assert len(hops.drop_duplicates(["stream_id", "index"])) == len(frames["chunks"])


def test_events_have_every_seq(frames: dict[str, pd.DataFrame]) -> None:
    assert frames["events"].seq.tolist() == list(range(1, len(frames["events"]) + 1))
    assert (frames["events"].type == "stream.delta").sum() == len(frames["chunks"])


def test_the_file_shows_the_same_later(frames: dict[str, pd.DataFrame], url: str) -> None:
    store = open_store(url, SYSTEM_CLOCK)
    try:
        for name in ("messages", "streams", "events"):
            read = table(store, name, channel="lab", since=None, until=None)
            log = Log(_Fixed(read), "lab")
            pd.testing.assert_frame_equal(getattr(log, name)(), frames[name])
    finally:
        store.close()
    assert Path(url.removeprefix("sqlite:///")).exists()


class _Fixed:
    def __init__(self, read: object) -> None:
        self._read = read

    def table(self, *_: object) -> object:
        return self._read

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.protocol.events import AnyEvent, StreamInterrupted
from jupyter_agentchat.runtime import recovery
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.rows import StreamRow
from jupyter_agentchat.testing.clock import FakeClock
from tests.conformance.store.making import conversation, rows, stream_row

CHANNELS = {"lab": 6, "den": 9}
"""Chunks of the answer before the one that was cut short."""
SAID = "wéll instead"


def died(url: str) -> dict[str, str]:
    """Leave a store as a process does that dies in two answers; returns the stream of each."""
    left = {}
    with closing(open_store(url, FakeClock())) as store:
        for channel, chunks in CHANNELS.items():
            log = conversation(chunks, channel)
            (stream,) = log.live
            log.delta(stream, "instead", reasoning=False)
            left[channel] = stream
            store.write([*rows(log.events, channel), stream_row(stream, channel)], full=True)
    return left


async def start(url: str) -> None:
    service = await (await compose(url)).start()
    await service.close()


def found(url: str, left: dict[str, str]) -> tuple[list[AnyEvent], list[StreamRow | None], int]:
    """What was written after the process had died, the streams' rows, and what is live."""
    with closing(open_store(url, FakeClock())) as store:
        ends = [
            event
            for channel, chunks in CHANNELS.items()
            for event in store.read(channel, chunks + 7, 100)
        ]
        return ends, [store.stream(stream) for stream in left.values()], len(store.unfinished())


def test_a_new_process_ends_what_the_last_one_left_once_and_with_its_text(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    left = died(url)
    for _ in range(2):
        asyncio.run(start(url))
        ends, counted, live = found(url, left)
        assert live == 0
        assert [(type(end), end.stream) for end in ends] == [  # type: ignore[union-attr]
            (StreamInterrupted, stream) for stream in left.values()
        ]
        for end in ends:
            assert isinstance(end, StreamInterrupted)
            assert (end.text, end.reason) == (SAID, "server_restart")
        for row in counted:
            assert row is not None
            assert (row.status, row.n_chunks, row.n_chars) == ("interrupted", 2, 12)
            assert row.n_bytes == 13
            assert (row.t_first_chunk, row.t_first_content) == (row.t_first_content,) * 2
            assert row.t_last_content == (row.t_first_chunk or 0) + 1000


# ---------------------------------------------------------------- planted faults

INTERRUPT, RECOUNTED = recovery._interrupt, recovery._recounted


def cut(log: Any, left: Any) -> None:
    INTERRUPT(log, replace(left, text=left.text[:-1]))


def silent(log: Any, left: Any) -> None:
    if left.channel == "lab":
        INTERRUPT(log, left)


def twice(log: Any, left: Any) -> None:
    INTERRUPT(log, left)
    INTERRUPT(log, left)


def uncounted(store: Any, left: Any, row: StreamRow) -> StreamRow:
    return replace(RECOUNTED(store, left, row), n_chunks=row.n_chunks)


def still_streaming(store: Any, left: Any, row: StreamRow) -> StreamRow:
    return replace(RECOUNTED(store, left, row), status="streaming")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("_interrupt", cut),
        ("_interrupt", silent),
        ("_interrupt", twice),
        ("_recounted", uncounted),
        ("_recounted", still_streaming),
    ],
)
def test_a_planted_fault_is_found(
    name: str, fault: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, name, fault)
    with pytest.raises((AssertionError, AgentChatError)):
        test_a_new_process_ends_what_the_last_one_left_once_and_with_its_text(tmp_path)

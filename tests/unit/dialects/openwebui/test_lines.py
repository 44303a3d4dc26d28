from __future__ import annotations

import asyncio

import pytest

from jupyter_agentchat.dialects.openwebui import lines
from jupyter_agentchat.dialects.openwebui.lines import Lines
from jupyter_agentchat.errors import ProviderError, ProviderStreamError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK


async def read(queue: Lines) -> list[bytes]:
    found = []
    async with asyncio.timeout(5):
        while (each := await queue.get()) is not None:
            found.append(each[1])
    return found


async def test_lines_and_objects_become_server_sent_events() -> None:
    queue = Lines(SYSTEM_CLOCK)
    for said in ("data: 1", "2", "", "  ", None, 7, {"a": 3}, {"done": True}, "data: late"):
        queue.put(said)
    assert await read(queue) == [b"data: 1\n\n", b"data: 2\n\n", b'data: {"a":3}\n\n']


async def test_a_reader_waits_for_what_comes_and_hears_a_failure_after_it() -> None:
    queue = Lines(SYSTEM_CLOCK)
    reading = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put("data: 1")
    assert (await reading or (0, b""))[1] == b"data: 1\n\n"
    queue.put("data: 2")
    queue.fail(ProviderError("gone"))
    queue.put("data: 3")
    assert (await queue.get() or (0, b""))[1] == b"data: 2\n\n"
    with pytest.raises(ProviderError, match="gone"):
        await queue.get()


async def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_BYTES", 20)
    queue = Lines(SYSTEM_CLOCK)
    for _ in range(5):
        queue.put("data: 12345")
    with pytest.raises(ProviderStreamError, match="faster"):
        await read(queue)
    assert queue._size < 20

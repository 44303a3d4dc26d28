from __future__ import annotations

import asyncio

from jupyter_agentchat.dialects.native.notices import MAX_NOTICES, Notices
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.frames import Frame, LogEntry


async def test_a_blocked_socket_loses_the_oldest() -> None:
    gate, written = asyncio.Event(), list[Frame]()

    async def write(frame: Frame) -> None:
        await gate.wait()
        written.append(frame)

    notices = Notices(write)
    frames = [LogEntry(entry={"n": n}) for n in range(MAX_NOTICES + 10)]
    for frame in frames:
        notices.put(frame)
    gate.set()
    assert notices._task is not None
    await notices._task
    assert written == frames[10:]
    notices.close()


async def test_a_client_that_has_gone_ends_the_writing() -> None:
    async def write(_: Frame) -> None:
        raise DisconnectedError("gone")

    notices = Notices(write)
    notices.put(LogEntry(entry={}))
    await asyncio.sleep(0)
    assert notices._task is not None
    await notices._task
    notices.close()

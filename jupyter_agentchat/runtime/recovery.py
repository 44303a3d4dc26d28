"""What a new process owes the streams of one that died: exactly one terminal event each."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from jupyter_agentchat.protocol.events import StreamInterrupted
from jupyter_agentchat.runtime.channels import Channels
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.store.base import Store, Unfinished
from jupyter_agentchat.store.rows import StreamRow

REASON = "server_restart"


async def interrupt_unfinished(store: Store, channels: Channels) -> int:
    """End every stream that the last process left open; returns how many.

    Its text is what had become durable, a prefix of what its readers saw.
    """
    unfinished = await asyncio.to_thread(store.unfinished)
    for left in unfinished:
        log = await channels.open(left.channel)
        _interrupt(log, left)
        if left.row is not None:
            log.record(await asyncio.to_thread(_recounted, store, left, left.row))
        await log.durable(log.seq)
    return len(unfinished)


def _interrupt(log: ChannelLog, left: Unfinished) -> None:
    log.append(
        lambda seq, t: StreamInterrupted(
            seq=seq,
            t=t,
            stream=left.stream,
            message=left.message,
            text=left.text,
            reason=REASON,
        )
    )


def _recounted(store: Store, left: Unfinished, row: StreamRow) -> StreamRow:
    """Return the stream's row with the counts of its durable chunks; blocks."""
    chunks = 0
    content: list[int] = []
    first: int | None = None
    for _, segment in store.segments(left.channel, row.started_us, None):
        if left.stream not in segment.streams:
            continue
        code, text = segment.streams.index(left.stream), _code(segment.kinds, "text")
        for place, stream in enumerate(segment.stream):
            if stream == code:
                chunks += 1
                first = first if first is not None else segment.agent_ns[place]
                if segment.kind[place] == text:
                    content.append(segment.agent_ns[place])
    return replace(
        row,
        status="interrupted",
        t_first_chunk=first,
        t_first_content=content[0] if content else None,
        t_last_content=content[-1] if content else None,
        n_chunks=chunks,
        n_chars=len(left.text),
        n_bytes=len(left.text.encode()),
    )


def _code(kinds: tuple[str, ...], kind: str) -> int:
    return kinds.index(kind) if kind in kinds else -1

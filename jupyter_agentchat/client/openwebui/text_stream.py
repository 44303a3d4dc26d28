"""`openai_text_stream`: Open WebUI's ``createOpenAITextStream`` for Python."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterator

from msgspec.structs import replace

from jupyter_agentchat.client.openwebui.text_reader import TextReader, TextUpdate
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock

LARGE = 5
"""Characters from which a delta is split."""
PAUSE_S = 0.005
LARGEST_PART = 3


async def openai_text_stream(
    source: AsyncIterable[bytes | str],
    split_large_deltas: bool = False,  # noqa: FBT001, FBT002 - the name and place of the original
    *,
    clock: Clock = SYSTEM_CLOCK,
    chance: Callable[[], float] = random.random,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncGenerator[TextUpdate]:
    """Yield the updates of a streamed chat completion; the last one is `done`.

    Parameters
    ----------
    source : async iterable
        Bytes in any pieces, such as ``response.aiter_bytes()`` of httpx, or lines as text, such
        as ``response.aiter_lines()``.
    split_large_deltas : bool
        Whether to hand on deltas of five characters and more in random parts of one to three,
        five milliseconds apart, to look like typing. The instants in `TextUpdate.received_ns`
        are those of the bytes either way.
    clock, chance, sleep
        Tests bring their own.
    """
    reader = TextReader()
    async for piece in source:
        received = clock.monotonic_ns()
        data = piece if isinstance(piece, bytes) else piece.rstrip("\r\n").encode() + b"\n"
        for update in reader.feed(data, received):
            for number, part in enumerate(_parts(update, chance, split=split_large_deltas)):
                if number:
                    await sleep(PAUSE_S)
                yield part
            if update.done:
                return
    for update in reader.finish(clock.monotonic_ns()):
        yield update


def _parts(update: TextUpdate, chance: Callable[[], float], *, split: bool) -> Iterator[TextUpdate]:
    text = update.text
    if not split or len(text) < LARGE:
        yield update
        return
    while text:
        size = 1 + int(chance() * LARGEST_PART)
        yield replace(update, text=text[:size])
        text = text[size:]

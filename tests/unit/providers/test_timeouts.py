from __future__ import annotations

import asyncio

import pytest

from jupyter_agentchat.errors import ProviderTimeoutError
from jupyter_agentchat.providers.timeouts import Timeouts, Watch

LONG = 1000.0
SHORT = 0.01


async def expire(timeouts: Timeouts, *, has_begun: bool) -> str:
    watch = Watch(timeouts, "vllm")
    if has_begun:
        watch.begin()
    with pytest.raises(ProviderTimeoutError) as caught:
        async with watch.limit():
            await asyncio.Event().wait()
    return caught.value.message


async def test_each_limit_has_its_sentence() -> None:
    assert await expire(Timeouts(first_byte=SHORT, idle=LONG, total=LONG), has_begun=False) == (
        "vllm sent nothing within 0.01 s."
    )
    assert await expire(Timeouts(first_byte=LONG, idle=SHORT, total=LONG), has_begun=True) == (
        "vllm fell silent for 0.01 s in the middle of its answer."
    )
    for has_begun in (True, False):
        assert await expire(
            Timeouts(first_byte=LONG, idle=LONG, total=SHORT), has_begun=has_begun
        ) == ("vllm did not finish its answer within 0.01 s.")


async def test_the_first_byte_is_counted_from_the_request_and_not_from_the_wait() -> None:
    watch = Watch(Timeouts(first_byte=SHORT, idle=LONG, total=LONG), "vllm")
    with pytest.raises(ProviderTimeoutError):
        async with watch.limit():
            await asyncio.Event().wait()
    with pytest.raises(ProviderTimeoutError):
        async with watch.limit():
            await asyncio.sleep(0)
    watch.begin()
    async with watch.limit():
        await asyncio.sleep(0)


async def test_a_cancelled_wait_is_no_timeout() -> None:
    watch = Watch(Timeouts(), "vllm")

    async def wait() -> None:
        async with watch.limit():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_is_quick_passes() -> None:
    async with Watch(Timeouts(), "vllm").limit():
        await asyncio.sleep(0)

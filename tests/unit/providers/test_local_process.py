from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from jupyter_agentchat.errors import ProviderTimeoutError, ProviderUnavailableError
from jupyter_agentchat.providers.local_process import ModelProcess

PROGRAM = Path(__file__).with_name("fake_local_server.py")


def process(how: str, **options: float) -> ModelProcess:
    return ModelProcess(Path(how), program=PROGRAM, **options)  # type: ignore[arg-type]


async def test_it_starts_on_a_port_of_the_kernels_choice_and_stops() -> None:
    one, two = process("works"), process("works")
    addresses = await asyncio.gather(one.start(), two.start())
    assert len(set(addresses)) == 2
    assert all(address.startswith("http://127.0.0.1:") for address in addresses)
    pid = one.pid
    assert pid is not None
    assert one.is_running
    await one.stop()
    assert [one.is_running, two.is_running] == [False, True]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    await two.stop()
    await two.stop()


async def test_a_second_start_replaces_the_first() -> None:
    one = process("works")
    await one.start()
    pid = one.pid
    await one.start()
    assert one.pid != pid
    await one.stop()


async def test_a_start_that_fails_repeats_the_last_words_without_the_key() -> None:
    failing = process("fails")
    with pytest.raises(ProviderUnavailableError) as caught:
        await failing.start()
    assert caught.value.message == (
        "The local model's process ended at its start: cannot load with •••"
    )
    assert not failing.is_running


async def test_a_start_that_hangs_is_ended() -> None:
    hanging = process("hangs", start_timeout_s=0.3)
    with pytest.raises(ProviderTimeoutError, match=r"not loaded within 0\.3 s"):
        await hanging.start()
    assert not hanging.is_running


async def test_a_start_that_is_cancelled_leaves_no_process() -> None:
    hanging = process("hangs")
    task = asyncio.create_task(hanging.start())
    await asyncio.sleep(0)
    pid = hanging.pid
    assert pid is not None
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_each_process_has_a_key_of_its_own() -> None:
    assert process("x").key.reveal() != process("x").key.reveal()
    assert not process("x").is_running

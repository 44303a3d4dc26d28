"""What a server needs once it listens: the service on its store, and its models.

The extension loads this module by name, in a thread: a Jupyter server is up before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from importlib import import_module
from logging import Logger
from pathlib import Path

from jupyter_agentchat.agents.base import Agent
from jupyter_agentchat.agents.eliza import shipped_script
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.server.place import open_own
from jupyter_agentchat.web.uploads import Uploads


async def open_service(
    url: str, *, models: list[str], settings: Settings, owner: str, log: Logger
) -> tuple[Service, str, str | None]:
    """Open a store and start the service on it.

    Parameters
    ----------
    models : list of str
        Those that answer as agents.
    owner : str
        What the store's lock tells other processes, such as the server's URL.

    Returns
    -------
    the service, the store's URL, and what people should know about it

    Raises
    ------
    StoreError
        If no store can be opened.
    """
    await asyncio.to_thread(shipped_script)  # reading it takes some 25 ms; it is kept

    async def opened(candidate: str) -> Service:
        agents = model_agents(models, log)
        return await compose(candidate, agents=agents, settings=settings, owner=owner)

    service, place, note = await open_own(url, opened)
    await service.start()
    return service, place, note


def model_agents(names: list[str], log: Logger) -> Iterator[Agent]:
    """Yield the configured models; one that cannot be had is left out, with its reason."""
    for name in dict.fromkeys(names):
        try:
            # By name: providers and their HTTP client are loaded where a model is configured.
            yield import_module("jupyter_agentchat.agents.models").model_agent(name)
        except AgentChatError as error:
            log.error("The model %s is left out: %s", name, error.message)  # noqa: TRY400


def uploads_below(data_dir: str) -> Uploads:
    """Return where files stand that clients bring."""
    return Uploads(Path(data_dir) / "agentchat" / "uploads")

"""Finding or making the service that a chat talks to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from jupyter_agentchat.agents.models import model_agent
from jupyter_agentchat.client.aio import AsyncChat
from jupyter_agentchat.client.credential import Token
from jupyter_agentchat.client.discover import discover
from jupyter_agentchat.client.embedded import EmbeddedTransport
from jupyter_agentchat.client.loop import LoopThread
from jupyter_agentchat.client.remote import RemoteTransport
from jupyter_agentchat.client.retries import Retries
from jupyter_agentchat.client.sync import Chat
from jupyter_agentchat.errors import InvalidInputError, ServerNotFoundError
from jupyter_agentchat.runtime.compose import MEMORY, compose
from jupyter_agentchat.runtime.settings import Settings

_ALONE = Settings(sends_per_minute=600_000, live_streams_per_user=10_000)
"""Of an embedded runtime: there is nobody else whom one user could crowd out."""


async def connect_async(
    url: str | None = None,
    token: Token | None = None,
    *,
    embedded: bool | None = None,
    path: str | os.PathLike[str] | None = None,
    models: Sequence[str] = (),
    max_retries: int | None = None,
) -> AsyncChat:
    """Connect to a server, or run everything in this process.

    Parameters
    ----------
    url, token : str
        A Jupyter server with the extension. Without them, this kernel's own server is found by
        its environment or by the list of running servers. The URL that JupyterLab prints,
        with its token, is good as well. A `token` that expires is a callable, plain or
        asynchronous, which is asked again at each connection.
    embedded : bool
        True runs without a server; False never does; by default only if no server is found, or
        the one that started this kernel has no extension.
    path : path
        Where an embedded runtime keeps its log; in memory if it is left out.
    models : sequence of str
        Models that an embedded runtime offers as agents, such as ``local`` or
        ``ollama:llama3``; a server has its own configuration.
    max_retries : int
        Tries in a row that may fail after a break before the connection is given up; by default
        it is tried for ever. `AsyncChat.state` and `AsyncChat.on_state` tell where it stands.

    Raises
    ------
    ServerNotFoundError
        If there is no server, or it does not answer, or refuses the credentials.
    InvalidInputError
        If the arguments contradict each other.
    """
    if max_retries is not None and max_retries < 0:
        message = f"max_retries is a number from 0 on, or None for no limit, not {max_retries}."
        raise InvalidInputError(message)
    if url is not None and (embedded or path is not None):
        message = "Give a url, or embedded=True with an optional path, not both."
        raise InvalidInputError(message)
    server = None if embedded or path is not None else discover(url, token)
    if server is not None:
        try:
            return AsyncChat(await RemoteTransport.open(server, Retries(limit=max_retries)))
        except ServerNotFoundError:
            if server.is_chosen or embedded is False:
                raise
    if embedded is False:
        return AsyncChat(await RemoteTransport.nowhere())
    service = await compose(
        _store_url(path),
        agents=[model_agent(name) for name in dict.fromkeys(models)],
        settings=_ALONE,
    )
    await service.start()
    return AsyncChat(EmbeddedTransport(service))


def _store_url(path: str | os.PathLike[str] | None) -> str:
    return MEMORY if path is None else f"sqlite:///{Path(path).expanduser().absolute()}"


def connect(
    url: str | None = None,
    token: Token | None = None,
    *,
    embedded: bool | None = None,
    path: str | os.PathLike[str] | None = None,
    models: Sequence[str] = (),
    max_retries: int | None = None,
) -> Chat:
    """Connect, for plain cells and scripts; see `connect_async` for parameters and errors.

    The chat runs on a thread and an event loop of its own, so it works where a loop is already
    running, as in a notebook.
    """
    loop = LoopThread()
    try:
        chat = loop.run(
            connect_async(
                url, token, embedded=embedded, path=path, models=models, max_retries=max_retries
            )
        )
    except BaseException:
        loop.close()
        raise
    return Chat(chat, loop)

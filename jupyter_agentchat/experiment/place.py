"""Where an experiment is made: a server or a runtime in this process, and its drivers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from msgspec.structs import replace

from jupyter_agentchat.client.aio import AsyncChat
from jupyter_agentchat.client.connecting import connect_async
from jupyter_agentchat.client.discover import Server, discover
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment.drivers import (
    EventsDriver,
    OpenAIDriver,
    SocketDriver,
    http_client,
)
from jupyter_agentchat.experiment.network import Network, Proxy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_agentchat.client.credential import Token
    from jupyter_agentchat.experiment.design import Trial
    from jupyter_agentchat.experiment.runner import Driver
    from jupyter_agentchat.experiment.spec import Spec


class Place:
    """A chat, and the drivers of a spec's trials by setting and transport.

    Attributes
    ----------
    server : dict or None
        What the server says of itself: version, store, bus. None without a server.
    """

    def __init__(
        self,
        chat: AsyncChat,
        drivers: Mapping[tuple[str, str], Driver],
        server: dict[str, Any] | None,
    ) -> None:
        self.chat = chat
        self.server = server
        self._drivers = drivers

    def driver(self, trial: Trial) -> Driver:
        """Return the driver of a trial."""
        return self._drivers[trial.setting, trial.transport]


@asynccontextmanager
async def open_place(
    spec: Spec, url: str | None, token: Token | None, *, embedded: bool | None
) -> AsyncIterator[Place]:
    """Connect, check what can be known before anything runs, and give the drivers.

    Raises
    ------
    InvalidInputError
        If an agent is unknown there, or a transport or network needs a server and there is none.
    """
    async with AsyncExitStack() as stack:
        models = [name for name in spec.agents if name == "local" or ":" in name]
        chat = await stack.enter_async_context(
            await connect_async(url, token, embedded=embedded, models=models)
        )
        _check_agents(spec, [agent.name for agent in await chat.agents()])
        server = None if chat.embedded else discover(url, token)
        _check_server(spec, server)
        drivers: dict[tuple[str, str], Driver] = {}
        for setting in spec.settings:
            network = spec.network(setting)
            place, there = server, chat
            if network is not None and server is not None:
                place = await _through(stack, server, network)
                there = await stack.enter_async_context(
                    await connect_async(place.url, place.token, embedded=False)
                )
            for transport in spec.transports:
                drivers[setting, transport] = await _driver(
                    stack, transport, spec.channel, place, there
                )
        yield Place(chat, drivers, None if server is None else await _facts(server))


async def _facts(server: Server) -> dict[str, Any]:
    async with await http_client(server) as http:
        found: dict[str, Any] = (await http.get("health")).raise_for_status().json()
        return found


async def _driver(
    stack: AsyncExitStack, transport: str, channel: str, server: Server | None, chat: AsyncChat
) -> Driver:
    if transport == "ws" or server is None:
        return SocketDriver(chat, channel)
    http = await stack.enter_async_context(await http_client(server))
    if transport == "sse":
        return EventsDriver(http, channel, chat)
    return OpenAIDriver(http, chat)


async def _through(stack: AsyncExitStack, server: Server, network: Network) -> Server:
    """Return the server as it is reached through a network."""
    parts = urlsplit(server.url)
    if parts.scheme != "http":
        message = f"A network can be put before a server at http://, not {parts.scheme}://."
        raise InvalidInputError(message)
    proxy = await stack.enter_async_context(
        Proxy(parts.hostname or "127.0.0.1", parts.port or 80, network)
    )
    return replace(server, url=urlunsplit(parts._replace(netloc=f"127.0.0.1:{proxy.port}")))


def _check_agents(spec: Spec, known: list[str]) -> None:
    for name in spec.agents:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            guess = f'; did you mean "{near[0]}"?' if near else "."
            there = ", ".join(known)
            raise InvalidInputError(f"There is no agent {name!r}{guess} There are {there}.")


def _check_server(spec: Spec, server: Server | None) -> None:
    if server is not None:
        return
    for transport in spec.transports:
        if transport != "ws":
            message = f"The transport {transport!r} needs a server, and this runs without one."
            raise InvalidInputError(message)
    for setting in spec.settings:
        if spec.network(setting) is not None:
            message = f"The network of {setting!r} needs a server, and this runs without one."
            raise InvalidInputError(message)

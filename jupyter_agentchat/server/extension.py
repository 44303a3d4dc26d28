"""The Jupyter server extension: composes the service, mounts the faces, stops both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from traitlets import List, Unicode, default

from jupyter_agentchat.agents.base import Agent
from jupyter_agentchat.agents.models import model_agent
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.server.faces import handlers
from jupyter_agentchat.server.kernels import announce, url_for_kernels, withdraw
from jupyter_agentchat.server.place import (
    default_url,
    make_folder,
    open_own,
    without_credentials,
)
from jupyter_agentchat.server.settings import SettingsTraits
from jupyter_agentchat.web.backend import SETTING, Backend
from jupyter_agentchat.web.uploads import Uploads


class AgentChatApp(ExtensionApp, SettingsTraits):
    """Live agents in channels, for notebooks and for everything that speaks to them."""

    name = "jupyter_agentchat"
    app_name = "Agent chat"
    description = "Live agents in channels: REST, Server-Sent Events and WebSocket."
    extension_url = "/agentchat/health"
    load_other_extensions = True

    store_url = Unicode(
        "",
        help="Where the log is kept: sqlite:///path or memory://. Empty: a file in Jupyter's "
        "data folder, named after the root folder.",
    ).tag(config=True)
    models = List(
        Unicode(),
        help="Models that answer as agents, such as ollama:llama3; local is the small model "
        "that runs on this machine.",
    ).tag(config=True)

    @default("config_file_name")
    def _config_file_name_default(self) -> str:
        """Name the file jupyter_agentchat_config; the base class would double the prefix."""
        return f"{self.name}_config"

    def initialize_settings(self) -> None:
        """Give the handlers their backend; it takes requests once the server runs."""
        self.backend = Backend()
        self.settings[SETTING] = self.backend

    def initialize_handlers(self) -> None:
        """Mount all faces."""
        self.handlers.extend(handlers())

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Open the store and announce the server; the port is final only now."""
        url = url_for_kernels(serverapp)
        try:
            await self._start(serverapp, url or "")
        except AgentChatError as error:
            self.log.error("Agent chat is off: %s", error.message)  # noqa: TRY400 - one sentence
            self.backend.fail(f"Agent chat is off: {error.message}")
            return
        except Exception:
            self.log.exception("Agent chat is off: it failed to start")
            self.backend.fail("Agent chat is off: it failed to start; the server's log says why.")
            return
        announce(url, self.backend.secret)

    async def stop_extension(self) -> None:
        """Interrupt what is live, write everything, close every connection."""
        withdraw(self.backend.secret)
        await self.backend.stop()

    def _model_agents(self) -> Iterator[Agent]:
        """Yield the configured models; one that cannot be had is left out, with its reason."""
        for name in dict.fromkeys(self.models):
            try:
                yield model_agent(name)
            except AgentChatError as error:
                self.log.error("The model %s is left out: %s", name, error.message)  # noqa: TRY400

    async def _start(self, serverapp: ServerApp, owner: str) -> None:
        url = self.store_url
        if not url:
            url = default_url(serverapp.data_dir, serverapp.root_dir)
            make_folder(url)

        async def opened(candidate: str) -> Service:
            return await compose(
                candidate,
                agents=self._model_agents(),
                settings=self.runtime_settings(),
                owner=owner,
            )

        service, place, note = await open_own(url, opened)
        await service.start()
        self.backend.uploads = Uploads(Path(serverapp.data_dir) / "agentchat" / "uploads")
        service.logs.hide(self.backend.secret)
        service.logs.hide(str(getattr(serverapp.identity_provider, "token", "")))
        self.backend.start(service, without_credentials(place), note)
        self.backend.sessions.start(serverapp.identity_provider)
        if note:
            self.log.warning("Agent chat: %s", note)
        self.log.info("Agent chat keeps its log in %s", without_credentials(place))

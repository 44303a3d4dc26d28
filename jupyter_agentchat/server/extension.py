"""The Jupyter server extension: composes the service, mounts the faces, stops both."""

from __future__ import annotations

import asyncio
from importlib import import_module

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from traitlets import Bool, List, Unicode, default

from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.server.faces import mount
from jupyter_agentchat.server.heap import leave_out
from jupyter_agentchat.server.kernels import announce, url_for_kernels, withdraw
from jupyter_agentchat.server.loading import considerate
from jupyter_agentchat.server.place import default_url, make_folder, without_credentials
from jupyter_agentchat.server.settings import SettingsTraits
from jupyter_agentchat.web.backend import SETTING, Backend

_STARTING = "jupyter_agentchat.server.starting"
_FIRST_FACE = "jupyter_agentchat.dialects.native.routes"
"""Both are loaded by name, once the server listens: who asks for no chat does not wait for it."""


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

    freeze_heap = Bool(
        True,
        help="Whether garbage collection leaves out what is alive once the service runs: a full "
        "one holds up every stream for a tenth of a second or more.",
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
        if self.serverapp is not None:
            mount(self.serverapp.web_app, self.serverapp.base_url)

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

    async def _start(self, serverapp: ServerApp, owner: str) -> None:
        url = self.store_url
        if not url:
            url = default_url(serverapp.data_dir, serverapp.root_dir)
            make_folder(url)
        with considerate():
            starting = await asyncio.to_thread(import_module, _STARTING)
            await asyncio.to_thread(import_module, _FIRST_FACE)
            service, place, note = await starting.open_service(
                url,
                models=self.models,
                settings=self.runtime_settings(),
                owner=owner,
                log=self.log,
            )
        self.backend.uploads = starting.uploads_below(serverapp.data_dir)
        service.logs.hide(self.backend.secret)
        service.logs.hide(str(getattr(serverapp.identity_provider, "token", "")))
        self.backend.start(service, without_credentials(place), note)
        self.backend.sessions.start(serverapp.identity_provider)
        if self.freeze_heap:
            leave_out()
        if note:
            self.log.warning("Agent chat: %s", note)
        self.log.info("Agent chat keeps its log in %s", without_credentials(place))

"""``jupyter agentchat demo``: JupyterLab on the notebooks, ready for a class without network."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from traitlets import Bool, Int, Unicode

from jupyter_agentchat.agents.models import model_agent
from jupyter_agentchat.cli.base import FAILED, WRONG_USE, Command, leave
from jupyter_agentchat.errors import AgentChatError

FIRST_NOTEBOOK = "01_first_chat.ipynb"
PACKAGE = Path(__file__).parent.parent


class DemoApp(Command):
    """Opens JupyterLab."""

    name = "jupyter-agentchat-demo"
    description = "Open JupyterLab on the notebooks, with an agent that needs no key."
    examples = "jupyter agentchat demo --no-browser --port 8899"
    browser = Bool(True, help="Open a browser.").tag(config=True)
    port = Int(0, help="The port; by default the first free one from 8888 on.").tag(config=True)
    model = Unicode("", help="Start a model as well: local, or provider:model.").tag(config=True)
    aliases = {  # noqa: RUF012 - traitlets reads it from the class
        "port": "DemoApp.port",
        "model": "DemoApp.model",
    }
    flags = {  # noqa: RUF012 - traitlets reads it from the class
        "no-browser": ({"DemoApp": {"browser": False}}, "Only print the URL."),
    }

    def start(self) -> None:
        """Check what can be checked, then serve until Ctrl-C."""
        super().start()
        if self.extra_args:
            leave(WRONG_USE, f"demo takes no {self.extra_args[0]!r}; see --help.")
        if not 0 <= self.port <= 65535:  # noqa: PLR2004 - the range of TCP ports
            leave(WRONG_USE, f"A port is a number from 1 to 65535, not {self.port}.")
        if self.port and not _is_free(self.port):
            leave(FAILED, f"Port {self.port} is taken; choose another with --port N.")
        if self.model:
            self._check_model()
        self._serve(notebooks())

    def _check_model(self) -> None:
        try:
            model_agent(self.model)
        except AgentChatError as error:
            leave(FAILED, error.message)

    def _serve(self, folder: Path) -> None:
        from jupyterlab.labapp import LabApp  # noqa: PLC0415 - slow, and only here

        type(self).clear_instance()  # traitlets allows one application: from here on, the server
        server = LabApp.initialize_server(self._options(folder))
        server.io_loop.add_callback(_announce, server)
        server.start()

    def _options(self, folder: Path) -> list[str]:
        page = f"/lab/tree/{FIRST_NOTEBOOK}" if (folder / FIRST_NOTEBOOK).exists() else "/lab"
        options = [
            f"--ServerApp.root_dir={folder}",
            f"--LabApp.default_url={page}",
            "--LabApp.expose_app_in_browser=True",
        ]
        if self.port:
            options += [f"--port={self.port}", "--ServerApp.port_retries=0"]
        if not self.browser:
            options.append("--no-browser")
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--allow-root")
        if self.model:
            options.append(f"--AgentChatApp.models={self.model}")
        return options


def notebooks() -> Path:
    """Return the folder of notebooks: the checkout's own, or a copy of the installed ones."""
    checkout = PACKAGE.parent / "notebooks"
    if checkout.is_dir() and (PACKAGE.parent / "pyproject.toml").exists():
        return checkout
    folder = Path.cwd() / "agentchat-notebooks"
    folder.mkdir(exist_ok=True)
    for source in sorted((PACKAGE / "_notebooks").glob("*.ipynb")):
        if not (folder / source.name).exists():
            shutil.copy(source, folder)
    return folder


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _announce(server: Any) -> None:  # noqa: ANN401 - jupyterlab ships no types
    """Print the URL; the server's own log hides a token that was configured."""
    url = server.display_url.splitlines()[0].strip()
    url = url.replace("token=...", f"token={quote(server.identity_provider.token)}")
    sys.stdout.write(f"\n    {url}\n\n")
    sys.stdout.flush()

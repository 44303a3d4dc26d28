"""``jupyter agentchat``: the commands and what they share."""

from __future__ import annotations

import sys

from jupyter_core.application import JupyterApp

from jupyter_agentchat._version import __version__
from jupyter_agentchat.cli.ask import AskApp
from jupyter_agentchat.cli.demo import DemoApp


class AgentChatCommand(JupyterApp):
    """Chooses the command."""

    name = "jupyter-agentchat"
    version = __version__
    description = "Live agents inside Jupyter."
    examples = """
    jupyter agentchat demo                               # JupyterLab on the first notebook
    jupyter agentchat ask "I am unhappy" --agent eliza   # an answer in the terminal
    """
    subcommands = {  # noqa: RUF012 - traitlets reads it from the class
        "demo": (DemoApp, "JupyterLab on the notebooks, with an agent that needs no key"),
        "ask": (AskApp, "Ask an agent and stream its answer to the terminal"),
    }

    def start(self) -> None:
        """Run the command, or say which there are."""
        if self.subapp is None:
            names = ", ".join(self.subcommands)
            sys.stderr.write(f"Name a command: {names}. Try jupyter agentchat --help.\n")
            sys.exit(2)
        self.subapp.start()


def main() -> None:
    """Run the command line."""
    AgentChatCommand.launch_instance()

"""``jupyter agentchat``: the commands and what they share."""

from __future__ import annotations

from jupyter_agentchat._version import __version__
from jupyter_agentchat.cli.ask import AskApp
from jupyter_agentchat.cli.base import FAILED, WRONG_USE, Command, leave
from jupyter_agentchat.cli.demo import DemoApp


class AgentChatCommand(Command):
    """Chooses the command."""

    name = "jupyter-agentchat"
    version = __version__
    description = "Live agents inside Jupyter."
    examples = """
    jupyter agentchat demo                               # JupyterLab on the first notebook
    jupyter agentchat ask "I am unhappy" --agent eliza   # an answer in the terminal
    jupyter agentchat experiment spec.yaml -o results    # trials, tables, report.html
    """
    subcommands = {  # noqa: RUF012 - traitlets reads it from the class
        "demo": (DemoApp, "JupyterLab on the notebooks, with an agent that needs no key"),
        "ask": (AskApp, "Ask an agent and stream its answer to the terminal"),
        "experiment": (
            "jupyter_agentchat.cli.experiment.ExperimentApp",  # loads scipy, and no other does
            "Make an experiment and write its report",
        ),
    }

    def start(self) -> None:
        """Run the command, or say which there are."""
        if self.subapp is None:
            names = ", ".join(self.subcommands)
            wrong = f"There is no command {self.extra_args[0]!r}; n" if self.extra_args else "N"
            leave(WRONG_USE, f"{wrong}ame one of: {names}. Try jupyter agentchat --help.")
        self.subapp.start()


def main() -> None:
    """Run the command line."""
    try:
        AgentChatCommand.launch_instance()
    except KeyboardInterrupt:
        leave(FAILED, "\nStopped.")

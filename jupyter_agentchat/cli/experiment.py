"""``jupyter agentchat experiment``: trials from a file, kept in a folder, with their report."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from traitlets import Unicode

from jupyter_agentchat.cli.base import FAILED, WRONG_USE, Command, leave
from jupyter_agentchat.client import connect
from jupyter_agentchat.client.discover import discover, running_servers
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.experiment import Experiment, ExperimentResult

REPORT = "report.html"


class ExperimentApp(Command):
    """Makes an experiment."""

    name = "jupyter-agentchat-experiment"
    description = "Make the experiment of a YAML file; made again, it goes on where it stopped."
    examples = "jupyter agentchat experiment spec.yaml -o results"
    output = Unicode(
        "", help="The folder for trials, tables and report; by default the spec's name."
    ).tag(config=True)
    url = Unicode(
        "",
        help="A Jupyter server with the extension; by default one that runs and has the agents, "
        "and without one the agents of this process.",
    ).tag(config=True)
    token = Unicode("", help="That server's token.").tag(config=True)
    aliases = {  # noqa: RUF012 - traitlets reads it from the class
        "o": "ExperimentApp.output",
        "output": "ExperimentApp.output",
        "url": "ExperimentApp.url",
        "token": "ExperimentApp.token",
    }

    def start(self) -> None:
        """Make it."""
        super().start()
        if len(self.extra_args) != 1:
            leave(WRONG_USE, "Give one file: jupyter agentchat experiment spec.yaml -o results.")
        if self.token and not self.url:
            leave(WRONG_USE, "A token needs the server it is for: --url U --token T.")
        spec = Path(self.extra_args[0])
        folder = Path(self.output or spec.with_suffix(""))
        try:
            experiment = Experiment.from_file(spec)
            url, token = self._where(set(experiment.spec.agents))
            result = experiment.run(url, token, folder=folder)
            report = folder / REPORT
            result.report(report)
        except AgentChatError as error:
            leave(FAILED, error.message)
        except KeyboardInterrupt:
            leave(FAILED, "\nStopped; the same command goes on.")
        self._tell(result, report)

    def _where(self, agents: set[str]) -> tuple[str | None, str | None]:
        """Return the server to ask: the named one, else one that runs and has the agents."""
        if self.url or discover() is not None:
            return self.url or None, self.token or None
        for server in running_servers():
            with suppress(AgentChatError), connect(server.url, server.token) as chat:
                if agents <= {agent.name for agent in chat.agents()}:
                    return server.url, server.token if isinstance(server.token, str) else None
        return None, None

    def _tell(self, result: ExperimentResult, report: Path) -> None:
        table = result.summary(["ttft", "tpot", "e2e"])[["arm", "metric", "n", "n_failed", "p50"]]
        sys.stdout.write(f"{table.to_string(index=False)}\n{result.sentence}. Report: {report}\n")
        if not result.complete:
            leave(FAILED, "Stopped; the same command goes on.")

"""``jupyter agentchat ask``: one question, one streamed answer, one line of figures."""

from __future__ import annotations

import sys

from traitlets import Unicode

from jupyter_agentchat.cli.base import FAILED, WRONG_USE, Command, leave
from jupyter_agentchat.cli.reach import reach
from jupyter_agentchat.client.reply import Reply
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.metrics import NA, Timeline, icl, quantile, ttft

NS = 1_000_000_000


class AskApp(Command):
    """Asks one agent."""

    name = "jupyter-agentchat-ask"
    description = "Ask an agent and stream its answer to the terminal."
    examples = 'jupyter agentchat ask "I am unhappy" --agent eliza'
    agent = Unicode("", help="Who answers; by default the channel's own agent.").tag(config=True)
    channel = Unicode("lab", help="Where the conversation stands.").tag(config=True)
    url = Unicode(
        "",
        help="A Jupyter server with the extension; by default one that runs, and without one "
        "the agents of this process.",
    ).tag(config=True)
    token = Unicode("", help="That server's token.").tag(config=True)
    aliases = {  # noqa: RUF012 - traitlets reads it from the class
        "agent": "AskApp.agent",
        "channel": "AskApp.channel",
        "url": "AskApp.url",
        "token": "AskApp.token",
    }

    def start(self) -> None:
        """Ask."""
        super().start()
        if len(self.extra_args) != 1:
            leave(WRONG_USE, 'Give one question, in quotes: jupyter agentchat ask "Hello".')
        if self.token and not self.url:
            leave(WRONG_USE, "A token needs the server it is for: --url U --token T.")
        try:
            reply = self._ask(self.extra_args[0])
        except AgentChatError as error:
            leave(FAILED, error.message)
        except KeyboardInterrupt:
            leave(FAILED, "\nStopped.")
        if reply.timeline.t_chunks:
            sys.stdout.write(f"\n{figures(reply.timeline)}\n")
        if reply.status != "completed":
            leave(FAILED, reply.error.message if reply.error else f"The answer was {reply.status}.")

    def _ask(self, text: str) -> Reply:
        agent = self.agent or None
        replies: list[Reply] = []
        with reach(self.url, self.token, self.agent) as chat:
            chunks = chat.stream(text, agent=agent, channel=self.channel, on_end=replies.append)
            for chunk in chunks:
                if chunk.kind == "text":
                    sys.stdout.write(chunk.text)
                    sys.stdout.flush()
        return replies[0]


def figures(timeline: Timeline) -> str:
    """Return one line: TTFT, ICL p50 and p95, chunks per second, as this process saw them."""
    gaps = icl(timeline)
    first = ttft(timeline)
    shown = "none" if isinstance(first, NA) else f"{first * 1e3:.0f} ms"
    parts = [f"TTFT {shown}"]
    if not isinstance(gaps, NA) and gaps:
        middle, tail = quantile(gaps, 0.5), quantile(gaps, 0.95)
        parts.append(f"ICL p50 {middle * 1e3:.1f} ms, p95 {tail * 1e3:.1f} ms")
        span = (timeline.t_chunks[-1] - timeline.t_chunks[0]) / NS
        if span > 0:
            parts.append(f"{len(gaps) / span:.1f} chunks/s")
    return " · ".join(parts)

"""`ChatPanel`: a channel in a notebook's output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anywidget
import traitlets

from jupyter_agentchat.client import connect
from jupyter_agentchat.client.sync import Chat
from jupyter_agentchat.client.transport import Accepted
from jupyter_agentchat.errors import AgentChatError, AgentNotFoundError, InvalidInputError
from jupyter_agentchat.frames.log import Log
from jupyter_agentchat.panel import static_view
from jupyter_agentchat.protocol.ids import check_channel_id
from jupyter_agentchat.protocol.model import Message

_SHOWN = 50
"""Messages of the static rendering."""
_LOWEST, _HIGHEST = 200, 4000


class ChatPanel(anywidget.AnyWidget):
    """A chat of one channel; the view reaches the server itself and needs no kernel.

    Parameters
    ----------
    channel : str
        The channel, created if it is not there.
    agents : sequence of str
        The agents that answer in it; they are added if it exists.
    chat : Chat
        The connection to use; by default the one to this kernel's own server.
    height : int
        In pixels.

    Raises
    ------
    InvalidInputError
        If an argument is wrong; the sentence says which.
    AgentNotFoundError
        If an agent does not exist; the sentence names those that do.
    ServerNotFoundError
        If there is no server to talk to.
    """

    _esm = Path(__file__).parent / "static" / "widget.js"
    channel = traitlets.Unicode("lab", help="The channel that is shown.").tag(sync=True)
    base_url = traitlets.Unicode("", help="The server's base URL.").tag(sync=True)
    height = traitlets.Int(480, help="In pixels.").tag(sync=True)

    def __init__(
        self,
        channel: str = "lab",
        agents: Sequence[str] = ("eliza",),
        *,
        chat: Chat | None = None,
        height: int = 480,
    ) -> None:
        if isinstance(agents, str):
            sentence = f"agents is a list of names; did you mean agents=[{agents!r}]?"
            raise InvalidInputError(sentence)
        if not _LOWEST <= height <= _HIGHEST:
            sentence = f"height is a number of pixels from {_LOWEST} to {_HIGHEST}, not {height}."
            raise InvalidInputError(sentence)
        check_channel_id(channel)
        self._chat = chat or connect()
        _check_agents(self._chat, agents)
        self._chat.join(channel, agents)
        path = urlsplit(self._chat.url or "").path
        super().__init__(channel=channel, base_url=path, height=height)

    @property
    def messages(self) -> list[Message]:
        """The channel's newest messages, oldest first."""
        return self._chat.messages(self.channel, limit=_SHOWN)

    @property
    def log(self) -> Log:
        """The channel's log as DataFrames."""
        return self._chat.log(self.channel)

    def send(self, text: str) -> Accepted:
        """Say something in the channel; its agents answer."""
        return self._chat.send(text, channel=self.channel)

    def _repr_mimebundle_(self, **options: Any) -> Any:  # noqa: ANN401 - IPython's protocol
        """Show the view, and beside it the conversation for where no JavaScript runs."""
        shown = super()._repr_mimebundle_(**options)
        data, metadata = shown if isinstance(shown, tuple) else ({}, {})
        try:
            messages = self.messages
        except AgentChatError as error:
            return {**data, "text/plain": error.message}, metadata
        static = {
            "text/plain": static_view.plain(self.channel, messages),
            "text/markdown": static_view.markdown(self.channel, messages),
            "text/html": static_view.html(self.channel, messages),
        }
        return {**data, **static}, metadata


def _check_agents(chat: Chat, agents: Sequence[str]) -> None:
    """Raise if one of the names is nobody's."""
    known = [agent.name for agent in chat.agents()]
    for name in agents:
        if name not in known:
            sentence = f"There is no agent {name!r}; there are {', '.join(known)}."
            raise AgentNotFoundError(sentence)

"""Which service a command talks to: the named server, a running one, or one of its own."""

from __future__ import annotations

from contextlib import suppress

from jupyter_agentchat.client import connect
from jupyter_agentchat.client.discover import Server, discover, running_servers
from jupyter_agentchat.client.sync import Chat
from jupyter_agentchat.errors import AgentChatError


def reach(url: str, token: str, agent: str) -> Chat:
    """Connect.

    Without a URL the order is: the server that started this terminal, the latest of the user's
    servers that has the extension and the agent, and a runtime in this process.

    Parameters
    ----------
    url, token : str
        A server; empty: none is named.
    agent : str
        Who shall answer; empty: the channel's own.

    Raises
    ------
    AgentChatError
        If a named server cannot be reached, or a named model cannot be had.
    """
    if not url and discover() is None:
        for server in running_servers():
            with suppress(AgentChatError):
                if chat := _offering(server, agent):
                    return chat
    models = [agent] if agent == "local" or ":" in agent else []
    return connect(url or None, token or None, models=models)


def _offering(server: Server, agent: str) -> Chat | None:
    """Connect to a server if it has the agent."""
    chat = connect(server.url, server.token)
    try:
        if not agent or agent in {each.name for each in chat.agents()}:
            return chat
    except BaseException:
        chat.close()
        raise
    chat.close()
    return None

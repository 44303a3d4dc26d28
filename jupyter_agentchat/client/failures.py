"""Errors that came over the wire, raised as what they are."""

from __future__ import annotations

from jupyter_agentchat.errors import AgentChatError


def _tree(root: type[AgentChatError]) -> dict[str, type[AgentChatError]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        if child.__module__ == AgentChatError.__module__:
            found |= _tree(child)
    return found


_BY_CODE = _tree(AgentChatError)


def from_wire(code: str, message: str) -> AgentChatError:
    """Return the error that `code` names; an unknown code becomes the root."""
    return _BY_CODE.get(code, AgentChatError)(message)

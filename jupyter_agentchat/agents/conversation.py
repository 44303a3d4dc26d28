"""A channel's history as a model wants it: the others' voice, and the model's own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile, groupby

from jupyter_agentchat.agents.base import Turn
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.providers.base import Role, Turned


def conversation(turn: Turn, agent: str, *, system: str = "", max_chars: int) -> list[Turned]:
    """Return the turns to send: system prompt, what fits of the history, the question.

    The newest messages that fit are taken, whole; those of the author kind ``system`` follow the
    system prompt. Where more than one other participant speaks,
    each of their messages begins with its author's name. Neighbours of one role are joined, and
    the first after the system prompt is the user's: some chat templates insist.

    Parameters
    ----------
    agent : str
        The agent's name: its messages are the model's own.
    """
    heard = [message for message in turn.history if message.author.kind != "system"]
    said = [*_fitting(heard, max_chars), turn.message]
    others = {message.author.id for message in said if not _is_own(message, agent)}
    voiced = [_voiced(message, agent, is_group=len(others) > 1) for message in said]
    turns = [
        Turned(role, "\n\n".join(each.text for each in neighbours))
        for role, neighbours in groupby(voiced, key=lambda each: each.role)
    ]
    told = [message.text for message in turn.history if message.author.kind == "system"]
    orders = "\n\n".join(text for text in (system, *told) if text)
    head = [Turned("system", orders)] if orders else []
    return [*head, *dropwhile(lambda each: each.role == "assistant", turns)]


def _fitting(history: Sequence[Message], max_chars: int) -> list[Message]:
    """Return the newest messages that have a text and fit, oldest first."""
    fitting: list[Message] = []
    left = max_chars
    for message in reversed(history):
        left -= len(message.text)
        if left < 0:
            break
        if message.text.strip():
            fitting.append(message)
    return fitting[::-1]


def _is_own(message: Message, agent: str) -> bool:
    return message.author.kind == "agent" and message.author.id == agent


def _voiced(message: Message, agent: str, *, is_group: bool) -> Turned:
    role: Role = "assistant" if _is_own(message, agent) else "user"
    named = is_group and role == "user"
    return Turned(role, f"{message.author.name}: {message.text}" if named else message.text)

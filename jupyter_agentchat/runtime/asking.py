"""What an agent asks its user while it answers, and who can put that to the user."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from jupyter_agentchat.agents.base import Ask
from jupyter_agentchat.bus.broker import Unsubscribe
from jupyter_agentchat.errors import ForbiddenError, InvalidInputError, UnansweredError
from jupyter_agentchat.protocol.model import Message

ASKED = frozenset({"confirmation", "input"})
_NO_CODE = "Code is never run in a browser, on purpose: an agent asks, its user answers."


class Inquiry(Struct, frozen=True, kw_only=True):
    """One thing that an agent asks.

    Attributes
    ----------
    kind : str
        ``confirmation``, which is answered by a bool, or ``input``, by a str or None.
    data : dict
        ``title``, ``message``, and for an input ``placeholder`` and ``value``.
    question : Message
        What the agent is answering.
    user : str
        Who has to say; nobody else is asked.
    """

    kind: str
    data: dict[str, Any]
    question: Message
    stream: str
    user: str


Asker = Callable[[Inquiry, float], Awaitable[object] | None]
"""Puts an inquiry to its user, who has so many seconds, and returns what the user said.

None, and not an awaitable: the question did not come through this face.
"""


class Askers:
    """The faces through which a user can be asked; the first that knows the question does it.

    Parameters
    ----------
    timeout_s : float
        How long a user has for an answer.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._askers: dict[Asker, None] = {}

    def add(self, asker: Asker) -> Unsubscribe:
        """Let a face ask from now on."""
        self._askers[asker] = None

        def remove() -> None:
            self._askers.pop(asker, None)

        return remove

    def of(self, question: Message, stream: str, user: str) -> Ask:
        """Return how an agent that answers `question` asks its user."""

        async def ask(kind: str, data: dict[str, Any]) -> object:
            return await self._ask(
                Inquiry(kind=kind, data=data, question=question, stream=stream, user=user)
            )

        return ask

    async def _ask(self, inquiry: Inquiry) -> object:
        """Return what the user says.

        Raises
        ------
        ForbiddenError
            If the agent wants code to be run in a browser.
        InvalidInputError
            If it asks for something else that is not there.
        UnansweredError
            If the user cannot be asked, or says nothing in time.
        """
        if inquiry.kind.startswith("execute"):
            raise ForbiddenError(_NO_CODE)
        if inquiry.kind not in ASKED:
            message = f"An agent may ask for {' or '.join(sorted(ASKED))}, not {inquiry.kind!r}."
            raise InvalidInputError(message)
        for asker in tuple(self._askers):
            if (answer := asker(inquiry, self._timeout_s)) is not None:
                return await answer
        raise UnansweredError("The question came from where nobody can be asked back.")

"""What agents ask their users: answered in the tab that the question came from, and in no other."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from jupyter_agentchat.dialects.openwebui.rooms import KEY
from jupyter_agentchat.dialects.openwebui.tabs import Tab, Tabs
from jupyter_agentchat.errors import UnansweredError
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.runtime.asking import Inquiry


class Questions:
    """Puts ``confirmation`` and ``input`` to a tab and takes its Socket.IO acknowledgement."""

    def __init__(self, tabs: Tabs) -> None:
        self._tabs = tabs

    def __call__(self, inquiry: Inquiry, timeout_s: float) -> Awaitable[object] | None:
        """Ask; None where no tab named itself with the question."""
        session = noted(inquiry.question).get("session_id")
        if not isinstance(session, str):
            return None
        return self._asked(session, inquiry, timeout_s)

    async def _asked(self, session: str, inquiry: Inquiry, timeout_s: float) -> object:
        tab = tab_of(self._tabs, session, inquiry.user)
        data = {"type": inquiry.kind, "data": inquiry.data}
        return await call(tab, inquiry.question, data, timeout_s)


def noted(question: Message) -> dict[str, Any]:
    """Return what a question keeps of its request; see `ChatForm.noted`."""
    kept = question.metadata.get(KEY)
    return kept if isinstance(kept, dict) else {}


def tab_of(tabs: Tabs, session: str, user: str) -> Tab:
    """Return a user's tab by its socket's id.

    Raises
    ------
    UnansweredError
        If it is not connected, or is another user's.
    """
    for tab in tabs.of(user):
        if tab.client.sid == session:
            return tab
    raise UnansweredError("The tab that the question came from is not connected.")


async def call(tab: Tab, question: Message, data: dict[str, Any], timeout_s: float) -> object:
    """Send a tab an event that it has to answer; return the answer.

    Raises
    ------
    UnansweredError
        If it does not answer in time, or goes.
    """
    kept = noted(question)
    envelope = {
        "chat_id": kept.get("chat_id", question.channel),
        "message_id": kept.get("id"),
        "data": data,
    }
    answer = await tab.client.call("events", envelope, timeout_s=timeout_s)
    return answer[0] if answer else None

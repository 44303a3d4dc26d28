"""ElizaOS's identifiers: any text is one, and every text has one UUID.

Clients filter by equality, so an id goes back to a client as that client spelled it. Inside, a
channel keeps its spelling wherever that can name a channel of ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote
from uuid import UUID

from jupyter_agentchat.errors import AgentNotFoundError, InvalidInputError
from jupyter_agentchat.protocol.ids import check_channel_id
from jupyter_agentchat.protocol.model import AgentInfo, Author

DEFAULT_SERVER: Final = "00000000-0000-0000-0000-000000000000"
"""The message server of everything that names none; every agent is subscribed to it."""

MAX_ID: Final = 256
"""Characters of an id that a client may choose."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_UNESCAPED = "-_.!~*'()"
"""What `encodeURIComponent` leaves beside letters and digits (ECMA-262 §19.2.6.4)."""


def is_uuid(text: str) -> bool:
    """Tell whether `text` is a UUID without braces, in any case; the nil UUID is one."""
    return _UUID.fullmatch(text) is not None


def string_to_uuid(text: str) -> str:
    """Return the UUID that ElizaOS gives to `text`; a UUID is its own.

    It is the SHA-1 of ``encodeURIComponent(text)``, with the variant of RFC 9562 and version 0.
    """
    if is_uuid(text):
        return text
    escaped = quote(text, safe=_UNESCAPED, errors="replace")
    digest = bytearray(hashlib.sha1(escaped.encode(), usedforsecurity=False).digest()[:16])
    digest[8] = digest[8] & 0x3F | 0x80
    digest[6] &= 0x0F
    return str(UUID(bytes=bytes(digest)))


def create_unique_uuid(agent: str, text: str) -> str:
    """Return the UUID of `text` as the agent of that id sees it; its own id stays."""
    return agent if text == agent else string_to_uuid(f"{text}:{agent}")


def channel_id(spelling: str) -> str:
    """Return the id of the channel that a client calls `spelling`.

    Raises
    ------
    InvalidInputError
        If it is blank or longer than `MAX_ID` characters.
    """
    check_id(spelling, "A channel's id")
    try:
        return check_channel_id(spelling)
    except InvalidInputError:
        return string_to_uuid(spelling)


def check_id(spelling: str, what: str) -> str:
    """Return `spelling` if it can be an id.

    Raises
    ------
    InvalidInputError
        If it is blank or too long; the sentence begins with `what`.
    """
    if not spelling.strip() or len(spelling) > MAX_ID:
        raise InvalidInputError(f"{what} is text of 1 to {MAX_ID} characters that is not blank.")
    return spelling


def agent_id(name: str) -> str:
    """Return the UUID of the agent of that name."""
    return string_to_uuid(name)


def entity_id(author: Author) -> str:
    """Return the UUID of a participant who uses no alias."""
    return string_to_uuid(author.id)


def named_agent(agents: Iterable[AgentInfo], spelling: str) -> AgentInfo | None:
    """Return the agent whose UUID (in any case) or name is `spelling`, if there is one."""
    folded = spelling.lower()
    for agent in agents:
        if agent.name == spelling or agent_id(agent.name).lower() == folded:
            return agent
    return None


def find_agent(agents: Iterable[AgentInfo], spelling: str) -> AgentInfo:
    """Return the agent whose UUID or name is `spelling`.

    Raises
    ------
    AgentNotFoundError
        If there is none.
    """
    known = list(agents)
    if agent := named_agent(known, spelling):
        return agent
    names = ", ".join(each.name for each in known) or "none"
    raise AgentNotFoundError(f"Agent not found: {spelling[:80]!r}. Known: {names}.")

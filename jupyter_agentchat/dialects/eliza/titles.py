"""A title for a conversation: by the agent's model, or else its first words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any, cast

from jupyter_agentchat.agents.base import Agent, Chunk, Turn
from jupyter_agentchat.protocol.ids import new_message_id, new_stream_id
from jupyter_agentchat.protocol.model import Author, Message

MIN_MESSAGES = 4
MAX_TITLE = 80
WORDS = 6
TIMEOUT_S = 30.0

PROMPT = (
    "Give this conversation a title of three to six words that names its subject. Answer with the "
    "title alone, without quotation marks.\n\n"
)
_EXCERPT = 8000
"""Characters of the conversation that the model sees."""


async def title_of(agent: Agent, messages: Sequence[Message]) -> str:
    """Return a title for messages that stand oldest first; nothing of it reaches the log."""
    if agent.info.model is not None:
        said = "\n".join(f"{each.author.name}: {each.text}" for each in messages)
        async with asyncio.timeout(TIMEOUT_S):
            if title := _cleaned(await _asked(agent, PROMPT + said[-_EXCERPT:])):
                return title
    first = next((each.text for each in messages if each.author.kind == "user"), messages[0].text)
    return _cleaned(" ".join(first.split()[:WORDS]))


async def _asked(agent: Agent, prompt: str) -> str:
    question = Message(
        id=new_message_id(),
        channel="title",
        seq=1,
        author=Author(id="system", kind="user", name="system"),
        text=prompt,
        created_at=0,
        status="complete",
    )
    turn = Turn(message=question, history=(), stream=new_stream_id(), is_cancelled=lambda: False)
    text: list[str] = []
    async with aclosing(cast("Any", agent.answer(turn))) as answer:
        async for each in answer:
            if isinstance(each, str):
                text.append(each)
            elif isinstance(each, Chunk) and each.kind == "text":
                text.append(each.text)
    return "".join(text)


def _cleaned(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line.strip(" \"'*#").removeprefix("Title:").strip()[:MAX_TITLE]

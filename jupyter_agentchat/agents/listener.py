"""ELIZA as an agent: what a user said earlier in the channel decides what it answers now.

The answer is a function of the turn: of the texts that the same user wrote in this channel, to
whomever they were addressed, up to `MEMORY` of them, and of nothing else. Conversations are kept
so that a turn costs one text and not all of them; forgetting one changes no answer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from typing import Final

from jupyter_agentchat.agents.base import Emitted, Turn, TurnPolicy
from jupyter_agentchat.agents.eliza import Eliza, Script, Session, shipped_script, words
from jupyter_agentchat.agents.pacing import Pacer, Sleep
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.protocol.model import AgentInfo

MEMORY: Final = 100
"""Earlier texts that count; replaying them all takes about 3 ms."""

_MAX_CONVERSATIONS: Final = 128


class Conversations:
    """Sessions of users in channels; the one that was used longest ago is forgotten first."""

    def __init__(self, script: Script) -> None:
        self._eliza = Eliza(script)
        self._kept: OrderedDict[tuple[str, str], tuple[list[str], Session]] = OrderedDict()

    def reply(self, key: tuple[str, str], earlier: Sequence[str], text: str) -> str:
        """Answer `text` after `earlier`, whether or not that conversation is kept."""
        heard, session = self._kept.pop(key, ([], self._eliza.session()))
        if heard != earlier[: len(heard)]:
            heard, session = [], self._eliza.session()
        for missed in earlier[len(heard) :]:
            session.hear(missed)
        answer = session.reply(text)
        self._kept[key] = [*earlier, text], session
        if len(self._kept) > _MAX_CONVERSATIONS:
            self._kept.popitem(last=False)
        return answer


class ElizaAgent:
    """A listener that needs no model, no key and no network.

    Parameters
    ----------
    script : Script, optional
        What it knows; by default the one that comes with the package.
    think_ms, word_ms : float
        Milliseconds before the first word, and between two words.
    clock, sleep
        Where time comes from; tests inject both.
    """

    policy: TurnPolicy = "queue"

    def __init__(
        self,
        script: Script | None = None,
        *,
        think_ms: float = 150,
        word_ms: float = 35,
        clock: Clock = SYSTEM_CLOCK,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.info = AgentInfo(
            name="eliza",
            description="A reflective listener after Weizenbaum (1966); no model, no network.",
        )
        self._conversations = Conversations(script or shipped_script())
        self._think_ns = round(think_ms * 1e6)
        self._word_ns = round(word_ms * 1e6)
        self._clock = clock
        self._sleep = sleep

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        """Yield the reply word by word."""
        pacer = Pacer(self._clock, self._sleep)
        author = turn.message.author.id
        earlier = [
            message.text
            for message in turn.history
            if message.author.kind == "user" and message.author.id == author
        ]
        reply = self._conversations.reply((turn.channel, author), earlier[-MEMORY:], turn.text)
        for number, word in enumerate(words(reply)):
            await pacer.until(self._think_ns + number * self._word_ns)
            yield word

    async def close(self) -> None:
        """Hold nothing, release nothing."""

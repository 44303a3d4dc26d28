"""Direct connections: the tab asks a model itself and brings the answer here, into the log."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

from jupyter_agentchat.agents.base import Emitted, Turn, TurnPolicy
from jupyter_agentchat.agents.model import ModelAgent
from jupyter_agentchat.dialects.openwebui.lines import Lines
from jupyter_agentchat.dialects.openwebui.questions import call, noted, tab_of
from jupyter_agentchat.dialects.openwebui.tabs import Tab, Tabs
from jupyter_agentchat.errors import ProviderStreamError, ProviderUnavailableError, UnansweredError
from jupyter_agentchat.extract.openai import ChatCompletionsParser, Delta, Failure
from jupyter_agentchat.extract.openai import Finish as Finished
from jupyter_agentchat.extract.openai import Usage as Counted
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.model import AgentInfo, Message, Usage
from jupyter_agentchat.providers.base import Delivered, Finish, RawChunk, Request
from jupyter_agentchat.providers.timeouts import Timeouts, Watch

DIRECT = "direct"
_WHO = "The tab that asks the model itself"


class DirectAgent:
    """Answers with what the tab of the question brings; it is never online for anybody else."""

    policy: TurnPolicy = "parallel"
    honours = frozenset({"max_tokens", "stop"})

    def __init__(self, tabs: Tabs, clock: Clock, timeouts: Timeouts) -> None:
        self.info = AgentInfo(
            name=DIRECT, description="Models that a browser asks itself.", online=False
        )
        self._tabs = tabs
        self._clock = clock
        self._timeouts = timeouts

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        """Have the tab ask, and yield what it brings.

        Raises
        ------
        ProviderError
            If the tab is not there, goes, says nothing for too long, or its model fails.
        """
        kept = noted(turn.message)
        model = kept.get("model_item", {})
        try:
            tab = tab_of(self._tabs, str(kept.get("session_id")), turn.message.author.id)
        except UnansweredError as error:
            raise ProviderUnavailableError(error.message) from error
        key = f"{tab.user.id}:{tab.client.sid}:{turn.stream}"
        provider = _TabProvider(
            tab,
            turn.message,
            key=key,
            model=model,
            clock=self._clock,
            timeouts=self._timeouts,
        )
        name = str(model.get("id") or DIRECT)
        async with aclosing(ModelAgent(provider, name, name=DIRECT).answer(turn)) as answer:  # type: ignore[type-var]
            async for emitted in answer:
                yield emitted

    async def close(self) -> None:
        """Hold nothing, release nothing."""


class _TabProvider:
    """A tab as a model endpoint; see `providers.base.Provider`."""

    name = DIRECT

    def __init__(
        self,
        tab: Tab,
        question: Message,
        *,
        key: str,
        model: Mapping[str, Any],
        clock: Clock,
        timeouts: Timeouts,
    ) -> None:
        self._tab = tab
        self._key = key
        self._question = question
        self._model = model
        self._clock = clock
        self._timeouts = timeouts

    async def stream(self, request: Request) -> AsyncGenerator[Delivered, None]:
        """Ask the tab, and yield what it brings on the answer's own channel."""
        lines = self._tab.lines[self._key] = Lines(self._clock)
        try:
            await self._ask(request)
            async with aclosing(self._read(lines)) as delivered:
                async for item in delivered:
                    yield item
        finally:
            self._tab.lines.pop(self._key, None)

    async def close(self) -> None:
        """Hold nothing."""

    async def _ask(self, request: Request) -> None:
        sampling = {
            "temperature": request.temperature,
            "max_tokens": request.max_tokens,
            "seed": request.seed,
            "stop": list(request.stop) or None,
        }
        form = {
            "model": request.model,
            "messages": [{"role": each.role, "content": each.text} for each in request.turns],
            "stream": True,
            **{name: value for name, value in sampling.items() if value is not None},
        }
        data = {
            "form_data": form,
            "model": self._model,
            "channel": self._key,
            "session_id": self._tab.client.sid,
        }
        asked = {"type": "request:chat:completion", "data": data}
        try:
            answer = await call(self._tab, self._question, asked, self._timeouts.first_byte)
        except UnansweredError as error:
            raise ProviderUnavailableError(f"{_WHO} is no help: {error.message}") from error
        if not isinstance(answer, Mapping) or answer.get("status") is not True:
            raise ProviderUnavailableError(f"{_WHO} could not ask it: {str(answer)[:200]}")

    async def _read(self, lines: Lines) -> AsyncGenerator[Delivered, None]:
        parser, watch = ChatCompletionsParser(), Watch(self._timeouts, _WHO)
        came: tuple[int, bytes] | None = (0, b"")
        while came is not None:
            async with watch.limit():
                came = await lines.get()
            watch.begin()
            for item in parser.finish() if came is None else parser.feed(came[1]):
                if isinstance(item, Delta) and item.text:
                    yield RawChunk(item.text, item.kind, came[0] if came else self._now())
                elif isinstance(item, Finished) and item.reason != "stop":
                    yield Finish(item.reason)
                elif isinstance(item, Counted):
                    yield Usage(
                        input_tokens=item.prompt_tokens, output_tokens=item.completion_tokens
                    )
                elif isinstance(item, Failure):
                    raise ProviderStreamError(
                        f"The model that the tab asked failed: {item.message}"
                    )

    def _now(self) -> int:
        return self._clock.monotonic_ns()

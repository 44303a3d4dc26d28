"""An agent that asks a model: history in, the provider's stream out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TypeVar

from jupyter_agentchat.agents.base import Chunk, Emitted, Turn, TurnPolicy
from jupyter_agentchat.agents.conversation import conversation
from jupyter_agentchat.agents.extractors import ExtractorChoice
from jupyter_agentchat.agents.generation import read_generation
from jupyter_agentchat.agents.parameters import ModelParameters
from jupyter_agentchat.extract.think import ThinkSplitter
from jupyter_agentchat.protocol.model import AgentInfo, ChunkKind, Usage
from jupyter_agentchat.providers.base import Finish, Provider, RawChunk, Request

T = TypeVar("T")


class ModelAgent:
    """An agent over any `Provider`.

    Reasoning that a model writes into its text as ``<think>…</think>`` comes out as chunks of kind
    ``reasoning``; every chunk keeps the instant at which its bytes arrived. The usage, if the
    provider tells it, is the last thing yielded.

    Parameters
    ----------
    provider : Provider
        The endpoint; `close` closes it.
    model : str
        Its name there.
    name : str, optional
        The agent's name; by default ``provider:model``.
    description : str, optional
        For people.
    parameters : ModelParameters, optional
        System prompt, sampling, and how much of the history the model sees.
    extractor : str or callable, optional
        What of the model's text people see: the name of an extractor, or what makes one.
    """

    policy: TurnPolicy = "queue"
    honours = frozenset({"max_tokens", "stop"})

    def __init__(
        self,
        provider: Provider,
        model: str,
        *,
        name: str | None = None,
        description: str | None = None,
        parameters: ModelParameters | None = None,
        extractor: ExtractorChoice | None = None,
    ) -> None:
        self.info = AgentInfo(
            name=name or f"{provider.name}:{model}",
            description=description or f"The model {model} of {provider.name}.",
            where="process",
            model=model,
            provider=provider.name,
        )
        self.provider = provider
        self._model = model
        self.extractor = extractor
        self._parameters = parameters or ModelParameters()

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        """Yield the model's chunks as they come.

        Raises
        ------
        ProviderError
            If the endpoint fails.
        """
        splitter = ThinkSplitter()
        usage: Usage | None = None
        finish: Finish | None = None
        last_ns: int | None = None
        async with aclosing(self.provider.stream(self._request(turn))) as delivered:
            async for item in delivered:
                if isinstance(item, Usage):
                    usage = item
                    continue
                if isinstance(item, Finish):
                    finish = item
                    continue
                last_ns = item.provider_ns
                for kind, text in _split(splitter, item):
                    yield Chunk(text, kind, last_ns)
        for kind, text in splitter.finish():
            yield Chunk(text, kind, last_ns)
        if finish is not None:
            yield finish
        if usage is not None:
            yield usage

    async def close(self) -> None:
        """Close the provider."""
        await self.provider.close()

    def _request(self, turn: Turn) -> Request:
        parameters, wanted = self._parameters, read_generation(turn.metadata)
        return Request(
            model=self._model,
            turns=conversation(
                turn,
                self.info.name,
                system=parameters.system,
                max_chars=parameters.max_history_chars,
            ),
            temperature=_either(wanted.temperature, parameters.temperature),
            max_tokens=_either(wanted.max_tokens, parameters.max_tokens),
            seed=_either(wanted.seed, parameters.seed),
            stop=wanted.stop,
        )


def _either(asked: T | None, default: T | None) -> T | None:
    return default if asked is None else asked


def _split(splitter: ThinkSplitter, chunk: RawChunk) -> list[tuple[ChunkKind, str]]:
    """Return the pieces of `chunk`; only text can hide reasoning."""
    if chunk.kind == "text":
        return [*splitter.feed(chunk.text)]
    return [(chunk.kind, chunk.text)]

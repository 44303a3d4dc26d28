"""What the package asks of a model endpoint."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from jupyter_agentchat.protocol.model import ChunkKind, Usage

Role = Literal["system", "user", "assistant"]


class Turned(Struct, frozen=True):
    """One turn of a conversation, as a model sees it."""

    role: Role
    text: str


class Request(Struct, frozen=True, kw_only=True):
    """What to ask a model; sampling parameters are optional and provider-neutral."""

    model: str
    turns: Sequence[Turned]
    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()


class RawChunk(Struct, frozen=True):
    """One increment as the provider delivered it.

    `provider_ns` is the monotonic instant at which its bytes arrived, before parsing; chunks
    that arrived in one read share it.
    """

    text: str
    kind: ChunkKind
    provider_ns: int


class Finish(Struct, frozen=True):
    """Why an answer ended, other than by ``stop``: ``length``, ``content_filter``, …."""

    reason: str


Delivered = RawChunk | Usage | Finish


class Provider(Protocol):
    """A model endpoint.

    Guarantees
    ----------
    Order
        Chunks come in the order of the endpoint.
    Cancel
        Closing the iterator (``aclose`` or cancelling the task) aborts the upstream request
        within 500 ms.
    Errors
        Only `ProviderError` and its subclasses leave it; a stream that breaks off raises after
        the chunks that arrived, it never ends quietly.
    Secrets
        Keys come from the environment or configuration and stand in no error and no log.
    """

    name: str

    def stream(self, request: Request) -> AsyncGenerator[Delivered, None]:
        """Ask, and yield what comes."""
        ...

    async def close(self) -> None:
        """Release connections and processes."""
        ...

"""What an agent is: a name, a policy, and an answer that streams."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Literal, Protocol

from msgspec import Struct

from jupyter_agentchat.errors import UnansweredError
from jupyter_agentchat.protocol.model import (
    AgentInfo,
    Attachment,
    ChunkKind,
    Message,
    Usage,
)
from jupyter_agentchat.providers.base import Finish

TurnPolicy = Literal["queue", "parallel", "supersede"]
"""What happens to a turn while an earlier one of the same agent and channel runs."""


class Chunk(Struct, frozen=True):
    """One increment of an answer.

    `provider_ns` is when the model's bytes arrived (monotonic ns); None where there is no model,
    which makes it the instant at which the agent yielded the chunk.
    """

    text: str
    kind: ChunkKind = "text"
    provider_ns: int | None = None


class Status(Struct, frozen=True):
    """What the agent is doing, for people."""

    description: str
    done: bool = False
    hidden: bool = False


class Source(Struct, frozen=True):
    """A source that the answer cites."""

    source: dict[str, Any]


class File(Struct, frozen=True):
    """A file that the answer brings."""

    file: dict[str, Any]


class Embed(Struct, frozen=True):
    """Something to embed beside the answer."""

    embed: dict[str, Any]


class Replace(Struct, frozen=True):
    """The text so far is replaced."""

    text: str


class Metadata(Struct, frozen=True):
    """What the agent adds to its message for programs; later values win over earlier ones.

    ``actions`` names the actions that it executed, ``thought`` says why.
    """

    values: dict[str, Any]


Emitted = str | Chunk | Status | Source | File | Embed | Replace | Metadata | Usage | Finish
"""What an answer may yield; a bare str is a chunk of kind text, `Finish` is the stream's reason."""


Ask = Callable[[str, dict[str, Any]], Awaitable[object]]
"""ask(kind, data): puts something to the user and returns what the user says."""


async def nobody(kind: str, data: dict[str, Any]) -> object:  # noqa: ARG001 - the interface
    """Refuse to ask: there is no user."""
    raise UnansweredError("There is nobody who could be asked.")


class Turn(Struct, frozen=True, kw_only=True):
    """One question to one agent.

    Attributes
    ----------
    message : Message
        The question; `text`, `channel`, `attachments` and `metadata` are its own.
    history : sequence of Message
        Complete messages before it, oldest first, without deleted ones.
    is_cancelled : callable
        Whether somebody pressed Stop; the answer's task is cancelled as well.
    ask : callable
        Puts a ``confirmation`` or an ``input`` to the user; see `confirm` and `ask_input`.
    """

    message: Message
    history: Sequence[Message]
    stream: str
    is_cancelled: Callable[[], bool]
    ask: Ask = nobody

    @property
    def text(self) -> str:
        """What was asked."""
        return self.message.text

    @property
    def channel(self) -> str:
        """Where it was asked."""
        return self.message.channel

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """What came with it."""
        return self.message.attachments

    @property
    def metadata(self) -> dict[str, Any]:
        """What the sender added for agents."""
        return self.message.metadata

    @property
    def cancelled(self) -> bool:
        """Whether somebody pressed Stop."""
        return self.is_cancelled()

    async def confirm(self, title: str, message: str = "") -> bool:
        """Ask the user for a yes or a no.

        Raises
        ------
        UnansweredError
            If the user cannot be asked where the question came from, or says nothing in time.
        """
        return await self.ask("confirmation", {"title": title, "message": message}) is True

    async def ask_input(
        self, title: str, message: str = "", *, placeholder: str = "", value: str = ""
    ) -> str | None:
        """Ask the user for a line of text; None if the user declines. Raises as `confirm`."""
        data = {"title": title, "message": message, "placeholder": placeholder, "value": value}
        said = await self.ask("input", data)
        return said if isinstance(said, str) else None


class Agent(Protocol):
    """Whatever answers in a channel.

    `answer` is an asynchronous generator. It ends by returning (nothing yielded: the message was
    ignored), by raising (the stream fails with the sentence of an `AgentChatError`, or with the
    exception's type and text), or by being cancelled.

    An agent that keeps to ``max_tokens`` or ``stop`` of ``metadata.generation`` itself may name
    them in an attribute `honours`; the runtime cuts the answers of the others. One whose model
    writes more than people should see names an extractor in an attribute `extractor`.
    """

    info: AgentInfo
    policy: TurnPolicy

    def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        """Answer one turn."""
        ...

    async def close(self) -> None:
        """Release what the agent holds."""
        ...

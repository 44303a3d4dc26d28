"""One call of the endpoint as a message in a channel of the log."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from msgspec import UNSET, Struct

from jupyter_agentchat.dialects.openai.failures import ParameterError
from jupyter_agentchat.dialects.openai.shapes import ChatRequest, Said
from jupyter_agentchat.errors import ChannelNotFoundError
from jupyter_agentchat.protocol.ids import token
from jupyter_agentchat.protocol.model import Author, Channel
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.runtime.pipeline import Outgoing, Sending
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.web.bodies import check_metadata

SYSTEM = Author(id="system", kind="system", name="system")


class Call(Struct, frozen=True, kw_only=True):
    """What a request says, and where.

    Attributes
    ----------
    channel : str or None
        The channel that it continues; None for one of its own.
    request_id : str or None
        The caller's id of the request; the question carries it as its ``client_message_id``.
    metadata : dict or None
        Of the channel, where it is made.
    """

    asked: ChatRequest
    user: Author
    channel: str | None = None
    request_id: str | None = None
    metadata: dict[str, Any] | None = None

    @property
    def prompt(self) -> str:
        """All that was said, for an estimate of its tokens."""
        return "".join(said.text for said in self.asked.messages)

    def outgoing(self) -> Outgoing:
        """Return the question: the last message.

        Raises
        ------
        ParameterError
            If the last word is the model's own.
        """
        asked, last = self.asked, self.asked.messages[-1]
        if last.role == "assistant":
            raise ParameterError("The last message is the user's, not the assistant's.", "messages")
        metadata = {**(asked.metadata or {}), "generation": asked.generation()}
        if asked.user is not None:
            metadata["user"] = asked.user
        check_metadata(metadata)
        return Outgoing(
            text=last.text,
            client_message_id=self.request_id,
            agents=(asked.model,),
            metadata=metadata,
        )


async def ask(service: Service, call: Call, origin: Origin) -> Sending:
    """Send the question of a call; the model alone answers it.

    A channel that is new begins with the earlier messages of the request; one that exists has its
    own history, and only the last message is new to it.
    """
    name, unlisted = call.channel, call.channel is None
    if name is not None:
        with suppress(ChannelNotFoundError):
            return await service.send(name, call.user, call.outgoing(), origin)
    name = name or f"openai-{token(10)}"
    channel = Channel(
        id=name,
        name=name,
        type="dm",
        agents=(call.asked.model,),
        unlisted=True if unlisted else UNSET,
        metadata=call.metadata or UNSET,
    )
    earlier = _earlier(call.asked.messages[:-1], call)
    return await service.begin(channel, earlier, call.user, call.outgoing(), origin)


def _earlier(messages: Sequence[Said], call: Call) -> list[tuple[Author, str]]:
    model = Author(id=call.asked.model, kind="agent", name=call.asked.model)
    authors = {"user": call.user, "assistant": model}
    return [(authors.get(said.role, SYSTEM), said.text) for said in messages if said.text.strip()]

"""``POST api/chat/completions``: a chat is a channel that only its owner sees.

With a session, a chat and a message id the answer is a task: the response names it at once, and
what it says goes to the sockets. Otherwise the answer is OpenAI's, streamed or whole.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace
from tornado.web import authenticated

from jupyter_agentchat.dialects.openai.calls import Call, ask
from jupyter_agentchat.dialects.openai.completions import CompletionsHandler
from jupyter_agentchat.dialects.openai.failures import ParameterError
from jupyter_agentchat.dialects.openai.models import agent_of
from jupyter_agentchat.dialects.openai.shapes import ChatRequest, read_as, read_model
from jupyter_agentchat.dialects.openai.wire import Completion
from jupyter_agentchat.dialects.openwebui.direct import DIRECT
from jupyter_agentchat.dialects.openwebui.handlers import WebUIHandler
from jupyter_agentchat.dialects.openwebui.joining import DeltaJoiner
from jupyter_agentchat.dialects.openwebui.rooms import KEY, Room, metadata_with, room_of
from jupyter_agentchat.dialects.openwebui.state import OpenWebUIState
from jupyter_agentchat.dialects.openwebui.telling import JoinedStream
from jupyter_agentchat.errors import ChannelNotFoundError
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES
from jupyter_agentchat.runtime.connection import Connection

TRANSPORT = "openwebui"
LOCAL = "local:"
"""Chats whose id begins so are kept by the client alone."""


class Params(Struct, kw_only=True):
    """``params``; what else it holds is for other servers."""

    stream_delta_chunk_size: int | None = None


class ModelItem(Struct, kw_only=True):
    """``model_item``; `direct`: the tab asks this model itself."""

    id: str | None = None
    name: str | None = None
    direct: bool = False


class ChatForm(ChatRequest, kw_only=True):
    """An OpenAI request with what Open WebUI adds to it."""

    session_id: str | None = None
    chat_id: str | None = None
    id: str | None = None
    parent_id: str | None = None
    params: Params | None = None
    model_item: ModelItem | None = None

    @property
    def is_task(self) -> bool:
        """Whether the answer goes to sockets."""
        return bool(self.session_id and self.chat_id and self.id)

    @property
    def channel(self) -> str | None:
        """The channel of the chat; None for a channel of its own."""
        return None if not self.chat_id or self.chat_id.startswith(LOCAL) else self.chat_id

    @property
    def chunk_size(self) -> int:
        """Deltas that the client wants joined."""
        return (self.params and self.params.stream_delta_chunk_size) or 1

    def noted(self) -> dict[str, Any]:
        """Return what the question keeps for the sockets: the client's ids, and its wish."""
        item = self.model_item
        ids = {
            "session_id": self.session_id,
            "chat_id": self.chat_id if self.channel is None else None,
            "model_item": to_builtins(item) if item is not None and item.direct else None,
            "id": self.id,
            "parent_id": self.parent_id,
            "chunk_size": self.chunk_size if self.chunk_size > 1 else None,
        }
        kept = {name: value for name, value in ids.items() if value is not None}
        return {**(self.metadata or {}), **({KEY: kept} if kept else {})}


class ChatCompletionsHandler(WebUIHandler, CompletionsHandler):
    """Answers in the manner that the request chooses."""

    transport = TRANSPORT

    @authenticated
    async def post(self) -> None:
        """Answer one request."""
        service, body = self.service, self.request.body
        wanted = read_model(body, MAX_SEND_BYTES)
        form = self._direct(read_as(body, ChatForm))
        if form.model != DIRECT:
            agent_of(service, wanted)
        form.metadata = form.noted()
        call = Call(
            asked=form,
            user=self.author,
            channel=form.channel,
            metadata=await self._owned(form),
        )
        if form.is_task:
            sending = await ask(service, call, self.origin(TRANSPORT))
            self.answer({"status": True, "task_id": sending.streams[0]})
            return
        connection = service.connect(TRANSPORT, self.author)
        try:
            connection.count(received=len(body))
            await self.tell(call, connection)
        finally:
            service.disconnect(connection)

    def streamed(
        self,
        call: Call,
        completion: Completion,
        *,
        connection: Connection,
        channel: str,
        replay_until: int,
    ) -> JoinedStream:
        """Return what writes the stream: with as many deltas joined as either side asks for."""
        told = JoinedStream(
            self,
            call,
            completion,
            connection=connection,
            channel=channel,
            replay_until=replay_until,
        )
        wanted = call.asked.chunk_size if isinstance(call.asked, ChatForm) else 1
        told.joiner = DeltaJoiner(max(wanted, self.service.settings.delta_chunk_size))
        return told

    def _direct(self, form: ChatForm) -> ChatForm:
        """Let the tab ask the model itself, if that is what the request wants.

        Raises
        ------
        ParameterError
            If no tab is named.
        """
        if form.model_item is None or not form.model_item.direct:
            return form
        if not form.session_id:
            message = "A direct connection needs session_id: the tab that asks the model."
            raise ParameterError(message, "session_id")
        form.model_item.id = form.model_item.id or form.model
        form.model = self.backend.beside(OpenWebUIState).direct()
        return form

    async def _owned(self, form: ChatForm) -> dict[str, Any] | None:
        """Return the metadata of a chat that is to be made; None for one that is there.

        Raises
        ------
        ChannelNotFoundError
            If it is another user's: nobody is told that it exists.
        """
        me, chat, now = self.author.id, form.channel, self.service.clock.wall_us()
        room = Room(owner=me, chat=True, updated_at=now)
        if chat is None:
            return metadata_with(None, replace(room, local=form.chat_id)) if form.is_task else None
        try:
            found = (await self.service.channel(chat)).channel
        except ChannelNotFoundError:
            return metadata_with(None, room)
        room = room_of(found)
        if not room.chat or room.owner != me:
            raise ChannelNotFoundError(f"There is no chat {chat!r} of yours.")
        return None

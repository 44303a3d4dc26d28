"""``POST chat/completions``: one question, one answer, as it comes or at the end."""

from __future__ import annotations

from urllib.parse import quote, unquote

import msgspec
from msgspec.structs import replace
from tornado.iostream import StreamClosedError
from tornado.web import authenticated

from jupyter_agentchat.dialects.openai.answering import Answering
from jupyter_agentchat.dialects.openai.calls import Call, ask
from jupyter_agentchat.dialects.openai.handlers import (
    CHANNEL_HEADER,
    INTENDED_HEADER,
    STREAM_HEADER,
    StreamingHandler,
)
from jupyter_agentchat.dialects.openai.models import agent_of
from jupyter_agentchat.dialects.openai.shapes import read_model, read_request
from jupyter_agentchat.dialects.openai.telling import Streamed, Told, Whole
from jupyter_agentchat.dialects.openai.wire import Completion
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES, Instant
from jupyter_agentchat.runtime.connection import Connection
from jupyter_agentchat.runtime.pipeline import Sending

REQUEST_HEADERS = ("X-Client-Request-Id", "X-Request-Id")
"""The caller's own id of a request, by which it is found in the log again."""
TRANSPORT = "openai"


class CompletionsHandler(StreamingHandler):
    """Asks the agent whose name is the model's; a client that leaves stops the answer."""

    transport = TRANSPORT
    _answering: Answering | None = None
    _is_gone = False

    @authenticated
    async def post(self) -> None:
        """Answer one call."""
        service, body = self.service, self.request.body
        connection = service.connect(self.transport, self.author)
        try:
            agent_of(service, read_model(body, MAX_SEND_BYTES))
            call = Call(
                asked=read_request(body),
                user=self.author,
                channel=self._named(CHANNEL_HEADER),
                request_id=next(filter(None, map(self._named, REQUEST_HEADERS)), None),
            )
            t_intended = self._t_intended()
            connection.count(received=len(body))
            await self.tell(call, connection, t_intended)
        finally:
            service.disconnect(connection)

    def on_connection_close(self) -> None:
        """Tornado's call when the client has left."""
        self._is_gone = True
        if self._answering is not None:
            self._answering.close()

    async def tell(self, call: Call, connection: Connection, t_intended: int | None = None) -> None:
        """Ask, and answer as the call wants it."""
        service = self.service
        origin = replace(self.origin(self.transport, t_intended), connection=connection.id)
        sending = await ask(service, call, origin)
        try:
            await self._follow(call, sending, connection)
        finally:
            if call.channel is None:
                await service.release_channel(sending.message.channel)

    async def _follow(self, call: Call, sending: Sending, connection: Connection) -> None:
        """Tell the answer until it ends; stop it if the client leaves before."""
        stream, channel = sending.streams[0], sending.message.channel
        log = await self.service.channel(channel)
        self.set_header(CHANNEL_HEADER, quote(channel))
        self.set_header(STREAM_HEADER, stream)
        created = sending.message.created_at // 1_000_000
        completion = Completion(stream, created, call.asked.model)
        told: Told = Whole(self, call, completion)
        if call.asked.stream:
            replay_until = log.seq if sending.duplicate else 0
            told = self.streamed(
                call,
                completion,
                connection=connection,
                channel=channel,
                replay_until=replay_until,
            )
        self._answering = answering = Answering(log, sending.position.seq, stream)
        if self._is_gone:
            answering.close()
        await self._tell(answering, told, beats=bool(call.asked.stream))
        if answering.end is None or self._is_gone:
            await self.service.cancel(stream)

    def streamed(
        self,
        call: Call,
        completion: Completion,
        *,
        connection: Connection,
        channel: str,
        replay_until: int,
    ) -> Streamed:
        """Return what writes the stream."""
        return Streamed(
            self,
            call,
            completion,
            connection=connection,
            channel=channel,
            replay_until=replay_until,
        )

    async def _tell(self, answering: Answering, told: Told, *, beats: bool) -> None:
        heart = self.begin_beating() if beats else None
        try:
            async for publications in answering:
                await told.take(publications)
            if answering.end is not None:
                await told.end(answering.end)
        except StreamClosedError:
            self._is_gone = True
        finally:
            if heart is not None:
                heart.cancel()

    def _t_intended(self) -> int | None:
        text = self._named(INTENDED_HEADER)
        if text is None:
            return None
        try:
            return msgspec.convert(text, Instant, strict=False)
        except msgspec.ValidationError:
            message = f"{INTENDED_HEADER} is a whole number of nanoseconds, not {text[:40]!r}."
            raise InvalidInputError(message) from None

    def _named(self, header: str) -> str | None:
        return unquote(self.request.headers.get(header, "")).strip() or None

"""REST: a message to one agent, answered whole or as a stream of frames (seed 002)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from tornado.web import authenticated

from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza import payloads
from jupyter_agentchat.dialects.eliza.answering import Answering, follow, joined_at
from jupyter_agentchat.dialects.eliza.handlers import ElizaHandler
from jupyter_agentchat.dialects.eliza.ids import find_agent
from jupyter_agentchat.dialects.eliza.speak import Spoken, speak
from jupyter_agentchat.dialects.eliza.turn_frames import Frame, complete_fields, frames_of
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.model import AgentInfo, Author
from jupyter_agentchat.runtime.joined import Joined
from jupyter_agentchat.web.sse import SSEHandler
from jupyter_agentchat.web.sse_forms import Selection

NO_TEXT = "content.text is required: {entityId, roomId, content: {text, source}}"
VOICE = "Voice is not supported: send text in a JSON frame."
ROOM = ("roomId", "channelId", "channel_id")


class AgentMessageHandler(ElizaHandler, SSEHandler):
    """``POST api/agents/{agent}/message``."""

    @authenticated
    async def post(self, wanted: str) -> None:
        """Answer with ``complete``'s fields, or with frames where `stream` is true."""
        given = self.fields()
        agent = find_agent(self.service.agents(), wanted)
        streams = given.get("stream", False)
        if not isinstance(streams, bool):
            raise InvalidInputError(f"stream is true or false, not {of.js_type(streams)}.")
        spoken = spoken_to(agent, self.author, given)
        origin = self.origin("sse" if streams else "http")
        sending = await speak(self.eliza, self.author, spoken, origin)
        self._turn = Answering(payloads.Form(spoken.channel, spoken.server), sending)
        if streams:
            joined = await joined_at(self.service, sending)
            await self.follow(joined, only=self._turn.only)
            return
        async for _ in follow(self.service, self._turn, sending):
            pass
        self._answer_whole()

    def rendered(self, joined: Joined, batch: Batch, only: Selection | None) -> bytes:  # noqa: ARG002 - SSEHandler's interface
        """Return a batch as frames, one ``data:`` line each."""
        frames: list[Frame] = []
        for item in batch.items:
            for projected in self._turn.feed(item.event):
                frames += frames_of(projected, self._turn, self._now_ms())
        return b"".join(b"data: %b\n\n" % msgspec.json.encode(frame) for frame in frames)

    def _answer_whole(self) -> None:
        answer = next(iter(self._turn.answers.values()))
        if error := answer.error:
            body = {"success": False, "error": error.error, "code": error.code}
            self.answer(
                {**body, "partialText": error.partial_text}, HTTPStatus.INTERNAL_SERVER_ERROR
            )
            return
        fields = complete_fields(self._turn, answer.message)
        self.answer({"success": True, **fields, "timestamp": self._now_ms()})

    def _now_ms(self) -> int:
        return self.service.clock.wall_us() // 1000


def spoken_to(agent: AgentInfo, user: Author, given: dict[str, Any]) -> Spoken:
    """Return a message to one agent; without a room it goes to the user's own with that agent.

    Raises
    ------
    InvalidInputError
        If it has no text, or is a recording.
    """
    content = given.get("content")
    if isinstance(content, str):
        content = {"text": content}
    if content is None:
        content = {"text": given.get("text")}
    if not isinstance(content, dict):
        raise InvalidInputError(NO_TEXT)
    text = of.text_of(content, ("text",))
    if text is None or not text.strip():
        raise InvalidInputError(VOICE if "audio" in content else NO_TEXT)
    return Spoken(
        channel=of.text_of(given, ROOM) or f"{agent.name}:{user.id}",
        text=text,
        sender=of.text_of(given, of.SENDER),
        sender_name=of.name_of(given, of.SENDER_NAME),
        source=of.name_of(content, of.SOURCE) or "api",
        server=of.server_id(given),
        client_message_id=of.text_of(given, of.CLIENT_MESSAGE),
        attachments=of.attachments_in({**given, **content}),
        metadata=of.metadata_in(given),
        agents=(agent.name,),
    )

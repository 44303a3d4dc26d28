"""REST: stop an answer, or have it again."""

from __future__ import annotations

from http import HTTPStatus

from tornado.web import authenticated

from jupyter_agentchat.web.handlers import RestHandler


class CancelHandler(RestHandler):
    """``POST api/streams/{stream}/cancel``."""

    @authenticated
    async def post(self, stream: str) -> None:
        """Stop it; nothing of it follows. One that has ended stays as it is."""
        await self.service.cancel(stream)
        row = await self.service.stream(stream)
        self.answer({"stream": stream, "message": row.message, "status": row.status})


class RegenerateHandler(RestHandler):
    """``POST api/streams/{stream}/regenerate``."""

    @authenticated
    async def post(self, stream: str) -> None:
        """Let the same agent answer the same question in a new stream."""
        new = await self.service.regenerate(stream, self.author, self.origin("http"))
        self.answer({"streams": [new]}, HTTPStatus.ACCEPTED)

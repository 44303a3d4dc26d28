"""REST: files of a channel, and its title."""

from __future__ import annotations

import asyncio
from typing import cast

from jupyter_server.utils import url_escape
from tornado.web import authenticated

from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza.handlers import ElizaHandler
from jupyter_agentchat.dialects.eliza.history import newest
from jupyter_agentchat.dialects.eliza.ids import channel_id, named_agent
from jupyter_agentchat.dialects.eliza.titles import MIN_MESSAGES, title_of
from jupyter_agentchat.errors import AgentNotFoundError, InvalidInputError, TooLargeError
from jupyter_agentchat.web.uploads import MAX_FILE_BYTES, Uploads

_ENVELOPE = 64 * 1024
"""Bytes of a multipart body beside its file."""
_SHOWN = ("image/", "audio/", "video/")
_MEDIA = "media/uploads/channels"
_TITLE_PAGE = 50


class FilesHandler(ElizaHandler):
    """What both directions of a file share."""

    @property
    def uploads(self) -> Uploads:
        """The server's files; UnavailableError before it has started."""
        _ = self.service
        return cast("Uploads", self.backend.uploads)


class UploadHandler(FilesHandler):
    """``POST api/messaging/channels/{channel}/upload-media``."""

    @authenticated
    async def post(self, channel: str) -> None:
        """Keep the file of a multipart form; the answer says where it is served."""
        self.uploads.rate.take(self.author.id)
        if len(self.request.body) > MAX_FILE_BYTES + _ENVELOPE:
            raise TooLargeError(f"A file has at most {MAX_FILE_BYTES} bytes.")
        files = self.request.files.get("file")
        if not files:
            raise InvalidInputError("No media file provided")
        given, id_ = files[0], channel_id(channel)
        kept = await asyncio.to_thread(
            self.uploads.save, id_, given.filename, given.content_type, given.body
        )
        prefix = self.request.path.partition("api/messaging/")[0]
        self.succeed(
            {
                "url": f"{prefix}{_MEDIA}/{url_escape(channel)}/{kept.name}",
                "type": kept.media_type,
                "filename": kept.name,
                "originalName": given.filename,
                "size": kept.size,
            }
        )


class MediaHandler(FilesHandler):
    """``GET media/uploads/channels/{channel}/{file}``."""

    @authenticated
    async def get(self, channel: str, file: str) -> None:
        """Serve a file as what it is, and never as a page (CVE-2026-44727)."""
        data, media_type = await asyncio.to_thread(self.uploads.read, channel_id(channel), file)
        self.set_header("Content-Type", media_type)
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'")
        self.set_header("X-Content-Type-Options", "nosniff")
        if not media_type.startswith(_SHOWN):
            self.set_attachment_header(file)
        self.finish(data)


class TitleHandler(ElizaHandler):
    """``POST api/messaging/channels/{channel}/generate-title``."""

    @authenticated
    async def post(self, channel: str) -> None:
        """Let an agent's model name the conversation, or take its first words."""
        wanted = of.text_of(self.fields(), ("agentId",))
        if wanted is None:
            raise InvalidInputError("Valid agent ID is required")
        info = named_agent(self.service.agents(), wanted)
        if info is None:
            raise AgentNotFoundError("Agent not found or not active")
        found = await newest(self.service, channel_id(channel), _TITLE_PAGE)
        if len(found) < MIN_MESSAGES:
            reason = "Not enough messages to generate a title"
            self.succeed({"title": None, "channelId": channel, "reason": reason})
            return
        agent = self.service.registry.get(info.name)
        self.succeed({"title": await title_of(agent, found[::-1]), "channelId": channel})

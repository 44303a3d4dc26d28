"""``socket.io/``: ElizaOS's real-time events."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from jupyter_agentchat.dialects.eliza.handlers import take_api_key
from jupyter_agentchat.dialects.eliza.member import ElizaMember
from jupyter_agentchat.dialects.eliza.seats import Seats
from jupyter_agentchat.dialects.eliza.speak import claim_sender
from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.dialects.eliza.wire_form import NAMESPACE
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES
from jupyter_agentchat.socketio import ConnectionSettings, EngineSettings
from jupyter_agentchat.web.backend import Backend
from jupyter_agentchat.web.engineio.client import Client
from jupyter_agentchat.web.engineio.framing import packed
from jupyter_agentchat.web.engineio.handler import EngineHandler
from jupyter_agentchat.web.engineio.mount import Mount, SocketMount

RECOVERY_S = 120.0
"""How long a lost client may come back; the reference server's default."""


class ElizaSockets:
    """The dialect's side of its Socket.IO mount point."""

    namespaces: Collection[str] = (NAMESPACE,)
    engine = EngineSettings(max_payload=MAX_SEND_BYTES)
    connection = ConnectionSettings()
    recovery_s = RECOVERY_S

    def __init__(self, eliza: ElizaState) -> None:
        self._eliza = eliza
        self._seats = Seats(eliza.service.ephemera)
        self._unwatch = eliza.service.watch_deletions(self._deleted)
        eliza.bus.on("message_complete", self._completed)

    def credential(self, auth: Mapping[str, object]) -> str | None:
        """Return the token of ``auth``, or what ElizaOS calls its API key."""
        for name in ("token", "apiKey"):
            value = auth.get(name)
            if isinstance(value, str) and value:
                return value
        return None

    async def connect(self, client: Client, auth: Mapping[str, object]) -> ElizaMember:
        """Take a client; ForbiddenError if it wants to be somebody else."""
        wanted = auth.get("entityId")
        alias = wanted if isinstance(wanted, str) and wanted.strip() else None
        entity = claim_sender(self._eliza, client.user, alias)
        return ElizaMember(self._eliza, self._seats, client, entity)

    def close(self) -> None:
        """Let go of the service."""
        self._unwatch()
        self._eliza.bus.off("message_complete", self._completed)

    def _deleted(self, channel: str) -> None:
        for seat in self._seats.in_channel(channel):
            if isinstance(seat.listener, ElizaMember):
                seat.listener.deleted(channel)

    def _completed(self, told: dict[str, Any]) -> None:
        """Tell what an agent elsewhere says by ``POST api/messaging/complete``."""
        server = told["serverId"]
        for seat in self._seats.in_channel(told["channelId"]):
            room = seat.form.channel
            payload = {"channelId": room, "roomId": room}
            servers = {"serverId": server, "messageServerId": server}
            seat.listener.offer(packed(NAMESPACE, "messageComplete", {**payload, **servers}))


def mount_of(backend: Backend) -> Mount:
    """Return the dialect's Socket.IO mount point on this server."""
    eliza = backend.beside(ElizaState)
    if eliza.sockets is None:
        eliza.sockets = SocketMount(ElizaSockets(eliza), eliza.service)
    return eliza.sockets


class ElizaSocketHandler(EngineHandler):
    """One request of a session; an API key opens it as a token does."""

    mount_of = staticmethod(mount_of)

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Take an API key for the token it is, then guard."""
        take_api_key(self.request)
        await super().prepare(_redirect_to_login=False)

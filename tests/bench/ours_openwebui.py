"""Our server as clients of Open WebUI use it: each room is a chat, its viewers its owner's tabs."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jupyter_server.auth import IdentityProvider, User

from tests.bench.agent import NAME
from tests.bench.child import ChildError
from tests.bench.ours import OurServer
from tests.bench.work import Order

FACE = "openwebui"


class ByAddress(IdentityProvider):
    """Whoever has the token is whom the address names: a chat is heard by its owner alone."""

    async def get_user(self, handler: Any) -> User | None:
        """Return the user of a request."""
        name = handler.get_query_argument("user", "") or "bench"
        is_known = handler.request.headers.get("Authorization") == f"token {self.token}"
        return User(username=name) if is_known else None

    def is_token_authenticated(self, handler: Any) -> bool:  # noqa: ARG002 - its interface
        """Tell that no cookie signs anybody in."""
        return True


class OurChats(OurServer):
    """The server whose streams are tasks of ``POST api/chat/completions``."""

    lead_per_stream_s = 0.12  # and the first of each room makes its chat

    def __init__(self, folder: Path, *, realtime: bool = False) -> None:
        provider = f"{__name__}.{ByAddress.__name__}"
        super().__init__(
            folder,
            options=(f"--ServerApp.identity_provider_class={provider}",),
            realtime=realtime,
        )

    def channels(self, rooms: int) -> None:
        """Create nothing: a chat is there from its first message on."""

    def begin(self, order: Order) -> None:
        """Ask once per stream; the agent begins at the order's instant.

        Raises
        ------
        ChildError
            If the instant had come before all were asked.
        """
        self._order = order
        for stream in range(order.streams):
            room = f"room-{stream % order.rooms}"
            body = {
                "model": NAME,
                "messages": [{"role": "user", "content": "Go"}],
                "session_id": "bench",
                "chat_id": room,
                "id": f"m{stream}",
                "metadata": {NAME: {"order": asdict(order), "stream": stream}},
            }
            path = f"{FACE}/api/chat/completions"
            self.http.post(path, params={"user": room}, json=body).raise_for_status()
        if time.monotonic_ns() > order.start_ns:
            raise ChildError("the server took the questions too slowly for the start")

"""``WS ws``: the native socket as a Tornado handler."""

from __future__ import annotations

from contextlib import suppress

from jupyter_agentchat.dialects.native.session import Session
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.web.log_access import may_read_logs
from jupyter_agentchat.web.socket import SocketHandler


class NativeSocket(SocketHandler):
    """Hands frames to a `Session`; Tornado reads the next one when this one is answered."""

    _session: Session | None = None

    def open(self, *args: object, **kwargs: object) -> None:
        """Begin a session."""
        super().open(*args, **kwargs)
        self._session = Session(self.service, self.author, self.outlet, self.may_read_logs)

    async def may_read_logs(self) -> bool:
        """Ask whether the user may watch the server's log."""
        return await may_read_logs(self)

    async def on_message(self, message: str | bytes) -> None:
        """Take one frame."""
        if self._session is not None:
            with suppress(DisconnectedError):
                await self._session.handle(message)

    def on_close(self) -> None:
        """End the session; what runs goes on."""
        super().on_close()
        if self._session is not None:
            self._session.close(self.shut_code or self.close_code)

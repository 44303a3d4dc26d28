"""Pages of other origins, as Open WebUI's ``CORS_ALLOW_ORIGIN`` names them."""

from __future__ import annotations

import re

from jupyter_agentchat.web.backend import Backend
from jupyter_agentchat.web.cors import CrossOrigin

ANY = "*"


class Origins(CrossOrigin):
    """Where ``ServerApp.allow_origin`` and its pattern say nothing, `Settings.socket_origins` does.

    ``*`` lets pages in that bring a token; with a cookie alone a page has to be named.
    """

    backend: Backend

    @property
    def allow_origin(self) -> str:
        """The one origin, or ``*``."""
        own = str(super().allow_origin or "")
        if own or self.allow_origin_pat or self._setting != ANY:
            return own
        is_known = getattr(self, "_jupyter_current_user", None) is not None
        return "" if is_known and not self.token_authenticated else ANY

    @property
    def allow_origin_pat(self) -> str | None:
        """A pattern of origins."""
        own: str | None = super().allow_origin_pat
        if own or super().allow_origin or self._setting in {"", ANY}:
            return own
        names = (name.strip().rstrip("/") for name in self._setting.split(";"))
        return "|".join(re.escape(name.lower()) for name in names if name)

    @property
    def _setting(self) -> str:
        return self.backend.service.settings.socket_origins.strip()

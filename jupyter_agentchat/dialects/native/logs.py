"""``GET api/logs``: the recent lines of the server's own log."""

from __future__ import annotations

import msgspec
from tornado.web import authenticated

from jupyter_agentchat.errors import ForbiddenError
from jupyter_agentchat.runtime.log_tap import KEPT
from jupyter_agentchat.runtime.logs import LogFilters, threshold
from jupyter_agentchat.web.handlers import RestHandler
from jupyter_agentchat.web.log_access import RESOURCE, may_read_logs

MAY_NOT = f"You may not read {RESOURCE} on this server."


class LogsHandler(RestHandler):
    """For users who may read the log; filtered by ``?agent=`` and ``?level=``."""

    @authenticated
    async def get(self) -> None:
        """Show lines, the oldest first."""
        if not await may_read_logs(self):
            raise ForbiddenError(MAY_NOT)
        level = self.get_query_argument("level", None)
        filters = LogFilters(
            agent=self.get_query_argument("agent", None),
            level=threshold(int(level) if level and level.isdecimal() else level),
        )
        limit = self.number("limit")
        lines = self.service.logs.recent(filters, limit=KEPT if limit is None else max(1, limit))
        self.answer({"logs": msgspec.to_builtins(lines)})

"""``subscribe_logs``: the server's own log for a client (seed 000, "Live Log Streaming")."""

from __future__ import annotations

from typing import Any

from jupyter_agentchat.dialects.eliza.fields import Fields, js_type
from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.dialects.eliza.wire_form import NAMESPACE
from jupyter_agentchat.errors import ForbiddenError, InvalidInputError
from jupyter_agentchat.runtime.log_tap import LogSubscription, LogTap
from jupyter_agentchat.runtime.logs import ALL, LogFilters, LogLine, threshold
from jupyter_agentchat.web.engineio.client import Client
from jupyter_agentchat.web.engineio.framing import packed
from jupyter_agentchat.web.log_access import RESOURCE, may_read_logs


class LogWatch:
    """One client's subscription; a client whose socket is blocked misses lines."""

    def __init__(self, tap: LogTap, client: Client) -> None:
        self._tap = tap
        self._client = client
        self._subscription: LogSubscription | None = None
        self._wanted: dict[str, Any] = {}
        self._is_wanted = False

    async def subscribe(self, fields: Fields) -> dict[str, Any]:
        """Begin, with the filters given, if any; returns the confirmation.

        Raises
        ------
        ForbiddenError
            If the user may not read the server's log.
        """
        if not await self._client.may(may_read_logs):
            raise ForbiddenError(f"You may not read {RESOURCE} on this server.")
        self._wanted = _filters(fields)
        self._is_wanted = True
        self.resume()
        return {"subscribed": True, "message": "Subscribed to log stream"}

    def unsubscribe(self) -> dict[str, Any]:
        """End it; returns the confirmation."""
        self._is_wanted = False
        self.park()
        return {"subscribed": False, "message": "Unsubscribed from log stream"}

    def update(self, fields: Fields) -> dict[str, Any]:
        """Change some filters; returns the confirmation, or why there is nothing to change."""
        if self._subscription is None:
            return {"success": False, "error": "Not subscribed to log stream"}
        self._wanted |= _filters(fields)
        self._subscription.filters = _log_filters(self._wanted)
        return {"success": True, "filters": self._wanted}

    def park(self) -> None:
        """Stop for now."""
        if self._subscription is not None:
            self._subscription.close()
            self._subscription = None

    def resume(self) -> None:
        """Go on, if it was wanted."""
        self.park()
        if self._is_wanted:
            self._subscription = self._tap.subscribe(_log_filters(self._wanted), self._take)

    def _take(self, line: LogLine) -> None:
        entry = _entry(line)
        wrapped = {"type": "log_entry", "payload": entry}
        self._client.offer(
            packed(NAMESPACE, "log_stream", wrapped) + packed(NAMESPACE, "logStream", entry)
        )


def _filters(fields: Fields) -> dict[str, Any]:
    agent, level = fields.get("agentName"), fields.get("level")
    if agent is not None and not isinstance(agent, str):
        raise InvalidInputError(f"agentName is text, not {js_type(agent)}.")
    if level is not None and not isinstance(level, str | int):
        raise InvalidInputError(f"level is a name or a number, not {js_type(level)}.")
    given = {"agentName": agent, "level": level}
    return {name: value for name, value in given.items() if value is not None}


def _log_filters(wanted: dict[str, Any]) -> LogFilters:
    agent = wanted.get("agentName", ALL)
    return LogFilters(agent=None if agent == ALL else agent, level=threshold(wanted.get("level")))


def _entry(line: LogLine) -> dict[str, Any]:
    entry: dict[str, Any] = {"level": line.level, "time": line.time, "msg": line.msg}
    if line.agent is not None:
        entry |= {"agentName": line.agent, "agentId": agent_id(line.agent)}
    if line.channel is not None:
        entry |= {"channelId": line.channel, "roomId": line.channel}
    return {**entry, "logger": line.logger}

"""Lines of the server's log as ElizaOS's ``log_stream`` shows them, and its filters.

Sockets subscribe with ``service.logs.subscribe(filters, sink)``; see `LogTap`.
"""

from __future__ import annotations

from typing import Any

from jupyter_agentchat.dialects.eliza.fields import js_type
from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.runtime.logs import ALL, LogFilters, LogLine, level_name, threshold


class ElizaFilters:
    """``{agentName?, level?}`` of one watcher; later ones are merged into the earlier."""

    def __init__(self) -> None:
        self._shown: dict[str, str | int] = {"agentName": ALL, "level": "info"}

    def merge(self, given: object) -> None:
        """Take what ``subscribe_logs`` or ``update_log_filters`` brings, perhaps nothing.

        Raises
        ------
        InvalidInputError
            If it is no object, or a value is of the wrong type.
        """
        if given is None:
            return
        if not isinstance(given, dict):
            raise InvalidInputError(f"Log filters are an object, not {js_type(given)}.")
        agent, level = given.get("agentName"), given.get("level")
        if agent is not None and not isinstance(agent, str):
            raise InvalidInputError(f"agentName is text, not {js_type(agent)}.")
        if isinstance(level, bool) or not isinstance(level, str | int | None):
            raise InvalidInputError(f"level is a name or a number, not {js_type(level)}.")
        wanted = {"agentName": agent, "level": level}
        self._shown |= {name: value for name, value in wanted.items() if value is not None}

    def shown(self) -> dict[str, str | int]:
        """Return them as ``log_filters_updated`` confirms them."""
        return dict(self._shown)

    def filters(self) -> LogFilters:
        """Return what the tap is asked for."""
        agent = str(self._shown["agentName"])
        return LogFilters(
            agent=None if agent == ALL else agent, level=threshold(self._shown["level"])
        )


def entry_of(line: LogLine) -> dict[str, Any]:
    """Return a line as the payload of a ``log_entry``, with its agent where there is one."""
    entry: dict[str, Any] = {
        "level": line.level,
        "levelName": level_name(line.level),
        "time": line.time,
        "msg": line.msg,
        "src": line.logger,
    }
    if line.agent is not None:
        entry |= {"agentName": line.agent, "agentId": agent_id(line.agent)}
        entry |= {"channelId": line.channel, "streamId": line.stream}
    return entry

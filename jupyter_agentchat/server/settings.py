"""The runtime's limits as traits: ``c.AgentChatApp.sends_per_minute = 60``."""

from __future__ import annotations

import os
from typing import TypeVar

from msgspec.structs import fields
from traitlets import Bool, CaselessStrEnum, Float, HasTraits, Int, List, Unicode, default

from jupyter_agentchat.protocol.commands import MAX_TEXT_BYTES
from jupyter_agentchat.runtime.settings import Settings

N = TypeVar("N", int, float)

_DEFAULTS = Settings()
_LEVELS = ("", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
CHUNK_SIZE_VARIABLE = "CHAT_RESPONSE_STREAM_DELTA_CHUNK_SIZE"
PING_INTERVAL_VARIABLE = "WEBSOCKET_SERVER_PING_INTERVAL"
PING_TIMEOUT_VARIABLE = "WEBSOCKET_SERVER_PING_TIMEOUT"
WEBSOCKET_VARIABLE = "ENABLE_WEBSOCKET_SUPPORT"
ORIGINS_VARIABLE = "CORS_ALLOW_ORIGIN"
LOG_LEVEL_VARIABLE = "SOCKET_LOG_LEVEL"
"""Open WebUI's own names for its settings; they count where nothing else is said."""


class SettingsTraits(HasTraits):
    """One trait for each field of `Settings`, with its default."""

    default_channel = Unicode(
        _DEFAULTS.default_channel, help="The channel of verbs that name none."
    ).tag(config=True)
    default_agents = List(
        Unicode(),
        list(_DEFAULTS.default_agents),
        help="The agents of a channel that is created without any.",
    ).tag(config=True)
    live_streams_per_user = Int(
        _DEFAULTS.live_streams_per_user, min=1, help="Answers that run at once for one user."
    ).tag(config=True)
    sends_per_minute = Int(
        _DEFAULTS.sends_per_minute, min=1, help="Messages of one user within any 60 seconds."
    ).tag(config=True)
    requests_per_quarter_hour = Int(
        _DEFAULTS.requests_per_quarter_hour,
        min=1,
        help="Requests of one user to the REST of a dialect (ElizaOS's) within any 15 minutes.",
    ).tag(config=True)
    session_timeout_minutes = Float(
        _DEFAULTS.session_timeout_minutes,
        min=5,
        max=1440,
        help="Minutes without activity after which a session of the ElizaOS dialect ends.",
    ).tag(config=True)
    session_max_duration_minutes = Float(
        _DEFAULTS.session_max_duration_minutes,
        min=5,
        max=2880,
        help="Minutes after which such a session ends at the latest.",
    ).tag(config=True)
    session_warning_minutes = Float(
        _DEFAULTS.session_warning_minutes,
        min=1,
        help="So many minutes before its end such a session says so.",
    ).tag(config=True)
    delta_chunk_size = Int(
        min=1,
        help="Deltas that the Open WebUI dialect joins into one, at least; a request may ask for "
        f"more. The environment's {CHUNK_SIZE_VARIABLE} is its default.",
    ).tag(config=True)
    socket_ping_interval_s = Float(
        min=0.001,
        help="Seconds between the pings of Open WebUI's sockets. The environment's "
        f"{PING_INTERVAL_VARIABLE} is its default.",
    ).tag(config=True)
    socket_ping_timeout_s = Float(
        min=0.001,
        help="Seconds that the answer to a ping may take there. The environment's "
        f"{PING_TIMEOUT_VARIABLE} is its default.",
    ).tag(config=True)
    socket_websocket = Bool(
        help="Whether Open WebUI's sockets may be WebSockets; otherwise they poll. The "
        f"environment's {WEBSOCKET_VARIABLE} is its default.",
    ).tag(config=True)
    socket_origins = Unicode(
        help="Origins whose pages may use the Open WebUI dialect if ServerApp.allow_origin names "
        f"none: with ';' between, or '*'. The environment's {ORIGINS_VARIABLE} is its default.",
    ).tag(config=True)
    socket_log_level = CaselessStrEnum(
        _LEVELS,
        help="How much Open WebUI's sockets log, the server's level if empty. The environment's "
        f"{LOG_LEVEL_VARIABLE} (SRC_LOG_LEVELS) is its default.",
    ).tag(config=True)
    turn_timeout_s = Float(
        _DEFAULTS.turn_timeout_s, min=0.001, help="Seconds after which an answer fails."
    ).tag(config=True)
    question_timeout_s = Float(
        _DEFAULTS.question_timeout_s,
        min=0.001,
        help="Seconds that a user has for an answer when an agent asks.",
    ).tag(config=True)
    max_text_bytes = Int(
        _DEFAULTS.max_text_bytes,
        min=1,
        max=MAX_TEXT_BYTES,
        help="Largest message that is taken, in bytes of UTF-8.",
    ).tag(config=True)
    max_answer_bytes = Int(
        _DEFAULTS.max_answer_bytes,
        min=1,
        help="Largest answer of one agent, in bytes of UTF-8; it fails there.",
    ).tag(config=True)
    history_messages = Int(
        _DEFAULTS.history_messages, min=0, help="Messages of a channel that an agent sees."
    ).tag(config=True)
    history_bytes = Int(
        _DEFAULTS.history_bytes, min=0, help="Bytes of a channel that an agent sees."
    ).tag(config=True)
    reader_budget_bytes = Int(
        _DEFAULTS.reader_budget_bytes,
        min=1,
        help="How far a reader may fall behind, in bytes of JSON, before its connection is closed; "
        "it may come back and resume.",
    ).tag(config=True)
    reader_budget_s = Float(
        _DEFAULTS.reader_budget_s,
        min=0.001,
        help="Seconds in which a reader's socket may take nothing of what waits for it.",
    ).tag(config=True)
    crowd_readers = Int(
        _DEFAULTS.crowd_readers,
        min=2,
        help="From so many readers of a channel on, several chunks may share one write.",
    ).tag(config=True)
    crowd_window_ms = Float(
        _DEFAULTS.crowd_window_ms,
        min=0.0,
        max=5.0,
        help="How long a chunk waits for others there, at most; 0 to write each at once.",
    ).tag(config=True)
    record_hops = Bool(
        _DEFAULTS.record_hops,
        help="Whether to record when each chunk reached each reader's socket, client and screen.",
    ).tag(config=True)

    @default("delta_chunk_size")
    def _delta_chunk_size_default(self) -> int:
        """Take Open WebUI's own setting."""
        return _from_environment(CHUNK_SIZE_VARIABLE, _DEFAULTS.delta_chunk_size)

    @default("socket_ping_interval_s")
    def _socket_ping_interval_s_default(self) -> float:
        """Take Open WebUI's own setting."""
        return _from_environment(PING_INTERVAL_VARIABLE, _DEFAULTS.socket_ping_interval_s)

    @default("socket_ping_timeout_s")
    def _socket_ping_timeout_s_default(self) -> float:
        """Take Open WebUI's own setting."""
        return _from_environment(PING_TIMEOUT_VARIABLE, _DEFAULTS.socket_ping_timeout_s)

    @default("socket_websocket")
    def _socket_websocket_default(self) -> bool:
        """Take Open WebUI's own setting."""
        return os.environ.get(WEBSOCKET_VARIABLE, "true").lower() == "true"

    @default("socket_origins")
    def _socket_origins_default(self) -> str:
        """Take Open WebUI's own setting."""
        return os.environ.get(ORIGINS_VARIABLE, _DEFAULTS.socket_origins)

    @default("socket_log_level")
    def _socket_log_level_default(self) -> str:
        """Take Open WebUI's own setting; what is no level counts for nothing."""
        given = os.environ.get(LOG_LEVEL_VARIABLE, "").upper()
        return given if given in _LEVELS else _DEFAULTS.socket_log_level

    def runtime_settings(self) -> Settings:
        """Return the limits as the runtime takes them."""
        values = {field.name: getattr(self, field.name) for field in fields(Settings)}
        values["default_agents"] = tuple(self.default_agents)
        return Settings(**values)


def _from_environment(name: str, default: N) -> N:
    """Return a positive number of the environment; what is none counts for nothing."""
    given = os.environ.get(name, "")
    is_number = given.isascii() and given.isdigit() and int(given) > 0
    return type(default)(given) if is_number else default

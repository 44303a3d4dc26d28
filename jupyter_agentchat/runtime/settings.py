"""Limits and defaults, in one frozen record."""

from __future__ import annotations

from msgspec import Struct

from jupyter_agentchat.bus.limits import FanoutLimits
from jupyter_agentchat.protocol.commands import MAX_TEXT_BYTES


class Settings(Struct, frozen=True, kw_only=True):
    """What the runtime allows; every field is a trait of the server extension.

    Attributes
    ----------
    default_channel : str
        The channel of verbs that name none.
    default_agents : tuple of str
        The agents of a channel that is created without any.
    live_streams_per_user, sends_per_minute : int
        Beyond them a send is refused with ``rate_limited``.
    requests_per_quarter_hour : int
        Of one user to the REST of a dialect; beyond them 429.
    session_timeout_minutes, session_max_duration_minutes, session_warning_minutes : float
        When ElizaOS's sessions end: without activity, at the latest; and how long before that
        they say so.
    turn_timeout_s : float
        An answer that takes longer fails with ``agent_timeout``.
    question_timeout_s : float
        How long a user has for an answer when an agent asks.
    delta_chunk_size : int
        Deltas that the Open WebUI dialect joins into one, at least; a request may ask for more.
    socket_ping_interval_s, socket_ping_timeout_s : float
        Seconds between the pings of Open WebUI's sockets, and how long an answer may take.
    socket_origins, socket_log_level : str
        Whose pages may use them beside Jupyter's own (``*`` or names with ``;`` between); how much
        they log, Jupyter's level where it is empty.
    socket_websocket : bool
        Whether those may be WebSockets; otherwise they poll.
    max_text_bytes, max_answer_bytes : int
        Of a message that is sent, and of one agent's answer, in UTF-8.
    history_messages, history_bytes : int
        How much of a channel an agent sees.
    reader_budget_bytes, reader_budget_s, crowd_readers, crowd_window_ms
        See `FanoutLimits`.
    record_hops : bool
        Whether the instants at which chunks reach sockets, clients and screens are recorded.
    """

    default_channel: str = "lab"
    default_agents: tuple[str, ...] = ("eliza",)
    live_streams_per_user: int = 64
    sends_per_minute: int = 600
    requests_per_quarter_hour: int = 20_000
    session_timeout_minutes: float = 30
    session_max_duration_minutes: float = 720
    session_warning_minutes: float = 5
    turn_timeout_s: float = 600.0
    question_timeout_s: float = 60.0
    delta_chunk_size: int = 1
    socket_ping_interval_s: float = 25.0
    socket_ping_timeout_s: float = 20.0
    socket_websocket: bool = True
    socket_origins: str = ""
    socket_log_level: str = ""
    max_text_bytes: int = MAX_TEXT_BYTES
    max_answer_bytes: int = 16 * MAX_TEXT_BYTES
    history_messages: int = 200
    history_bytes: int = 512 * 1024
    reader_budget_bytes: int = FanoutLimits().budget_bytes
    reader_budget_s: float = FanoutLimits().budget_s
    crowd_readers: int = FanoutLimits().crowd
    crowd_window_ms: float = FanoutLimits().window_s * 1000
    record_hops: bool = True

    @property
    def fanout(self) -> FanoutLimits:
        """The bounds of fan-out."""
        return FanoutLimits(
            budget_bytes=self.reader_budget_bytes,
            budget_s=self.reader_budget_s,
            crowd=self.crowd_readers,
            window_s=self.crowd_window_ms / 1000,
        )

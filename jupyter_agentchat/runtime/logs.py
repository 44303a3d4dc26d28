"""Lines of our own log as people may watch them: levels, filters, whose turn, no secrets."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from contextvars import ContextVar

from msgspec import Struct

LEVELS = {
    "fatal": 60,
    "error": 50,
    "warn": 40,
    "info": 30,
    "log": 29,
    "progress": 28,
    "success": 27,
    "debug": 20,
    "trace": 10,
}
"""The numbers that ElizaOS's clients know; Python's are ten lower."""
NOTHING = 70
"""The threshold of a level that does not exist."""
ALL = "all"
MAX_MESSAGE = 4096
"""Characters of one line; what is longer is cut."""

HIDDEN = "•••"
_SECRETS = re.compile(
    r"""(?ix)
    \b(token|api[-_]?key|authorization|password|secret|cookie|_xsrf)(["']?\s*[=:]\s*["']?)
    (?:(?:bearer|token|basic)\s+)?[^\s"'&,;)}\]]+
    """
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}|\b(?:sk|pk|gsk|xai|hf)[-_][\w-]{6,}")


class TurnContext(Struct, frozen=True, kw_only=True):
    """Whose turn it is while something is logged."""

    agent: str
    channel: str
    stream: str


TURN: ContextVar[TurnContext | None] = ContextVar("turn", default=None)
"""Set while an agent answers, in its task and in what that awaits."""


class LogLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the log; `time` is wall milliseconds, `level` a number of `LEVELS`."""

    level: int
    time: int
    msg: str
    logger: str
    agent: str | None = None
    channel: str | None = None
    stream: str | None = None


class LogFilters(Struct, frozen=True, kw_only=True):
    """Which lines are wanted.

    Attributes
    ----------
    agent : str or None
        Exactly this agent's; None: everybody's, and those of no agent.
    level : int
        At least this.
    """

    agent: str | None = None
    level: int = 0

    def passes(self, line: LogLine) -> bool:
        """Tell whether a line is wanted."""
        return line.level >= self.level and self.agent in {None, line.agent}


def threshold(level: str | int | None) -> int:
    """Return the number of a level's name; 0 for "all" and None, `NOTHING` for no name of ours."""
    if level is None or level == ALL:
        return 0
    return level if isinstance(level, int) else LEVELS.get(level.lower(), NOTHING)


def level_name(level: int) -> str:
    """Return the name of the highest level that is not above a number."""
    return next((name for name, number in LEVELS.items() if level >= number), "trace")


def line_of(record: logging.LogRecord, secrets: Iterable[str] = ()) -> LogLine:
    """Return a record as a line, with what looks like a secret masked."""
    text = record.getMessage()
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        text = f"{text} ({type(error).__name__}: {error})"
    turn = TURN.get()
    return LogLine(
        level=min(record.levelno + 10, LEVELS["fatal"]),
        time=round(record.created * 1000),
        msg=masked(text[:MAX_MESSAGE], secrets),
        logger=record.name,
        agent=turn.agent if turn else None,
        channel=turn.channel if turn else None,
        stream=turn.stream if turn else None,
    )


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without these secrets, and without what looks like one."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _BEARER.sub(HIDDEN, _SECRETS.sub(rf"\1\2{HIDDEN}", text))

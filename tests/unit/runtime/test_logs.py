from __future__ import annotations

import logging

import pytest

from jupyter_agentchat.runtime.logs import (
    HIDDEN,
    LEVELS,
    MAX_MESSAGE,
    NOTHING,
    TURN,
    LogFilters,
    LogLine,
    TurnContext,
    level_name,
    line_of,
    masked,
    threshold,
)


def record(message: str, *args: object, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("jupyter_agentchat.x", level, "f.py", 1, message, args, None)


def line(level: int = 30, agent: str | None = None) -> LogLine:
    return LogLine(level=level, time=0, msg="x", logger="l", agent=agent)


@pytest.mark.parametrize(
    ("level", "number"),
    [
        *LEVELS.items(),
        ("WARN", 40),
        ("all", 0),
        (None, 0),
        (35, 35),
        ("loud", NOTHING),
    ],
)
def test_thresholds_are_those_of_elizaos(level: str | int | None, number: int) -> None:
    assert threshold(level) == number


def test_filters_are_by_level_and_exact_agent() -> None:
    assert LogFilters().passes(line(10))
    assert not LogFilters(level=31).passes(line(30))
    assert LogFilters(agent="eliza").passes(line(agent="eliza"))
    assert not LogFilters(agent="eliza").passes(line(agent="Eliza"))
    assert not LogFilters(agent="eliza").passes(line())
    assert not LogFilters(level=NOTHING).passes(line(60))


@pytest.mark.parametrize(
    ("level", "number"),
    [
        (logging.DEBUG, 20),
        (logging.INFO, 30),
        (logging.WARNING, 40),
        (logging.ERROR, 50),
        (logging.CRITICAL, 60),
        (99, 60),
    ],
)
def test_pythons_levels_become_elizas(level: int, number: int) -> None:
    assert line_of(record("x", level=level)).level == number


def test_levels_have_names() -> None:
    assert [level_name(number) for number in LEVELS.values()] == list(LEVELS)
    assert level_name(45) == "warn"
    assert level_name(3) == "trace"


def test_a_line_says_whose_turn_it_is() -> None:
    token = TURN.set(TurnContext(agent="eliza", channel="lab", stream="s"))
    try:
        found = line_of(record("%s there", "hi"))
    finally:
        TURN.reset(token)
    assert (found.msg, found.agent, found.channel, found.stream) == (
        "hi there",
        "eliza",
        "lab",
        "s",
    )
    assert line_of(record("x")).agent is None


def test_an_error_is_named_and_long_lines_are_cut() -> None:
    failed = record("it failed")
    failed.exc_info = (ValueError, ValueError("token=abcdef"), None)
    assert line_of(failed).msg == f"it failed (ValueError: token={HIDDEN})"
    assert len(line_of(record("x" * 9999)).msg) == MAX_MESSAGE


@pytest.mark.parametrize(
    "text",
    [
        "GET /x?token=s3cret99&a=1",
        "Authorization: Bearer s3cret99",
        "Authorization: token s3cret99",
        '{"api_key": "s3cret99"}',
        "X-API-Key: s3cret99",
        "password='s3cret99'",
        "sent Bearer s3cret99.part",
        "key sk-s3cret99abc",
    ],
)
def test_secrets_are_masked(text: str) -> None:
    shown = masked(text)
    assert "s3cret99" not in shown
    assert HIDDEN in shown


def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    assert masked("it is hunter2!", ["hunter2"]) == f"it is {HIDDEN}!"
    assert masked("nothing to hide") == "nothing to hide"

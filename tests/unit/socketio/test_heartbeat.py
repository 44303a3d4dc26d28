from __future__ import annotations

from jupyter_agentchat.socketio.heartbeat import Beat, Heartbeat
from jupyter_agentchat.socketio.settings import EngineSettings

MS = 1_000_000
SETTINGS = EngineSettings(ping_interval_ms=300, ping_timeout_ms=200)


def begin(at_ms: int = 1_000) -> Heartbeat:
    return Heartbeat(SETTINGS, at_ms * MS)


def test_nothing_is_due_before_the_interval() -> None:
    beat = begin()
    assert beat.deadline == 1_300 * MS
    assert beat.check(1_300 * MS - 1) is None


def test_a_ping_is_due_once() -> None:
    beat = begin()
    assert beat.check(1_300 * MS) is Beat.PING
    assert beat.check(1_300 * MS) is None
    assert beat.deadline == 1_500 * MS


def test_a_timer_that_fires_a_little_late_does_not_move_the_deadline() -> None:
    beat = begin()
    assert beat.check(1_400 * MS) is Beat.PING
    assert beat.check(1_500 * MS) is Beat.DEAD


def test_a_pong_starts_the_next_interval() -> None:
    beat = begin()
    beat.check(1_300 * MS)
    beat.pong(1_350 * MS)
    assert beat.deadline == 1_650 * MS
    assert beat.check(1_600 * MS) is None
    assert beat.check(1_650 * MS) is Beat.PING


def test_a_pong_that_nobody_asked_for_postpones_nothing() -> None:
    beat = begin()
    beat.pong(1_250 * MS)
    assert beat.check(1_300 * MS) is Beat.PING


def test_our_own_sleep_before_the_ping_does_not_count_against_the_peer() -> None:
    beat = begin()
    assert beat.check(9_000 * MS) is Beat.PING
    assert beat.check(9_199 * MS) is None
    assert beat.check(9_200 * MS) is Beat.DEAD


def test_our_own_sleep_after_the_ping_gives_the_peer_one_more_time_out() -> None:
    beat = begin()
    beat.check(1_300 * MS)
    assert beat.check(9_000 * MS) is None
    beat.pong(9_001 * MS)
    assert beat.deadline == 9_301 * MS


def test_a_peer_that_stays_silent_after_our_sleep_is_dead() -> None:
    beat = begin()
    beat.check(1_300 * MS)
    beat.check(9_000 * MS)
    assert beat.check(9_200 * MS) is Beat.DEAD


def test_we_count_as_asleep_from_half_a_time_out_or_a_second_on() -> None:
    assert begin().patience_ns == 100 * MS
    assert Heartbeat(EngineSettings(), 0).patience_ns == 1_000 * MS

from __future__ import annotations

import msgspec
import pytest

from jupyter_agentchat.store.pace import Pace


def test_a_crash_takes_less_than_a_second_of_a_stream() -> None:
    assert Pace().longest_rest < 1


def test_service_is_back_within_five_seconds_of_free_space() -> None:
    assert Pace().longest_retry < 5


def test_a_pace_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Pace().rest = 1  # type: ignore[misc]
    assert msgspec.structs.replace(Pace(), rest=0.0).rest == 0

from __future__ import annotations

import msgspec
import pytest

from jupyter_agentchat.store.pace import Pace


def test_a_delta_is_durable_within_50_ms_if_a_transaction_takes_10() -> None:
    assert Pace().oldest + 0.01 <= 0.05


def test_service_is_back_within_five_seconds_of_free_space() -> None:
    assert Pace().longest_retry < 5


def test_a_pace_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Pace().oldest = 1  # type: ignore[misc]
    assert msgspec.structs.replace(Pace(), oldest=0.0).oldest == 0

"""The check finds our instants right, and a clock that one hop reads wrongly."""

from __future__ import annotations

from typing import Any

import pytest

import jupyter_agentchat as ac
from jupyter_agentchat.experiment.checking import SelfCheck, selfcheck_async
from jupyter_agentchat.protocol.announcement import URL_VARIABLE
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.runtime.connection import Connection
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.stream import LiveStream

MS = 1_000_000


class LateClock:
    """The system's clock, a millisecond late."""

    clock_id = SYSTEM_CLOCK.clock_id
    wall_us = staticmethod(SYSTEM_CLOCK.wall_us)

    @staticmethod
    def monotonic_ns() -> int:
        return SYSTEM_CLOCK.monotonic_ns() + MS


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)


def bias(found: SelfCheck, hop: str) -> tuple[float, float]:
    (row,) = found.frame[found.frame["hop"] == hop].to_dict("records")
    return float(row["bias_ms"]), float(row["uncertainty_ms"])


async def test_our_own_instants_are_right() -> None:
    found = await selfcheck_async(streams=1)
    assert found.frame["hop"].tolist() == ["plan", "agent", "bus", "socket", "store", "client"]
    assert set(found.frame["face"]) == {"embedded"}
    assert set(found.frame["n"]) == {99}
    assert found.ok
    assert found.worst_ms <= 0.2
    assert "within 0.2 ms" in str(found)
    assert "<table" in found._repr_html_()
    assert bias(found, "plan")[0] >= 0  # it never comes early


def read_late(monkeypatch: pytest.MonkeyPatch, made: type[Any]) -> None:
    """Let what is made from now on read a clock that is a millisecond late."""
    init = made.__init__

    def late(self: Any, *args: Any, **named: Any) -> None:
        init(self, *args, **{**named, "clock": LateClock()})

    monkeypatch.setattr(made, "__init__", late)


@pytest.mark.parametrize(
    ("hop", "made"), [("agent", LiveStream), ("bus", ChannelLog), ("socket", Connection)]
)
async def test_a_clock_that_is_a_millisecond_late_in_one_hop_is_found(
    hop: str, made: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_late(monkeypatch, made)
    found = await selfcheck_async(streams=1)
    wrong, uncertainty = bias(found, hop)
    assert abs(wrong - 1) <= uncertainty + 1e-6 < 0.9
    assert not found.ok
    assert "beyond 0.2 ms" in str(found)
    for other in {"agent", "bus", "socket"} - {hop}:
        assert abs(bias(found, other)[0]) < 0.5


def test_it_is_public() -> None:
    assert ac.selfcheck.__module__ == "jupyter_agentchat.experiment.checking"

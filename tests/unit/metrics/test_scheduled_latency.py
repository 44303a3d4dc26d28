from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, dispatch_delay, e2e, scheduled_latency

MS = 1_000_000
STREAM = Timeline(5 * MS, [7 * MS, 9 * MS], t_intended=2 * MS, t_end=12 * MS)


def test_it_is_delay_and_latency_together() -> None:
    assert scheduled_latency(STREAM) == 0.007
    assert scheduled_latency(STREAM, dialect="guidellm") == 0.010
    parts = dispatch_delay(STREAM), e2e(STREAM)
    assert not any(isinstance(part, NA) for part in parts)
    assert sum(parts) == pytest.approx(0.007)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "timeline",
    [
        Timeline(5, [6]),
        Timeline(5, [6], t_intended=7),
        Timeline(5, [], t_intended=1),
        Timeline(5, [6], t_intended=1, status="cancelled"),
    ],
)
def test_it_needs_both(timeline: Timeline) -> None:
    assert isinstance(scheduled_latency(timeline), NA)


def test_aiperf_does_not_publish_it() -> None:
    assert isinstance(scheduled_latency(STREAM, dialect="aiperf"), NA)


def test_coordinated_omission_is_hidden_from_e2e_alone() -> None:
    # One request every 10 ms was meant; the second took 1 s and held back all that followed.
    sent, run = 0, []
    for i in range(100):
        took = 1000 * MS if i == 1 else MS
        begin = max(sent, i * 10 * MS)
        run.append(Timeline(begin, [begin + took], t_intended=i * 10 * MS))
        sent = begin + took
    slow = [timeline for timeline in run if e2e(timeline) == 1.0]
    late = [scheduled_latency(timeline) for timeline in run]
    assert len(slow) == 1
    assert sum(isinstance(value, float) and value > 0.1 for value in late) > 90

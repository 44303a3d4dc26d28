from __future__ import annotations

import pytest

from jupyter_agentchat.plot.axis import duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (1.2, "1.2 s"),
        (13.0, "13 s"),
        (0.231, "231 ms"),
        (0.0005, "500 µs"),
        (4e-8, "40 ns"),
        (0.99996, "1 s"),
        (0.0123456, "12.3 ms"),
        (-0.05, "−50 ms"),  # noqa: RUF001 - a minus
        (900, "15 min"),
        (100.0, "100 s"),
    ],
)
def test_durations_are_written_as_people_do(seconds: float, text: str) -> None:
    assert duration(seconds) == text

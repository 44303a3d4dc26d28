from __future__ import annotations

import pytest

from tests.bench.scenarios.stamps import figures
from tests.bench.servers import Produced


def play(recorded: int, cost: float, *, drift: float = 0.0) -> Produced:
    """Slices of 100 chunks at 1 ms, those with stamps `cost` times as much; it grows slower."""
    slices = [
        (number, int(1e6 * (1 + drift * number) * (cost if number % 2 == recorded else 1)), 100)
        for number in range(50, 90)
    ]
    return Produced(4000, slices=tuple(slices), settled_ns=2_000_000)


@pytest.mark.parametrize("recorded", [0, 1])
@pytest.mark.parametrize("cost", [0.9, 1.0, 1.25])
def test_what_stamps_cost_is_found(recorded: int, cost: float) -> None:
    found = figures([play(recorded, cost), play(recorded, cost)], 5, recorded)
    assert found["without_us"] == pytest.approx(2.0)
    assert found["settled_us"] == pytest.approx(2_000_000 / 2000 / 5 / 1e3)
    assert found["ratio"] == pytest.approx(cost + 0.1)
    assert found["with_us"] == pytest.approx(2 * cost + 0.2)


def test_a_machine_that_grows_slower_does_not_matter() -> None:
    found = figures([play(0, 1.25, drift=0.002)], 1, 0)
    assert found["ratio"] - found["settled_us"] / found["without_us"] == pytest.approx(
        1.25, rel=5e-3
    )


def test_slices_that_were_left_out_have_no_ratio() -> None:
    whole = play(0, 1.25)
    holes = Produced(4000, slices=whole.slices[:20] + whole.slices[23:], settled_ns=0)
    assert figures([holes], 1, 0)["ratio"] == pytest.approx(1.25)

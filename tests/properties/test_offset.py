"""However the two ways of the round trips differ, the true offset lies within the uncertainty."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.protocol.offset import Sample, estimate

MS = 1_000_000
DELAY = st.integers(0, 300 * MS)


@st.composite
def clocks(draw: st.DrawFn) -> tuple[list[Sample], int, int, int]:
    """Return round trips, the true offset at our 0, its ppb, and the step of our clock."""
    offset = draw(st.integers(-(2**60), 2**60))
    ppb = draw(st.integers(-400_000, 400_000))
    step = draw(st.sampled_from([1, 5_000, 100_000, MS]))
    now = draw(st.integers(0, 10**12))
    samples = []
    for _ in range(draw(st.integers(1, 12))):
        now += draw(st.integers(0, 5_000 * MS))
        arrived = now + draw(DELAY)
        left = arrived + draw(st.integers(0, 10 * MS))
        home = left + draw(DELAY)
        samples.append(
            Sample(
                sent=now // step * step,
                received=arrived + offset + ppb * arrived // 10**9,
                answered=left + offset + ppb * left // 10**9,
                back=home // step * step,
            )
        )
        now = home
    return samples, offset, ppb, step


@given(clocks(), st.integers(-10_000 * MS, 10_000 * MS))
def test_the_truth_is_within_the_uncertainty(
    made: tuple[list[Sample], int, int, int], later: int
) -> None:
    samples, offset, ppb, step = made
    found = estimate(samples, step)
    instant = found.at_ns + later
    truth = offset + ppb * instant // 10**9
    said = found.offset_ns + later * found.drift_ppb // 10**9
    # Two instants of the server were rounded to whole ns, and so were these two lines.
    assert abs(said - truth) <= found.uncertainty_at(instant) + 4
    assert abs(found.drift_ppb - ppb) <= found.drift_uncertainty_ppb


@given(clocks())
def test_more_round_trips_say_no_less(made: tuple[list[Sample], int, int, int]) -> None:
    samples, _, _, step = made
    all_of_them, newest = estimate(samples, step), estimate(samples[-1:], step)
    assert all_of_them.uncertainty_ns <= newest.uncertainty_ns


@given(clocks())
def test_a_clock_that_was_set_while_we_looked_is_noticed(
    made: tuple[list[Sample], int, int, int],
) -> None:
    samples, _, _, step = made
    newest = samples[-1]
    jump = 3_600_000 * MS
    set_ = Sample(newest.sent, newest.received + jump, newest.answered + jump, newest.back)
    alone = estimate([set_], step)
    assert estimate([*samples[:-1], set_], step) == alone

from __future__ import annotations

from fractions import Fraction

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Timeline, qoe
from jupyter_agentchat.metrics.qoe import VARIANTS

S = 1_000_000_000


def at(*seconds: float, **known: int) -> Timeline:
    return Timeline(0, [round(instant * S) for instant in seconds], **known)  # type: ignore[arg-type]


def brute_force(arrived: list[float], begin: float, speed: int, until: Fraction) -> Fraction:
    """Integrate the fluid curves in small exact steps: a second way to the same areas."""
    dt = Fraction(1, 1024)
    read = actual = expected = Fraction(0)
    time = Fraction(0)
    while time < until:
        delivered = sum(Fraction(instant) <= time for instant in arrived)
        more = min(Fraction(delivered), read + speed * dt)
        due = [
            min(max(Fraction(0), (at_ - Fraction(begin)) * speed), Fraction(len(arrived)))
            for at_ in (time, time + dt)
        ]
        actual += (read + more) / 2 * dt
        expected += (due[0] + due[1]) / 2 * dt
        read, time = more, time + dt
    return min(Fraction(1), actual / expected)


@pytest.mark.parametrize(
    "arrived",
    [[2.0, 2.25, 2.5, 4.0], [0.5, 3.0, 3.0, 3.0, 5.5], [0.125, 0.25, 0.25, 6.0], [3.0, 3.5]],
)
def test_the_sum_over_tokens_is_the_area_under_the_curves(arrived: list[float]) -> None:
    expected = brute_force(arrived, 1.0, 2, Fraction(arrived[-1]))
    found = qoe(at(*arrived), ttft_expected=1.0, tds_expected=2.0)
    assert found == pytest.approx(float(expected), abs=1e-12)


def test_early_tokens_make_up_for_late_ones_unless_pointwise() -> None:
    stream = at(0.0, 0.5, 1.0, 1.5, 6.0)
    ratio = qoe(stream, ttft_expected=1.0, tds_expected=1.0, variant="fluid.ratio.ttlt")
    pointwise = qoe(stream, ttft_expected=1.0, tds_expected=1.0, variant="fluid.pointwise.ttlt")
    assert ratio == 1.0
    assert isinstance(pointwise, float)
    assert pointwise < 1.0


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_faster_than_expected_is_perfect_and_never_more(variant: str) -> None:
    assert qoe(at(0.0, 0.1, 0.2, 0.3), variant=variant) == 1.0


def test_the_longer_horizon_is_kinder_to_a_late_start() -> None:
    late = at(5.0, 5.0, 5.0, 5.0)
    assert qoe(late, variant="fluid.ratio.ttlt") == 0.0
    longer = qoe(late, variant="fluid.ratio.max")
    assert isinstance(longer, float)
    assert longer > 0.0


def test_tokens_of_a_chunk_count_where_they_are_known() -> None:
    one_by_one = at(2.0, 2.0, 2.0, 3.0)
    in_chunks = Timeline(0, [2 * S, 3 * S], chunk_tokens=[3, 1])
    assert qoe(in_chunks) == qoe(one_by_one)
    assert qoe(Timeline(0, [2 * S, 3 * S], n_tokens=4)) == qoe(at(2.0, 2.0, 3.0, 3.0))


@pytest.mark.parametrize(
    "timeline",
    [
        at(),
        Timeline(0, [2, 1]),
        Timeline(0, [1], status="cancelled"),
        Timeline(0, [1], status="failed"),
        Timeline(0, [1], n_tokens=0),
    ],
)
def test_no_experience_without_a_whole_answer(timeline: Timeline) -> None:
    assert isinstance(qoe(timeline), NA)


def test_parameters_are_checked() -> None:
    with pytest.raises(InvalidInputError, match="tds_expected is 0"):
        qoe(at(1.0), tds_expected=0)
    with pytest.raises(InvalidInputError, match="ttft_expected is -1"):
        qoe(at(1.0), ttft_expected=-1)
    with pytest.raises(InvalidInputError, match=r"discrete\.pointwise\.max"):
        qoe(at(1.0), variant="solid")
    assert isinstance(qoe(at(1.0), dialect="vllm"), NA)

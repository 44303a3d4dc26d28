from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Timeline, fluid_token_rate, fluidity, shortest_deadline

MS = 1_000_000


def even(gap_ms: int, n: int = 21) -> Timeline:
    return Timeline(0, [5_000 * MS + i * gap_ms * MS for i in range(n)])


def test_even_streams_have_the_rate_of_the_slowest_of_99_percent() -> None:
    run = [even(20)] * 99 + [even(500)]
    assert fluid_token_rate(run) == pytest.approx(50)
    assert fluid_token_rate(run, share=1.0) == pytest.approx(2)
    assert fluid_token_rate(even(20)) == pytest.approx(50)


def test_etalon_bisects_and_interpolates() -> None:
    assert fluid_token_rate([even(20)] * 3, dialect="etalon") == pytest.approx(50, rel=0.02)
    both = fluid_token_rate([even(20)] * 99 + [even(500)], dialect="etalon")
    assert isinstance(both, float)
    assert 30 < both < 50


def test_the_shortest_deadline_is_the_shortest() -> None:
    stream = Timeline(
        0, [MS * at for at in (500, 560, 620, 900, 930, 1700, 1710, 1720, 1730, 1800)]
    )
    found = shortest_deadline(stream, ttft_deadline=1.0)
    assert isinstance(found, float)
    enough = fluidity(stream, ttft_deadline=1.0, tbt_deadline=found)
    less = fluidity(stream, ttft_deadline=1.0, tbt_deadline=found - 1e-9)
    assert isinstance(enough, float)
    assert isinstance(less, float)
    assert less < 0.9 <= enough


def test_what_no_deadline_can_reach_is_undefined() -> None:
    late = Timeline(0, [5_000 * MS, 5_001 * MS])
    for dialect in ("agentchat", "etalon"):
        assert isinstance(shortest_deadline(late, dialect=dialect), NA)
    assert isinstance(fluid_token_rate([Timeline(0, [1])]), NA)
    assert isinstance(fluid_token_rate([Timeline(0, [])]), NA)
    assert isinstance(fluid_token_rate([]), NA)
    assert isinstance(fluid_token_rate(even(20), dialect="vllm"), NA)


def test_parameters_are_checked() -> None:
    with pytest.raises(InvalidInputError, match="target is -1"):
        fluid_token_rate(even(20), target=-1)
    with pytest.raises(InvalidInputError, match="share is -1"):
        fluid_token_rate(even(20), share=-1)
    with pytest.raises(InvalidInputError, match="share is 99; it has to be from 0 to 1"):
        fluid_token_rate(even(20), share=99)

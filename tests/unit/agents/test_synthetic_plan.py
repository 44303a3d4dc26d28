from __future__ import annotations

import math
import time
from itertools import islice, pairwise
from statistics import fmean, pstdev

import pytest

from jupyter_agentchat.agents.synthetic_plan import Planned, plan
from jupyter_agentchat.agents.synthetic_spec import Distribution, SyntheticSpec

MS = 1_000_000


def gaps_ms(spec: SyntheticSpec) -> list[float]:
    return [(after.offset_ns - before.offset_ns) / MS for before, after in pairwise(plan(spec))]


def test_the_constant_plan_is_exact() -> None:
    spec = SyntheticSpec(chunks=4, ttft_ms=200, icl_ms=20)
    assert [planned.offset_ns for planned in plan(spec)] == [200 * MS, 220 * MS, 240 * MS, 260 * MS]


def test_no_error_adds_up_over_a_long_plan() -> None:
    *_, last = plan(SyntheticSpec(chunks=100_000, icl_ms=0.1, ttft_ms=0))
    assert last.offset_ns == 9_999_900_000


@pytest.mark.parametrize(
    ("distribution", "sigma", "deviation"),
    [
        ("uniform", 0.5, 1 / math.sqrt(3)),
        ("uniform", 0.0, 1 / math.sqrt(3)),
        ("lognormal", 0.5, math.sqrt(math.exp(0.25) - 1)),
        ("lognormal", 1.0, math.sqrt(math.e - 1)),
        ("lognormal", 0.0, 0),
        ("pareto", 0.3, 0.3),
        ("pareto", 0.0, 0),
        ("constant", 0.5, 0),
    ],
)
def test_each_distribution_has_the_mean_and_the_spread_it_promises(
    distribution: Distribution, sigma: float, deviation: float
) -> None:
    gaps = gaps_ms(
        SyntheticSpec(chunks=40_001, chars=1, distribution=distribution, sigma=sigma, seed=11)
    )
    assert fmean(gaps) == pytest.approx(20, rel=0.02)
    assert pstdev(gaps) / 20 == pytest.approx(deviation, rel=0.15, abs=1e-6)
    assert min(gaps) >= 0


def test_the_quantiles_are_those_of_the_distribution() -> None:
    lognormal = sorted(gaps_ms(SyntheticSpec(chunks=20_001, distribution="lognormal", sigma=1)))
    # the median of a lognormal with mean m is m exp(-sigma²/2); z(0.9) = 1.2816
    assert lognormal[10_000] == pytest.approx(20 * math.exp(-0.5), rel=0.04)
    assert lognormal[18_000] == pytest.approx(20 * math.exp(1.2816 - 0.5), rel=0.04)
    pareto = sorted(gaps_ms(SyntheticSpec(chunks=20_001, distribution="pareto", sigma=0.5)))
    shape = 1 + math.sqrt(5)
    least = 20 * (shape - 1) / shape
    assert pareto[0] == pytest.approx(least, rel=1e-3)
    assert pareto[10_000] == pytest.approx(least * 2 ** (1 / shape), rel=0.02)
    uniform = gaps_ms(SyntheticSpec(chunks=20_001, distribution="uniform"))
    assert max(uniform) == pytest.approx(40, rel=1e-3)


def test_stalls_come_after_their_chunk_and_move_what_follows() -> None:
    spec = SyntheticSpec(chunks=4, ttft_ms=0, stalls=((1, 500), (1, 30), (3, 7)))
    planned = list(plan(spec))
    assert [each.offset_ns / MS for each in planned] == [0, 20, 570, 590]
    assert [each.pause_ns / MS for each in planned] == [0, 530, 0, 7]


def test_the_seed_decides_text_and_timing_and_nothing_else_does() -> None:
    spec = SyntheticSpec(distribution="lognormal", seed=1)
    other = SyntheticSpec(distribution="lognormal", seed=2)
    assert list(plan(spec)) == list(plan(spec))
    assert [each.text for each in plan(spec)] != [each.text for each in plan(other)]
    assert gaps_ms(spec) != gaps_ms(other)


def test_the_plan_is_the_same_on_every_machine_and_version() -> None:
    spec = SyntheticSpec(chunks=3, chars=8, distribution="lognormal", seed=7)
    assert list(plan(spec)) == [
        Planned(200_000_000, "time aft"),
        Planned(212_296_279, "er once "),
        Planned(225_865_266, "near sl."),
    ]


def test_the_text_reads_like_words() -> None:
    text = "".join(each.text for each in plan(SyntheticSpec(chunks=100, chars=4)))
    assert len(text) == 400
    assert text.isascii()
    assert text.endswith(".")
    assert text[0].isalpha()
    assert "  " not in text
    assert max(map(len, text.split())) <= 10


@pytest.mark.parametrize("chars", [1, 3, 65_535, 65_536])
def test_long_texts_go_on_without_a_seam(chars: int) -> None:
    count = 200_000 // chars + 2
    texts = [each.text for each in plan(SyntheticSpec(chunks=count, chars=chars))]
    assert {len(text) for text in texts} == {chars}
    whole = "".join(texts)
    assert whole[:-1] == (whole[:65_536] * 8)[: len(whole) - 1]


def test_the_largest_plan_costs_only_what_is_taken_of_it() -> None:
    spec = SyntheticSpec(chunks=1_000_000, chars=65_536, distribution="pareto")
    start = time.process_time()
    assert len(list(islice(plan(spec), 100))) == 100
    assert time.process_time() - start < 0.5

from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Timeline, good_requests, goodput, tpot

MS = 1_000_000


def stream(ttft_ms: int, tpot_ms: int, n: int = 3, start_ms: int = 0, **more: str) -> Timeline:
    chunks = [(start_ms + ttft_ms + i * tpot_ms) * MS for i in range(n)]
    return Timeline(start_ms * MS, chunks, n_tokens=n, **more)  # type: ignore[arg-type]


SLO = "mlperf:llama2-70b-interactive"


def test_all_objectives_have_to_be_met_and_the_limit_passes() -> None:
    run = [stream(450, 40), stream(451, 10), stream(10, 41), stream(1, 1)]
    assert good_requests(run, slo=SLO) == 2
    assert goodput(run, slo=SLO, duration=4.0) == 0.5


def test_the_duration_is_that_of_the_run_failures_included() -> None:
    run = [stream(100, 50), stream(100, 50, start_ms=800), stream(1, 1, start_ms=1999)]
    failed = Timeline(0, [MS], status="failed", t_end=4000 * MS)
    assert goodput(run, slo={"ttft_ms": 50}) == 1 / 2.002
    assert goodput([*run, failed], slo={"ttft_ms": 50}) == 0.25
    assert goodput([*run, failed], slo={"ttft_ms": 50}, dialect="aiperf") == 1 / 2.002


def test_failures_and_missing_values_are_not_good() -> None:
    run = [stream(1, 1, status="failed"), Timeline(0, []), Timeline(0, [1, 2]), stream(1, 1, n=1)]
    assert good_requests(run, slo={"tpot": 9.0}) == 0
    assert good_requests(run, slo={"ttft": 9.0}) == 2


def test_vllm_counts_a_tpot_of_zero_for_one_token() -> None:
    run = [stream(1, 1, n=1), stream(1, 1, status="failed"), stream(1, 1, status="cancelled")]
    assert good_requests(run, slo={"tpot": 0.001}, dialect="vllm") == 1
    assert good_requests(run, slo={"itl": 0.001}, dialect="vllm") == 2


def test_vllm_takes_no_other_missing_tpot_for_zero() -> None:
    of_unknown_length = Timeline(0, [MS, 2 * MS])
    assert isinstance(tpot(of_unknown_length, dialect="vllm"), NA)
    assert good_requests(of_unknown_length, slo={"tpot": 9.0}, dialect="vllm") == 0


def test_every_gap_counts() -> None:
    uneven = Timeline(0, [MS, 2 * MS, 90 * MS])
    assert good_requests(uneven, slo={"icl_ms": 88}) == 1
    assert good_requests(uneven, slo={"icl_ms": 87}) == 0


def test_larger_is_better_for_some() -> None:
    assert good_requests(stream(10, 10), slo={"qoe": 0.9, "fluidity": 1.0, "stall_ratio": 0}) == 1
    assert good_requests(stream(9_000, 10), slo={"qoe": 0.9}) == 0
    assert good_requests(stream(9_000, 10), slo={"tokens_per_second": 0.3}) == 1


@pytest.mark.parametrize("run", [[], [Timeline(5, [5])], [Timeline(9, [5])]])
def test_no_run_no_rate(run: list[Timeline]) -> None:
    assert isinstance(goodput(run, slo=SLO), NA)


def test_parameters_are_checked() -> None:
    with pytest.raises(InvalidInputError, match="duration is 0"):
        goodput(stream(1, 1), slo=SLO, duration=0)
    with pytest.raises(InvalidInputError, match="slo names 'speed'"):
        goodput([], slo={"speed": 1})
    assert isinstance(goodput(stream(1, 1), slo=SLO, dialect="etalon"), NA)
    with pytest.raises(InvalidInputError, match="dialect 'k6' is unknown"):
        good_requests([], slo=SLO, dialect="k6")

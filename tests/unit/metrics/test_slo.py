from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.slo import DURATIONS, MLPERF, RATIOS, Objective, objectives


def test_mlperf_presets_under_both_spellings() -> None:
    wanted = [Objective("ttft", 0.45), Objective("tpot", 0.04)]
    assert objectives("mlperf:llama2-70b-interactive") == wanted
    assert objectives("mlperf:llama3_1-405b") == objectives("mlperf:llama3.1-405b")
    assert all(len(objectives(f"mlperf:{model}")) == 2 for model in MLPERF)


def test_seconds_or_milliseconds() -> None:
    assert objectives({"ttft": 0.5}) == objectives({"ttft_ms": 500})
    assert objectives({"qoe": 0.9}) == [Objective("qoe", 0.9)]


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("e2el", "e2e"),
        ("e2e_latency_ms", "e2e"),
        ("request_latency", "e2e"),
        ("time_to_first_token", "ttft"),
        ("inter_token_latency_ms", "itl"),
        ("time_per_output_token", "tpot"),
    ],
)
def test_other_tools_names_will_do(name: str, metric: str) -> None:
    assert objectives({name: 1})[0].metric == metric


@pytest.mark.parametrize(
    ("slo", "sentence"),
    [
        ("mlperf:gpt-9", "slo 'mlperf:gpt-9' is unknown; known are mlperf:llama2-70b"),
        ("fast", "slo 'fast' is unknown"),
        ({}, "has to be a preset or limits"),
        (None, "has to be a preset or limits"),
        ({"speed": 1}, "slo names 'speed'; known are ttft"),
        ({"qoe_ms": 1}, "slo names 'qoe_ms'"),
        ({5: 1}, "slo names '5'"),
        ({"ttft": float("nan")}, "slo 'ttft' is nan"),
        ({"ttft": "fast"}, "slo 'ttft' is 'fast'"),
    ],
)
def test_nonsense_raises(slo: object, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        objectives(slo)


def test_no_metric_is_both_duration_and_ratio() -> None:
    assert not set(DURATIONS) & set(RATIOS)

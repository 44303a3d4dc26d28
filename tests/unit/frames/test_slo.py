from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames import slo
from jupyter_agentchat.frames.schemas import SLO
from jupyter_agentchat.frames.timelines import Measured
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.metrics.slo import MLPERF

MS = 1_000_000


def streams() -> list[Measured]:
    run = [
        Timeline(0, [100 * MS, 200 * MS], n_tokens=2),
        Timeline(0, [600 * MS, 700 * MS], n_tokens=2),
        Timeline(0, [100 * MS], status="failed"),
        Timeline(0, [100 * MS], n_tokens=1),
    ]
    return [Measured({"stream_id": str(i)}, each) for i, each in enumerate(run)]


def test_each_objective_and_who_met_it() -> None:
    found = slo.build(streams(), {"ttft_ms": 450, "tpot_ms": 100})
    assert found.schema.equals(SLO)
    ttft, tpot = found.to_pylist()
    assert (ttft["name"], ttft["metric"], ttft["op"]) == ("own", "ttft", "<=")
    assert (ttft["threshold"], ttft["unit"]) == (0.45, "s")
    assert (ttft["n"], ttft["n_measured"], ttft["n_met"], ttft["share"]) == (4, 3, 2, 0.5)
    assert (tpot["n"], tpot["n_measured"], tpot["n_met"]) == (4, 2, 2)
    # Clopper and Pearson for 2 of 4
    assert (ttft["share_low"], ttft["share_high"]) == pytest.approx((0.0676, 0.9324), abs=1e-4)


def test_larger_can_be_better() -> None:
    (row,) = slo.build(streams(), {"qoe": 0.5}).to_pylist()
    assert (row["op"], row["n_met"]) == (">=", 3)


def test_without_a_name_all_presets() -> None:
    found = slo.build(streams(), None)
    assert found.num_rows == 2 * len(MLPERF)
    assert set(found.column("name").to_pylist()) == {f"mlperf:{model}" for model in MLPERF}


def test_an_empty_log_has_no_share() -> None:
    (row,) = slo.build([], {"ttft": 1}).to_pylist()
    assert (row["n"], row["share"], row["share_low"]) == (0, None, None)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="slo 'mlperf:gpt' is unknown"):
        slo.build([], "mlperf:gpt")

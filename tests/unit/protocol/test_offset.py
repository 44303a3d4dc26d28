from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import structs

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.offset import Offset, Sample, estimate
from tests.data.offset.make import FILE, cases

CASES = json.loads(FILE.read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_answer_is_that_of_the_shared_cases_and_holds_the_truth(case: dict[str, Any]) -> None:
    found = estimate([Sample(*each) for each in case["samples"]], case["resolution_ns"])
    assert structs.asdict(found) == case["estimate"]
    assert abs(found.offset_ns - case["true_offset_ns"]) <= found.uncertainty_ns
    assert abs(found.drift_ppb - case["true_drift_ppb"]) <= found.drift_uncertainty_ppb


def test_the_shared_cases_are_what_their_maker_makes() -> None:
    assert json.loads(json.dumps(cases())) == CASES


def test_one_round_trip_is_known_to_half_of_it() -> None:
    found = estimate([Sample(sent=100, received=1150, answered=1170, back=220)])
    assert (found.offset_ns, found.uncertainty_ns, found.at_ns) == (1000, 51, 220)


def test_the_shortest_round_trip_decides() -> None:
    long = [Sample(at, at + 1900, at + 1900, at + 1000) for at in (0, 2000)]
    short = Sample(1000, 2010, 2010, 1020)
    assert estimate([long[0], short, long[1]]).uncertainty_ns <= 12


def test_a_coarse_clock_is_part_of_the_uncertainty() -> None:
    sample = Sample(sent=0, received=1000, answered=1000, back=0)
    assert estimate([sample], 100).uncertainty_ns == 100


def test_a_minute_of_round_trips_tells_the_drift() -> None:
    drifting = next(case for case in CASES if case["name"] == "a clock that drifts")
    assert drifting["estimate"]["drift_uncertainty_ppb"] < 2_000
    assert drifting["estimate"]["uncertainty_ns"] < 100_000


def test_the_uncertainty_grows_away_from_the_estimate() -> None:
    offset = Offset(at_ns=10**9, offset_ns=0, uncertainty_ns=5, drift_uncertainty_ppb=1_000)
    assert [offset.uncertainty_at(each) for each in (10**9, 0, 2 * 10**9, 10**9 + 1)] == [
        5, 1005, 1005, 6
    ]  # fmt: skip


@pytest.mark.parametrize("samples", [[], [Sample(sent=0, received=9, answered=9, back=-1)]])
def test_without_a_sound_round_trip_there_is_no_offset(samples: list[Sample]) -> None:
    with pytest.raises(InvalidInputError, match="round trip"):
        estimate(samples)

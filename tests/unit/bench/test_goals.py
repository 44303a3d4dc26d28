from __future__ import annotations

import pytest

from tests.bench.goals import GOALS, Bound, Goal
from tests.bench.results import Measurement
from tests.bench.suite import suite

FAST = Bound("bare Tornado", "s", "ours", "per_s", "≥", 6, "base")
SMALL = Bound("bytes", "s", "ours", "kb", "≤", 60, unit="kB")
GOAL = Goal("P0", "a goal", (FAST, SMALL))


def measured(per_s: float, kb: float) -> list[Measurement]:
    base = Measurement(scenario="s", case="base", at_s=0, figures={"per_s": 10.0})
    ours = Measurement(scenario="s", case="ours", at_s=1, figures={"per_s": per_s, "kb": kb})
    return [base, ours]


@pytest.mark.parametrize(
    ("per_s", "kb", "held"), [(60, 60, True), (59, 60, False), (60, 60.1, False)]
)
def test_a_goal_is_held_if_all_its_bounds_are(per_s: float, kb: float, held: bool) -> None:  # noqa: FBT001
    assert GOAL.verdict({"s": measured(per_s, kb)}) is held


def test_what_was_not_measured_is_not_held() -> None:
    assert GOAL.verdict({}) is None
    without_kb = [measured(60, 1)[0], Measurement(scenario="s", case="ours", figures={"per_s": 60})]
    assert GOAL.verdict({"s": without_kb}) is None


def test_a_broken_bound_outweighs_a_missing_one() -> None:
    slow = [measured(1, 1)[0], Measurement(scenario="s", case="ours", figures={"per_s": 1})]
    assert GOAL.verdict({"s": slow}) is False


def test_every_bound_is_of_a_case_that_its_scenario_measures() -> None:
    known = {each.name: each for each in [*suite(), *suite(is_large=True)]}
    for goal in GOALS:
        for bound in goal.bounds:
            cases = known[bound.scenario].cases()
            assert bound.case in cases, (goal.number, bound)
            assert not bound.base or bound.base in cases, (goal.number, bound)

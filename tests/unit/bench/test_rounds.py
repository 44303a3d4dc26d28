from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from tests.bench import rounds
from tests.bench.cache import UnavailableError
from tests.bench.scenarios.base import Columns, Reading

QUIET_ONE = Reading({"x": 1}, foreign=0.0)


class Scripted:
    """A scenario whose readings are given."""

    name = "scripted"
    about = "what the test says"
    base = "base"
    columns: Columns = (("x", "x", 1),)

    def __init__(self, readings: dict[str, list[Reading | Exception]]) -> None:
        self.readings = readings
        self.measured: list[str] = []

    def cases(self) -> Sequence[str]:
        return list(self.readings)

    def label(self, case: str) -> str:
        return case.upper()

    def check(self, case: str) -> None:
        if not self.readings[case]:
            raise UnavailableError(f"{case} is not on this machine")

    def measure(self, case: str) -> Reading:
        self.measured.append(case)
        script = self.readings[case]
        reading = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(reading, Exception):
            raise reading
        return reading


def run(scenario: Scripted, count: int = 1) -> tuple[list[str], list[str]]:
    said: list[str] = []
    found = rounds.run(scenario, count, chance=Random(1), say=said.append)
    return [f"{each.case} {each.status}" for each in found], said


def test_the_base_stands_between_every_few_cases() -> None:
    cases = ["base", *"abcdefg"]
    order = rounds.order(cases, "base", Random(1))
    assert sorted(set(order)) == sorted(cases)
    places = [place for place, case in enumerate(order) if case == "base"]
    assert places == [0, 5, 9]


def test_rounds_are_shuffled_each_time() -> None:
    chance = Random(1)
    cases = ["base", *"abcdefg"]
    assert rounds.order(cases, "base", chance) != rounds.order(cases, "base", chance)


def test_without_a_base_each_case_comes_once() -> None:
    assert sorted(rounds.order(["a", "b"], "", Random(1))) == ["a", "b"]


def test_what_is_absent_is_named_with_its_reason() -> None:
    found, said = run(Scripted({"base": [QUIET_ONE], "a": []}))
    assert found == ["a skipped", "base ok"]
    assert said[0] == "  a: skipped: a is not on this machine"


def test_what_turns_out_to_be_absent_is_tried_once() -> None:
    scenario = Scripted({"base": [QUIET_ONE], "a": [UnavailableError("not built yet")]})
    found, _ = run(scenario, 2)
    assert found.count("a skipped") == 1
    assert scenario.measured.count("a") == 1


def test_lost_chunks_make_a_measurement_invalid() -> None:
    lossy = Reading({"x": 9}, 0.0, "1 chunks skipped")
    found, said = run(Scripted({"base": [lossy]}))
    assert set(found) == {"base invalid"}
    assert "INVALID: 1 chunks skipped" in said[0]


def test_a_failure_does_not_end_the_round() -> None:
    found, said = run(Scripted({"base": [QUIET_ONE], "a": [RuntimeError("boom")]}))
    assert found == ["base ok", "a failed", "base ok"]
    assert any("RuntimeError: boom" in line for line in said)


@pytest.mark.parametrize(("retries", "kept"), [(0, 2.0), (1, 0.5)])
def test_where_the_machine_was_busy_it_is_measured_again(retries: int, kept: float) -> None:
    noisy, quieter = Reading({"x": 1}, foreign=2.0), Reading({"x": 1}, foreign=0.5)
    scenario = Scripted({"a": [noisy, quieter]})
    (measured,) = rounds.run(scenario, 1, retries=retries, say=lambda _: None)
    assert measured.foreign == kept


def test_what_others_did_meanwhile_is_looked_at_where_a_scenario_does_not_say() -> None:
    script: dict[str, list[Reading | Exception]] = {"a": [Reading({"x": 1})]}
    (measured,) = rounds.run(Scripted(script), 1, retries=0, say=lambda _: None)
    assert measured.foreign >= 0


def test_only_some_cases_may_be_measured_beside_the_base() -> None:
    scenario = Scripted({name: [QUIET_ONE] for name in ("base", "a", "b")})
    rounds.run(scenario, 1, only=["b"], say=lambda _: None)
    assert set(scenario.measured) == {"base", "b"}

"""Interleaved rounds: every case once in each, in an order that is shuffled each time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from random import Random

from tests.bench.cache import UnavailableError
from tests.bench.machine import Neighbours
from tests.bench.results import Measurement
from tests.bench.scenarios.base import Scenario

EVERY = 4
"""Cases between two measurements of the base."""
QUIET = 0.3
"""Cores that other work may use; above it a measurement is done again, once."""


def order(cases: Sequence[str], base: str, chance: Random) -> list[str]:
    """Return the cases of one round, with the base first, last, and after every few."""
    others = [case for case in cases if case != base]
    chance.shuffle(others)
    if base not in cases:
        return others
    out = [base]
    for start in range(0, len(others), EVERY):
        out += [*others[start : start + EVERY], base]
    return out


def run(
    scenario: Scenario,
    rounds: int,
    *,
    only: Sequence[str] = (),
    retries: int = 1,
    chance: Random | None = None,
    say: Callable[[str], None] | None = None,
) -> list[Measurement]:
    """Measure all cases of a scenario, or `only` some beside its base."""
    say = say or _print
    found: list[Measurement] = []
    cases: list[str] = []
    for case in scenario.cases():
        if only and case not in only and case != scenario.base:
            continue
        try:
            scenario.check(case)
        except UnavailableError as error:
            found.append(_skipped(scenario, case, error))
            say(f"  {case}: skipped: {error}")
        else:
            cases.append(case)
    chance = chance or Random()
    for number in range(rounds):
        for case in order(cases, scenario.base, chance):
            if any(each.case == case and each.status == "skipped" for each in found):
                continue
            measured = _measure(scenario, case, number, retries)
            found.append(measured)
            say(f"  {number + 1}/{rounds} {_line(scenario, measured)}")
    return found


def _measure(scenario: Scenario, case: str, number: int, retries: int) -> Measurement:
    """Measure once, and again where the machine was busy with something else; keep the quietest."""
    tries: list[Measurement] = []
    for _ in range(1 + retries):
        tries.append(_try(scenario, case, number))
        if tries[-1].status == "skipped" or tries[-1].foreign < QUIET:
            break
    return min(tries, key=lambda each: (each.status != "ok", each.foreign))


def _try(scenario: Scenario, case: str, number: int) -> Measurement:
    at_s, neighbours = time.monotonic(), Neighbours()
    try:
        reading = scenario.measure(case)
    except UnavailableError as error:
        return _skipped(scenario, case, error)
    except Exception as error:  # noqa: BLE001 - one that fails is shown, and the round goes on
        return Measurement(
            scenario=scenario.name,
            case=case,
            round=number,
            at_s=at_s,
            status="failed",
            why=f"{type(error).__name__}: {error}",
        )
    return Measurement(
        scenario=scenario.name,
        case=case,
        round=number,
        at_s=at_s,
        figures=reading.figures,
        foreign=neighbours.cores() if reading.foreign is None else reading.foreign,
        status="invalid" if reading.fault else "ok",
        why=reading.fault,
    )


def _skipped(scenario: Scenario, case: str, error: UnavailableError) -> Measurement:
    return Measurement(scenario=scenario.name, case=case, status="skipped", why=str(error))


def _line(scenario: Scenario, measured: Measurement) -> str:
    if measured.status != "ok":
        return f"{measured.case}: {measured.status.upper()}: {measured.why}"
    shown = [
        f"{measured.figures[name]:,.{digits}f} {heading}"
        for name, heading, digits in scenario.columns
        if name in measured.figures
    ]
    return f"{measured.case}: {', '.join(shown)}, foreign {measured.foreign:.2f}"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

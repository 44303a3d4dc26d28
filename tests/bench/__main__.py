"""``python -m tests.bench [SCENARIO …]``: measure ours and the peers in one interleaved run."""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime

import tornado

import jupyter_agentchat
from tests.bench import cache, machine, results, tables
from tests.bench.results import Measurement, Run
from tests.bench.rounds import run
from tests.bench.scenarios.base import Scenario
from tests.bench.suite import suite

ROUNDS, QUICK_ROUNDS = 5, 2


def main() -> int:
    """Measure, print, keep; 1 if a system lost a chunk or could not be measured."""
    arguments = _arguments()
    realtime = machine.may_be_realtime() and not arguments.no_realtime
    scenarios = suite(is_quick=arguments.quick, is_large=arguments.large, realtime=realtime)
    if unknown := set(arguments.scenarios) - {scenario.name for scenario in scenarios}:
        sys.stderr.write(
            f"There is no scenario {', '.join(sorted(unknown))}; "
            f"there are {', '.join(scenario.name for scenario in scenarios)}.\n"
        )
        return 2
    try:
        cache.viewers()
    except cache.UnavailableError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    chosen = [
        each for each in scenarios if not arguments.scenarios or each.name in arguments.scenarios
    ]
    rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else ROUNDS)
    measured = [] if arguments.page else _measure(chosen, rounds, arguments)
    if arguments.page or not (arguments.quick or arguments.scenarios or arguments.only):
        everything = [*suite(), *suite(is_large=True)]
        tables.write_page(everything, results.newest(cache.RESULTS))
        sys.stdout.write(f"The tables of {tables.PAGE.relative_to(cache.ROOT)} are new.\n")
    bad = [each for each in measured if each.status in {"invalid", "failed"}]
    for each in bad:
        sys.stdout.write(f"{each.status.upper()}: {each.scenario}, {each.case}: {each.why}\n")
    return 1 if bad else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="all, if none is named")
    parser.add_argument("--rounds", type=int, default=0, help=f"{ROUNDS}, or {QUICK_ROUNDS} quick")
    parser.add_argument("--quick", action="store_true", help="shorter and fewer: for a look")
    parser.add_argument("--large", action="store_true", help="10,000 connections instead")
    parser.add_argument("--only", action="append", default=[], help="this case beside the baseline")
    parser.add_argument("--retries", type=int, default=1, help="where the machine was busy")
    parser.add_argument("--no-realtime", action="store_true", help="never real-time priority")
    parser.add_argument("--page", action="store_true", help="only write the page's tables anew")
    return parser.parse_args()


def _measure(
    scenarios: list[Scenario], rounds: int, arguments: argparse.Namespace
) -> list[Measurement]:
    """Run the scenarios and keep what they find, also when they are broken off."""
    about = {**_about(), "rounds": rounds, "quick": arguments.quick}
    measured: list[Measurement] = []
    try:
        for scenario in scenarios:
            sys.stdout.write(f"\n{scenario.name}: {scenario.about}\n")
            found = run(scenario, rounds, only=arguments.only, retries=arguments.retries)
            measured += found
            sys.stdout.write(f"\n{tables.table(scenario, found)}\n")
    finally:
        if measured:
            path = results.write(cache.RESULTS, Run(about, measured))
            sys.stdout.write(f"\nKept in {path}\n")
    by_scenario = {
        name: [each for each in measured if each.scenario == name]
        for name in results.scenarios(measured)
    }
    sys.stdout.write(f"\n{tables.goals_table(by_scenario)}\n")
    return measured


def _about() -> dict[str, object]:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=cache.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        **machine.describe(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "version": jupyter_agentchat.__version__,
        "tornado": tornado.version,
        "commit": commit.stdout.strip() or "no commit",
    }


if __name__ == "__main__":
    sys.exit(main())

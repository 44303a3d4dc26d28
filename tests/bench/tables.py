"""Markdown tables of a run: one per scenario, one of the goals; and the page that holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.compare import Spread, ratios, values
from tests.bench.goals import GOALS, Bound, Goal
from tests.bench.results import Measurement, Run
from tests.bench.scenarios.base import Scenario

PAGE = Path(__file__).parents[2] / "docs/topics/performance.md"
_VERDICTS = {True: "held", False: "**not held**", None: "not measured"}


def table(scenario: Scenario, measurements: Sequence[Measurement]) -> str:
    """Return a scenario's table, the best first, and below it what is missing from it and why."""
    columns = scenario.columns
    heads = ["", "n", *(heading for _, heading, _ in columns), "other work"]
    lines = [_row(heads), _row(["---"] * len(heads))]
    cases = [case for case in scenario.cases() if values(measurements, case, columns[0][0])]
    for case in sorted(cases, key=lambda case: _rank(scenario, measurements, case)):
        n = len(values(measurements, case, columns[0][0]))
        cells = [_cell(scenario, measurements, case, name, digits) for name, _, digits in columns]
        lines.append(_row([scenario.label(case), str(n), *cells, _other_work(measurements, case)]))
    notes = {
        f"* {scenario.label(each.case)}: {each.status}: {each.why}": None
        for each in measurements
        if each.status != "ok"
    }
    return "\n".join([*lines, *([""] if notes else []), *notes])


def goals_table(found: Mapping[str, Sequence[Measurement]]) -> str:
    """Return the goals with what was measured, whether they are held, and their commands."""
    lines = [
        _row(["", "work", "goal: measured", "", "command"]),
        _row(["---"] * 5),
    ]
    for goal in GOALS:
        shown = "; ".join(_bound(bound, found.get(bound.scenario, ())) for bound in goal.bounds)
        verdict = _VERDICTS[goal.verdict(found)]
        lines.append(_row([goal.number, goal.about, shown, verdict, command(goal)]))
    return "\n".join(lines)


def command(goal: Goal) -> str:
    """Return the command that measures a goal."""
    scenarios = list(dict.fromkeys(bound.scenario for bound in goal.bounds))
    if scenarios == ["idle-large"]:
        return "`make bench-large`"
    return f'`make bench ARGS="{" ".join(scenarios)}"`'


def machine_line(run: Run) -> str:
    """Return a sentence on where and when a run was made."""
    about = run.about
    return (
        f"{about['date']}, {about['rounds']} rounds{', quick' if about['quick'] else ''}: "
        f"{about['cpu']}, {about['cores']} cores, {about['memory_gib']} GiB, {about['system']}, "
        f"Python {about['python']}, Tornado {about['tornado']}, jupyter_agentchat "
        f"{about['version']} ({about['commit']})."
    )


def write_page(scenarios: Sequence[Scenario], runs: Mapping[str, Run], page: Path = PAGE) -> None:
    """Put the tables between the page's markers; the text around them stays."""
    found = {name: run.measurements for name, run in runs.items()}
    text = _between(page.read_text(encoding="utf-8"), "goals", goals_table(found))
    parts = []
    for scenario in scenarios:
        if run := runs.get(scenario.name):
            parts += [f"### {scenario.name}", f"{_sentence(scenario.about)}", machine_line(run)]
            parts.append(table(scenario, run.measurements))
    page.write_text(_between(text, "tables", "\n\n".join(parts)), encoding="utf-8")


def _between(text: str, name: str, content: str) -> str:
    begin, end = f"<!-- bench: {name} -->", f"<!-- /bench: {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"The page has no place for {name}: it lacks {begin} … {end}.")
    return pattern.sub(lambda _: f"{begin}\n\n{content}\n\n{end}", text)


def _bound(bound: Bound, measurements: Sequence[Measurement]) -> str:
    spread = bound.measured(measurements)
    limit = f"{bound.limit:,g} {bound.unit}" if bound.unit != "×" else f"{bound.limit:g} ×"
    name = f"{bound.what} " if bound.what else ""
    shown = "–" if spread is None else spread.show(bound.digits)
    if spread is not None and not bound.is_held(spread):
        shown = f"**{shown}**"
    return f"{name}{bound.sign} {limit}: {shown}"


def _cell(
    scenario: Scenario, measurements: Sequence[Measurement], case: str, name: str, digits: int
) -> str:
    figure = name.removesuffix("×")
    if figure == name:
        spread = Spread.of(values(measurements, case, figure))
    elif case == scenario.base:
        return "1"
    else:
        spread = Spread.of(ratios(measurements, case, scenario.base, figure))
    return "–" if spread is None else spread.show(digits)


def _other_work(measurements: Sequence[Measurement], case: str) -> str:
    """Return the cores that everything else kept busy while a case was measured."""
    spread = Spread.of([each.foreign for each in measurements if each.case == case])
    return "–" if spread is None else f"{spread.median:.2f}"


def _rank(scenario: Scenario, measurements: Sequence[Measurement], case: str) -> float:
    figure = scenario.columns[0][0]
    spread = Spread.of(values(measurements, case, figure))
    median = 0.0 if spread is None else spread.median
    return -median if figure == "per_s" else median


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _sentence(about: str) -> str:
    return f"{about[0].upper()}{about[1:]}."

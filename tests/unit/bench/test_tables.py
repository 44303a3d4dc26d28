from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import tables
from tests.bench.goals import GOALS
from tests.bench.results import Measurement, Run
from tests.bench.scenarios.startup import WITH, WITHOUT, StartUp
from tests.bench.suite import suite

ABOUT = {
    "date": "2026-01-02",
    "rounds": 5,
    "quick": False,
    "cpu": "a CPU",
    "cores": 2,
    "memory_gib": 8,
    "system": "Linux 6.1",
    "python": "3.11.7",
    "tornado": "6.5",
    "version": "1.0",
    "commit": "abc",
}


def measured(case: str, at_s: float, wall_s: float) -> Measurement:
    figures = {"cpu_s": 2 * wall_s, "wall_s": wall_s}
    return Measurement(scenario="startup", case=case, at_s=at_s, figures=figures, foreign=0.5)


MEASURED = [
    measured(WITHOUT, 0, 1.0),
    measured(WITH, 1, 1.03),
    measured(WITHOUT, 2, 1.0),
    Measurement(scenario="startup", case=WITH, status="invalid", why="1 chunks skipped"),
]


def page(folder: Path) -> Path:
    path = folder / "page.md"
    marks = [f"<!-- bench: {name} -->old<!-- /bench: {name} -->" for name in ("goals", "tables")]
    path.write_text(f"before\n{marks[0]}\nbetween\n{marks[1]}\nafter\n")
    return path


def test_a_table_shows_medians_ratios_and_what_is_missing() -> None:
    assert tables.table(StartUp(), MEASURED).splitlines() == [
        "|  | n | CPU s | × | s | × | other work |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| without the extension | 2 | 2.000 [2.000–2.000] | 1 | 1.000 [1.000–1.000] | 1 | 0.50 |",
        "| with the extension | 1 | 2.060 | 1.030 | 1.030 | 1.030 | 0.25 |",
        "",
        "* with the extension: invalid: 1 chunks skipped",
    ]


def test_the_goals_say_whether_they_are_held() -> None:
    text = tables.goals_table({"startup": MEASURED})
    (row,) = [line for line in text.splitlines() if line.startswith("| P13 ")]
    assert "without ≤ 1.05 ×: 1.03 | held |" in row
    slow = tables.goals_table({"startup": [*MEASURED[:1], measured(WITH, 1, 1.2)]})
    (row,) = [line for line in slow.splitlines() if line.startswith("| P13 ")]
    assert "without ≤ 1.05 ×: **1.20** | **not held** |" in row
    assert text.count("not measured") == len(GOALS) - 1


def test_every_goal_has_a_command_that_measures_it() -> None:
    names = {scenario.name for scenario in suite()}
    for goal in GOALS:
        command = tables.command(goal)
        if command != "`make bench-large`":
            assert set(command.split('"')[1].split()) <= names


def test_a_page_keeps_what_is_around_its_tables(tmp_path: Path) -> None:
    path = page(tmp_path)
    tables.write_page([StartUp()], {"startup": Run(ABOUT, MEASURED)}, path)
    text = path.read_text()
    assert "old" not in text
    assert "### startup" in text
    assert "2026-01-02, 5 rounds: a CPU, 2 cores, 8 GiB" in text
    parts = [text.index(part) for part in ("before", "P13", "between", "### startup", "after")]
    assert parts == sorted(parts)


def test_a_page_without_a_place_for_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("nothing")
    with pytest.raises(ValueError, match="no place for goals"):
        tables.write_page([], {}, path)


def test_the_page_of_the_docs_has_places_for_both() -> None:
    text = tables.PAGE.read_text(encoding="utf-8")
    for name in ("goals", "tables"):
        assert text.index(f"<!-- bench: {name} -->") < text.index(f"<!-- /bench: {name} -->")

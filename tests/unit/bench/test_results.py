from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench import results
from tests.bench.results import Measurement, Run

MEASUREMENTS = [
    Measurement(scenario="a", case="x", round=1, at_s=2.5, figures={"per_s": 3.0}, foreign=0.25),
    Measurement(scenario="b", case="y", status="skipped", why="it is not here"),
]


def about(**fields: Any) -> dict[str, Any]:
    return {"quick": False, "cpu": "a CPU", **fields}


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = Run(about(), MEASUREMENTS)
    assert results.read(results.write(tmp_path / "new", run)) == run


def test_the_newest_run_of_each_scenario_counts_but_quick_ones(tmp_path: Path) -> None:
    old, new, quick = ([Measurement(scenario="a", case=case)] for case in ("old", "new", "quick"))
    written = [
        Run(about(), [*old, MEASUREMENTS[1]]),
        Run(about(), new),
        Run(about(quick=True), quick),
    ]
    for number, run in enumerate(written):
        results.write(tmp_path, run).rename(tmp_path / f"{number}.parquet")
    found = results.newest(tmp_path)
    assert {name: list(run.measurements) for name, run in found.items()} == {
        "a": new,
        "b": [MEASUREMENTS[1]],
    }
    assert results.newest(tmp_path, with_quick=True)["a"].measurements == quick

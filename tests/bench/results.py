"""Measurements, and the parquet files they are kept in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from tests.bench.scenarios.base import Figures

Status = Literal["ok", "invalid", "failed", "skipped"]
_FIXED = ("scenario", "case", "round", "at_s", "foreign", "status", "why")


class Measurement(Struct, frozen=True, kw_only=True):
    """One case of one scenario in one round.

    Attributes
    ----------
    at_s : float
        When it began (monotonic seconds); ratios are between neighbours in time.
    foreign : float
        Cores that other work on the machine kept busy.
    status : str
        ``invalid``: chunks were lost or doubled; ``failed``: it could not be measured;
        ``skipped``: what it needs is not there. `why` says more.
    """

    scenario: str
    case: str
    round: int = 0
    at_s: float = 0.0
    figures: Figures = {}
    foreign: float = 0.0
    status: Status = "ok"
    why: str = ""


class Run(Struct, frozen=True):
    """The measurements of one run, and what it ran on: machine, time, rounds."""

    about: dict[str, Any]
    measurements: Sequence[Measurement]


def write(folder: Path, run: Run) -> Path:
    """Write a run as one parquet file, a row per measurement and a column per figure."""
    names = list(dict.fromkeys(name for each in run.measurements for name in each.figures))
    rows = [
        {**{name: getattr(each, name) for name in _FIXED}, **each.figures}
        for each in run.measurements
    ]
    fields = [
        *((name, pa.string()) for name in ("scenario", "case")),
        ("round", pa.int64()),
        *((name, pa.float64()) for name in ("at_s", "foreign")),
        *((name, pa.string()) for name in ("status", "why")),
        *((name, pa.float64()) for name in names),
    ]
    table = pa.Table.from_pylist(rows, schema=pa.schema(fields))
    table = table.replace_schema_metadata({"run": json.dumps(run.about)})
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}.parquet"
    pq.write_table(table, path)
    return path


def read(path: Path) -> Run:
    """Read a run."""
    table = pq.read_table(path)
    measurements = []
    for row in table.to_pylist():
        fixed = {name: row.pop(name) for name in _FIXED}
        figures = {name: value for name, value in row.items() if value is not None}
        measurements.append(Measurement(**fixed, figures=figures))
    return Run(json.loads(table.schema.metadata[b"run"]), measurements)


def newest(folder: Path, *, with_quick: bool = False) -> dict[str, Run]:
    """Return for each scenario the newest run that has it, with its measurements alone."""
    found: dict[str, Run] = {}
    for path in sorted(folder.glob("*.parquet")):
        run = read(path)
        if run.about["quick"] and not with_quick:
            continue
        for scenario in scenarios(run.measurements):
            own = [each for each in run.measurements if each.scenario == scenario]
            found[scenario] = Run(run.about, own)
    return found


def scenarios(measurements: Iterable[Measurement]) -> list[str]:
    """Return the scenarios that were measured, in order."""
    return list(dict.fromkeys(each.scenario for each in measurements))

"""The numbers of docs/topics/measurement.md are those that the code gives."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from jupyter_agentchat import metrics
from jupyter_agentchat.metrics import (
    DIALECTS,
    Fluidity,
    Timeline,
    fluidity,
    icl,
    itl,
    normalized_latency,
    order_interval,
    qoe,
    quantile,
    stalls,
    tpot,
    ttft,
)
from jupyter_agentchat.metrics.slo import MLPERF, objectives

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/topics/measurement.md").read_text("utf-8")
VECTORS = json.loads((ROOT / "tests/data/metrics/vectors.json").read_text("utf-8"))["vectors"]
ANDES = next(vector for vector in VECTORS if vector["id"] == "andes.timelines")["inputs"][
    "arrivals"
]


def rows(first_cell: str) -> list[list[str]]:
    """Return the cells of the table rows that begin with this text."""
    lines = [line for line in PAGE.splitlines() if line.startswith(f"| {first_cell}")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def number(value: object) -> float:
    assert isinstance(value, float)
    return value


@pytest.mark.parametrize("which", ANDES)
def test_the_table_of_experiences(which: str) -> None:
    (cells,) = rows(which)
    stream = Timeline(0, [round(at * 1e9) for at in ANDES[which]], n_tokens=len(ANDES[which]))
    gaps = icl(stream)
    both = fluidity(stream, ttft_deadline=1.0, tbt_deadline=0.1)
    assert isinstance(gaps, list)
    assert isinstance(both, Fluidity)
    assert cells[1:] == [
        f"{number(ttft(stream)):.3f}",
        f"{number(normalized_latency(stream)) * 1000:.3f}",
        f"{number(tpot(stream)) * 1000:.2f}",
        f"{quantile(gaps, 0.9) * 1000:.1f}",
        f"{quantile(gaps, 0.99) * 1000:.1f}",
        f"{number(qoe(stream, tds_expected=10)):.3f}",
        f"{number(qoe(stream, tds_expected=4.8)):.3f}",
        f"{both.docs:.3f}",
        f"{both.code:.3f}",
    ]


def test_the_first_example() -> None:
    stream = Timeline(t_request=0, t_chunks=[480_000_000, 510_000_000, 1_900_000_000], n_tokens=9)
    assert f"# {ttft(stream)} s" in PAGE
    assert f"# {tpot(stream)} s" in PAGE
    assert f"# {icl(stream)}" in PAGE
    assert repr(stalls(stream, threshold=0.5))[:58] in PAGE


def test_the_stream_of_many_latencies() -> None:
    stream = Timeline(0, [2_000_000_000, 3_000_000_000, 7_000_000_000], chunk_tokens=[3, 1, 4])
    ours, aiperf, llmperf = (
        number(itl(stream, dialect=name)) for name in ("agentchat", "aiperf", "llmperf")
    )
    assert f"ITL of {ours:.3f}, {aiperf:.1f}, {llmperf:.3f} s" in " ".join(PAGE.split())


def test_the_presets() -> None:
    for model in MLPERF:
        cells = next(row for row in rows("`mlperf:") if f"`mlperf:{model}`" in row[0])
        limits = [round(limit * 1000) for _, limit in objectives(f"mlperf:{model}")]
        assert [int(cell) for cell in cells[1:]] == limits


def test_the_sample_sizes() -> None:
    for p, least in ((0.5, 6), (0.9, 36), (0.95, 72), (0.99, 368)):
        assert str(least) in PAGE
        assert not isinstance(order_interval(range(least), p), metrics.NA)
        assert isinstance(order_interval(range(least - 1), p), metrics.NA)


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "agentchat"])
def test_every_dialect_names_where_it_was_read(dialect: str) -> None:
    """The tool's row has its repository and each commit that the dialect names."""
    found = DIALECTS[dialect]
    (cells,) = [row for row in rows(found.tool) if len(row) == 2]
    commits = re.findall(r"@([0-9a-f]{7,40})", found.source)
    assert commits
    for words in (found.source.split()[0].partition("@")[0], *commits):
        assert words in cells[1]


def test_every_metric_and_dialect_is_on_the_page() -> None:
    functions = [name for name in metrics.__all__ if name.islower()]
    statistics = {"ecdf", "order_interval", "quantile", "shortest_deadline"}
    for name in [*set(functions) - statistics, *DIALECTS]:
        assert f"`{name}" in PAGE, f"{name} is not on the page"

"""Figures, comparisons and derived frames of a log that a real service wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_agentchat as ac
from jupyter_agentchat.frames.checks import KEYS, check
from jupyter_agentchat.frames.log import Log

FAST = {"synthetic": {"chunks": 8, "ttft_ms": 2, "icl_ms": 1}}
ARGUMENTS = {"goodput": ("mlperf:llama3.1-8b-interactive",)}
FIGURES = [name for name in ac.plot.__all__ if name.islower()]


@pytest.fixture(scope="module")
def log() -> Iterator[Log]:
    with ac.connect(embedded=True) as chat:
        for number in range(6):
            for agent in ("echo", "synthetic"):
                chat.ask(f"say {number} of it", agent=agent, channel="lab", metadata=FAST)
        yield chat.log(channel="lab")


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_draws_it(name: str, log: Log) -> None:
    figure = getattr(ac.plot, name)(log, *ARGUMENTS.get(name, ()))
    assert len(figure.frame) > 0
    assert figure.alt in figure._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize("name", KEYS)
def test_every_frame_is_what_its_schema_says(name: str, log: Log) -> None:
    check(name, getattr(log, name)())


def test_agents_are_compared_on_the_same_prompts(log: Log) -> None:
    found = ac.compare_groups(log, "ttft", pair="prompt")
    assert found["n_a"].tolist() == [6]
    assert found["paired"].all()


def test_its_trace_and_its_files_measure_alike(log: Log, tmp_path: Path) -> None:
    log.save(tmp_path / "log", text="drop")
    back = ac.read_log(tmp_path / "log")
    assert back.timelines() == log.timelines()
    log.save_trace(tmp_path / "trace.parquet")
    one, two = (ac.plot.ecdf(each, "e2e").frame["x"] for each in (
        ac.read_trace(tmp_path / "trace.parquet"), list(log.timelines().values())
    ))  # fmt: skip
    assert one.tolist() == two.tolist()

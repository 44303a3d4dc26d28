"""What an experiment says whose trials were made by several runs, each with a clock of its own."""

from __future__ import annotations

import pytest

from jupyter_agentchat.experiment.findings import Findings
from jupyter_agentchat.experiment.journal import Journal, Run
from jupyter_agentchat.experiment.observation import Observation
from jupyter_agentchat.experiment.report import build
from jupyter_agentchat.experiment.spec import read_spec
from jupyter_agentchat.frames.schemas import SCHEMAS
from jupyter_agentchat.metrics import NA, goodput, peak_concurrency, run_duration

MS = 1_000_000
SPEC = {"prompts": ["a"], "agents": ["fast", "slow"], "repeats": 8, "warm_up": 0, "blind": False}
TTFT_MS = {"fast": 10, "slow": 200}


def resumed(*clocks: str) -> Findings:
    """Return findings whose trials were made in turn by runs with these clocks."""
    journal = Journal(read_spec(SPEC))
    for number, clock in enumerate(clocks):
        journal.begin(Run(run=clock, started_us=number, provenance={}))
    for place, trial in enumerate(journal.spec.trials()):
        first = place * 1000 * MS + TTFT_MS[trial.agent] * MS
        journal.add(
            Observation(
                trial=trial.trial,
                run=clocks[place % len(clocks)],
                status="completed",
                clock_id=clocks[place % len(clocks)],
                t_request=place * 1000 * MS,
                t_chunks=[first, first + 5 * MS],
                kinds=["text", "text"],
                t_end=first + 6 * MS,
            )
        )
    return Findings(journal, {name: schema.empty_table() for name, schema in SCHEMAS.items()})


def test_what_each_stream_tells_is_the_same_of_two_clocks() -> None:
    one, two = resumed("c"), resumed("c", "d")
    assert two.summary().equals(one.summary())
    assert two.compare("ttft").equals(one.compare("ttft"))
    assert two.summary(["ttft"]).set_index("arm").loc["slow", "p50"] == 0.2
    report = build(two).html
    assert "Time to first token" in report
    assert "2 runs" in report


def test_what_spans_streams_of_two_clocks_says_why_it_has_no_number() -> None:
    for run in resumed("c").timelines().values():
        assert {timeline.clock_id for timeline in run} == {"c"}
        took = run_duration(run)
        assert not isinstance(took, NA)
        assert goodput(run, slo={"ttft": 1.0}) == pytest.approx(8 / took)
        assert peak_concurrency(run) == 1
    every = [timeline for run in resumed("c", "d").timelines().values() for timeline in run]
    for found in (goodput(every, slo={"ttft": 1.0}), run_duration(every), peak_concurrency(every)):
        assert isinstance(found, NA)
        assert "of 2 clocks" in found.reason

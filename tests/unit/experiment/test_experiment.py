"""An experiment in this process, from its spec to its comparison."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment.experiment import Experiment
from jupyter_agentchat.experiment.journal import Journal
from jupyter_agentchat.experiment.observation import Observation

FAST = {"synthetic": {"chunks": 8, "icl_ms": 1, "ttft_ms": 1}}
SLOW = {"synthetic": {"chunks": 8, "icl_ms": 1, "ttft_ms": 150}}
ORDER: dict[str, Any] = {
    "prompts": ["a", "b"],
    "agents": ["synthetic"],
    "settings": {"fast": FAST, "slow": SLOW},
    "repeats": 4,
    "warm_up": 1,
    "seed": 3,
}


async def run(**more: Any) -> Any:
    """Run `ORDER` in this process."""
    folder = more.pop("folder", None)
    experiment = Experiment(**{**ORDER, **more})
    return await experiment.run_async(embedded=True, progress=False, folder=folder)


async def test_it_finds_the_difference_it_was_given() -> None:
    """150 ms against 1 ms to the first chunk, in both the client's and the log's numbers."""
    result = await run()
    assert result.complete
    trials = result.trials()
    assert len(trials) == 17
    assert trials["is_warm_up"].sum() == 1
    assert set(trials["status"]) == {"completed"}
    (row,) = result.compare("ttft").to_dict("records")
    assert (row["a"], row["b"], row["n_a"]) == ("fast", "slow", 8)
    assert row["shift"] < -0.05
    assert row["p_holm"] == row["p"] < 0.05
    assert row["cliffs_delta"] < -0.5
    summary = result.summary(["ttft"]).set_index("arm")
    assert summary.loc["fast", "n"] == 8
    streams = result.log.streams()
    assert len(streams) == 17
    by_arm = result.log_by_arm.summary(metrics=["ttft"]).set_index("agent")
    assert by_arm.loc["slow", "p50"] > by_arm.loc["fast", "p50"] + 0.05


async def test_open_loop_instants_are_in_the_log() -> None:
    """``t_intended`` on the server's clock is the schedule's, which is the client's."""
    result = await run(arrivals="constant:200/s", warm_up=0)
    seen = result.trials().set_index("stream_id")["t_intended"]
    logged = result.log.streams().set_index("stream_id")["t_intended"]
    assert (seen.sort_index() == logged.sort_index()).all()
    gaps = seen.sort_values().diff().dropna()
    assert set(gaps) == {5_000_000}


async def test_blinded_it_tells_nothing_until_it_is_told_to() -> None:
    """No frame names an arm, an agent or a setting."""
    result = await run(blind=True)
    frames = [
        result.trials(),
        result.summary(["ttft"]),
        result.compare("ttft"),
        result.log.streams(),
        result.log.messages(),
        result.log.events(),
        result.log_by_arm.summary(metrics=["ttft"]),
    ]
    for frame in frames:
        text = frame.to_csv()
        assert "fast" not in text
        assert "slow" not in text
        assert "synthetic" not in text
    assert result.arms == ["A", "B"]
    assert sorted(result.unblind().values()) == ["fast", "slow"]
    assert set(result.trials()["setting"]) == {"fast", "slow"}
    assert set(result.log.streams()["agent"]) == {"synthetic"}


async def test_interrupted_it_keeps_what_is_done_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled in the middle, then run to its end by another object; nothing is made twice."""
    order = {**ORDER, "settings": {"fast": FAST, "slow": SLOW}, "repeats": 6}
    first = Experiment(**order)
    enough, add = asyncio.Event(), Journal.add

    def counting(journal: Journal, observation: Observation) -> None:
        add(journal, observation)
        if len(journal.done) >= 5:
            enough.set()

    monkeypatch.setattr(Journal, "add", counting)
    work = asyncio.create_task(first.run_async(embedded=True, progress=False, folder=tmp_path))
    await enough.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    partial = Experiment.load(tmp_path)
    assert not partial.complete
    assert "run it again" in repr(partial)
    done = set(partial.trials()["trial"])
    assert 5 <= len(done) < 25
    result = await Experiment(**order).run_async(embedded=True, progress=False, folder=tmp_path)
    assert result.complete
    assert len(result.trials()) == 25
    assert set(partial.log.streams()["stream_id"]) <= set(result.log.streams()["stream_id"])
    assert set(result.trials()["stream_id"]) <= set(result.log.streams()["stream_id"])
    assert result.trials()["run"].nunique() == 2


async def test_run_again_it_makes_nothing_anew() -> None:
    """In memory as well."""
    experiment = Experiment(**{**ORDER, "repeats": 1})
    first = await experiment.run_async(embedded=True, progress=False)
    again = await experiment.run_async(embedded=True, progress=False)
    assert first.trials().equals(again.trials())


async def test_a_failure_is_a_result() -> None:
    """An answer that fails is counted, not hidden."""
    bad = {"synthetic": {"chunks": 8, "icl_ms": 1, "ttft_ms": 1, "fail_at": 3}}
    result = await run(settings={"fast": FAST, "bad": bad}, warm_up=0)
    summary = result.summary(["ttft"]).set_index("arm")
    assert summary.loc["bad", "n_failed"] == 8
    assert summary.loc["fast", "n_failed"] == 0
    assert result.trials().set_index("arm").loc["bad", "error"].notna().all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"agents": ["synthetc"]}, 'did you mean "synthetic"'),
        ({"transports": ["sse"]}, "needs a server"),
        ({"settings": {"s": {"network": {"latency_ms": 5}}}}, "needs a server"),
        ({"settings": {"s": {"network": {"lag": 5}}}}, "lag"),
    ],
)
async def test_what_can_be_known_before_is_said_before(change: dict[str, Any], says: str) -> None:
    """Nothing has run then."""
    with pytest.raises(InvalidInputError, match=says):
        await run(**change)


def test_the_plan_is_shown_without_running() -> None:
    """One row for each trial, in order."""
    plan = Experiment(**ORDER).plan()
    assert len(plan) == 17
    assert plan.loc[0, "block"] == -1
    assert set(plan["arm"]) == {"fast", "slow"}


def test_it_blocks_in_a_plain_script() -> None:
    """``run`` needs no loop."""
    order = {**ORDER, "repeats": 1, "warm_up": 0}
    assert Experiment(**order).run(embedded=True, progress=False).complete

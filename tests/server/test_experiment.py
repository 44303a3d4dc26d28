"""Experiments against a real server: three transports, a worse network, one log."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.experiment.experiment import Experiment
from jupyter_agentchat.experiment.journal import Journal
from jupyter_agentchat.experiment.observation import Observation
from tests.processes import TOKEN, environment, jupyter_server

pytestmark = [pytest.mark.xdist_group("client"), pytest.mark.timeout(120)]

QUICK = {"synthetic": {"chunks": 10, "icl_ms": 2, "ttft_ms": 2}}


async def test_three_transports_and_a_worse_network(tmp_path: Path) -> None:
    """Every trial is in the log by its stream; 100 ms each way show at the client alone."""
    experiment = Experiment(
        prompts=["hi"],
        agents=["synthetic"],
        settings={"plain": QUICK, "far": {**QUICK, "network": {"latency_ms": 100}}},
        transports=["ws", "sse", "openai"],
        repeats=3,
        arrivals="closed:2",
    )
    with jupyter_server(tmp_path / "server") as server:
        result = await experiment.run_async(
            server.url, TOKEN, folder=tmp_path / "kept", progress=False
        )
    trials = result.trials()
    assert set(trials["status"]) == {"completed"}
    assert set(trials["n_chunks"]) == {10}
    assert set(trials["n_tokens"]) == {10}
    assert set(trials["stream_id"]) == set(result.log.streams()["stream_id"])
    assert set(result.log.streams()["transport"]) == {"ws", "sse", "openai"}
    seen = result.summary(["ttft"]).set_index("arm")["p50"]
    for transport in ("ws", "sse", "openai"):
        assert seen[f"far · {transport}"] > seen[f"plain · {transport}"] + 0.15
    inside = result.log_by_arm.summary(metrics=["ttft"]).set_index("agent")["p50"]
    assert inside["far · ws"] < 0.1
    again = Experiment.load(tmp_path / "kept")
    assert again.trials().equals(trials)
    assert again.log.chunks().equals(result.log.chunks())


async def test_the_schedule_is_in_the_log_of_every_transport(tmp_path: Path) -> None:
    """On the server's clock: no request came before it was meant to be sent."""
    experiment = Experiment(
        prompts=["hi"],
        agents=["echo"],
        transports=["ws", "sse", "openai"],
        repeats=2,
        arrivals="constant:20/s",
    )
    with jupyter_server(tmp_path) as server:
        result = await experiment.run_async(server.url, TOKEN, progress=False)
    streams = result.log.streams()
    assert len(streams) == 6
    assert streams["t_intended"].notna().all()
    assert (streams["t_request"] > streams["t_intended"]).all()
    assert set(result.log.summary(metrics=["scheduled_latency"], by=["transport"])["n"]) == {2}


async def test_a_server_that_goes_away_ends_it_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done is kept, and the next run fetches its log; the rest is made anew."""
    experiment = Experiment(
        prompts=["hi"],
        agents=["synthetic"],
        settings={"s": {"synthetic": {"chunks": 40, "icl_ms": 20}}},
        transports=["openai"],
        repeats=4,
    )
    began, add = asyncio.Event(), Journal.add

    def counting(journal: Journal, observation: Observation) -> None:
        add(journal, observation)
        began.set()

    monkeypatch.setattr(Journal, "add", counting)
    with jupyter_server(tmp_path / "server") as server:
        running = experiment.run_async(server.url, TOKEN, folder=tmp_path / "x", progress=False)
        work = asyncio.create_task(running)
        await began.wait()
        server.kill()
        with pytest.raises(DisconnectedError, match="server"):
            await work
    assert not Experiment.load(tmp_path / "x").complete
    with jupyter_server(tmp_path / "server") as server:
        result = await experiment.run_async(
            server.url, TOKEN, folder=tmp_path / "x", progress=False
        )
    assert result.complete
    assert len(result.runs) == 2
    streams = result.log.streams()["stream_id"]
    assert set(result.trials()["stream_id"]) <= set(streams)
    assert streams.is_unique


def test_an_interrupt_keeps_what_is_done_and_the_same_command_goes_on(tmp_path: Path) -> None:
    """Ctrl-C at the command line, in the middle of a trial."""
    spec, trials = tmp_path / "study.yaml", tmp_path / "study" / "trials.jsonl"
    spec.write_text(
        "prompts: [hi]\nagents: [synthetic]\nrepeats: 6\n"
        "settings: {slow: {synthetic: {chunks: 30, icl_ms: 20}}}\n"
    )
    main = "from jupyter_agentchat.cli.app import main; main()"
    command = [sys.executable, "-c", main, "experiment", str(spec)]
    first = subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE, text=True
    )
    with first:
        until = time.monotonic() + 60
        while not (trials.exists() and trials.read_text()) and time.monotonic() < until:
            time.sleep(0.05)
        first.send_signal(signal.SIGINT)
        assert first.stderr is not None
        said = first.stderr.read()
    assert first.returncode == 1
    assert "Stopped; the same command goes on." in said
    assert "Traceback" not in said
    done = len(trials.read_text().splitlines())
    assert 0 < done < 6
    again = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert "6 of 6 trials, 0 failed" in again.stdout
    assert len(Experiment.load(tmp_path / "study").log.streams().query("n_chunks == 30")) == 6

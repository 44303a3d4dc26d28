"""Threats to validity: what the facts of an experiment say against its own conclusions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jupyter_agentchat.experiment.journal import Run
from jupyter_agentchat.experiment.observation import Observation
from jupyter_agentchat.experiment.spec import Spec

P99_LEAST = 368
"""Streams that a two-sided 95 % interval for p99 needs (order statistics)."""
_LATE_SHARE = 0.1
_MS = 1_000_000


def threats(
    spec: Spec, seen: Sequence[Observation], runs: Sequence[Run], *, planned: int
) -> list[str]:
    """Return one sentence for each threat that applies.

    Parameters
    ----------
    seen : sequence of Observation
        The trials proper.
    runs : sequence of Run
        What made them.
    planned : int
        How many trials proper there are in the design.
    """
    return [
        *_of_sample(spec, seen, planned),
        *_of_load(spec, seen),
        *_of_place(runs),
        *_of_design(spec),
    ]


def _of_sample(spec: Spec, seen: Sequence[Observation], planned: int) -> Iterator[str]:
    if len(seen) < planned:
        yield (
            f"{planned - len(seen):,} of {planned:,} trials were not made: the last blocks are not "
            "complete, and drift may have fallen on some arms more than on others."
        )
    failed = sum(each.status != "completed" for each in seen)
    if failed:
        yield (
            f"{failed:,} of {len(seen):,} trials failed. They have no latency; if slow answers "
            "fail more often, the arms that fail look faster than they are."
        )
    each_arm = len(seen) // max(len(spec.factors.arms()), 1)
    if each_arm < P99_LEAST:
        yield (
            f"With about {each_arm:,} trials an arm the 99th percentile has no distribution-free "
            f"95 % interval, which needs {P99_LEAST}; it is left out."
        )
    if len(spec.prompts) == 1:
        yield "There is one prompt; nothing tells how the result depends on what is asked."


def _of_load(spec: Spec, seen: Sequence[Observation]) -> Iterator[str]:
    if not spec.is_open:
        yield (
            "The load is a closed loop: a slow answer delays the next request, so that slow times "
            "are sampled less often than users would meet them (coordinated omission)."
        )
        return
    late = [
        each
        for each in seen
        if each.t_intended is not None and each.t_request - each.t_intended > _MS
    ]
    if len(late) > _LATE_SHARE * len(seen):
        yield (
            f"{len(late):,} of {len(seen):,} requests left more than 1 ms after their instant: the "
            "load generator was short of time. Look at the scheduled latency, which counts that in."
        )


def _of_place(runs: Sequence[Run]) -> Iterator[str]:
    facts: list[dict[str, Any]] = [run.provenance for run in runs]
    if any(each.get("embedded") for each in facts):
        yield "Agents and client ran in one process and took time from each other."
    elif facts:
        yield (
            "If the server ran on the same machine, client and server took processor time from "
            "each other; no network lay between them but the one ordered."
        )
    if len(runs) > 1:
        yield (
            f"The trials were made in {len(runs)} runs; whatever changed between them changed "
            "between blocks too."
        )
    if len({(each.get("processor"), each.get("cores")) for each in facts}) > 1:
        yield "The runs were made on different machines."


def _of_design(spec: Spec) -> Iterator[str]:
    if spec.warm_up == 0:
        yield "There was no warm-up: first requests, which load and connect, are in the numbers."
    if not spec.blind and len(spec.factors.arms()) > 1:
        yield "The arms were not blinded: who read the numbers knew which arm was whose."

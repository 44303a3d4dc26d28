"""Service level objectives: what a good request has to meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.e2e import e2e
from jupyter_agentchat.metrics.fluidity import fluidity
from jupyter_agentchat.metrics.icl import icl
from jupyter_agentchat.metrics.itl import itl
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.normalized_latency import normalized_latency
from jupyter_agentchat.metrics.parameters import real
from jupyter_agentchat.metrics.qoe import qoe
from jupyter_agentchat.metrics.scheduled_latency import scheduled_latency
from jupyter_agentchat.metrics.stall_ratio import stall_ratio
from jupyter_agentchat.metrics.time_to_first_paint import time_to_first_paint
from jupyter_agentchat.metrics.tokens_per_second import tokens_per_second
from jupyter_agentchat.metrics.tpot import tpot
from jupyter_agentchat.metrics.ttfc import ttfc
from jupyter_agentchat.metrics.ttft import ttft
from jupyter_agentchat.metrics.ttst import ttst

Metric = Callable[..., float | list[float] | NA]

DURATIONS: Mapping[str, Metric] = {
    "ttft": ttft,
    "ttfc": ttfc,
    "ttst": ttst,
    "icl": icl,
    "itl": itl,
    "tpot": tpot,
    "e2e": e2e,
    "normalized_latency": normalized_latency,
    "scheduled_latency": scheduled_latency,
    "time_to_first_paint": time_to_first_paint,
}
"""Metrics in seconds: the smaller the better."""

RATIOS: Mapping[str, Metric] = {
    "stall_ratio": stall_ratio,
    "tokens_per_second": tokens_per_second,
    "qoe": qoe,
    "fluidity": fluidity,
}

LARGER_IS_BETTER = frozenset({"tokens_per_second", "qoe", "fluidity"})

ALIASES = {
    "e2el": "e2e",
    "e2e_latency": "e2e",
    "request_latency": "e2e",
    "time_to_first_token": "ttft",
    "time_to_first_chunk": "ttfc",
    "time_to_second_token": "ttst",
    "inter_token_latency": "itl",
    "inter_chunk_latency": "icl",
    "time_per_output_token": "tpot",
}
"""What other tools call them (vLLM ``--goodput``, AIPerf's metric tags)."""

MLPERF = {
    "llama2-70b": (2000, 200),
    "llama2-70b-interactive": (450, 40),
    "mixtral-8x7b": (2000, 200),
    "llama3.1-405b": (6000, 175),
    "llama3.1-405b-interactive": (4500, 80),
    "llama3.1-8b": (2000, 100),
    "llama3.1-8b-interactive": (500, 30),
    "deepseek-r1": (2000, 80),
    "deepseek-r1-interactive": (1500, 15),
}
"""TTFT and TPOT in ms, which MLPerf asks of the 99th percentile of a run.

Source: mlcommons/inference ``loadgen/mlperf.conf@001712e9``, Server scenario."""


class Objective(NamedTuple):
    """One limit, in the unit of its metric."""

    metric: str
    limit: float


def objectives(slo: object) -> list[Objective]:
    """Return the limits that an SLO names.

    Parameters
    ----------
    slo : str or mapping
        ``"mlperf:llama2-70b-interactive"`` and the like, or limits by metric: in seconds
        (``{"ttft": 0.45}``), or in milliseconds with the suffix ``_ms`` (``{"ttft_ms": 450}``).
        Other tools' names of the metrics will do.

    Raises
    ------
    InvalidInputError
        An unknown preset or metric, a limit that is no number, or no limit at all.
    """
    if isinstance(slo, str):
        return _preset(slo)
    if not isinstance(slo, Mapping) or not slo:
        raise InvalidInputError(f"slo is {slo!r}; it has to be a preset or limits by metric")
    return [_objective(name, limit) for name, limit in slo.items()]


def _preset(name: str) -> list[Objective]:
    family, _, model = name.partition(":")
    limits = MLPERF.get(model.replace("llama3_1", "llama3.1"))
    if family != "mlperf" or limits is None:
        known = ", ".join(f"mlperf:{model}" for model in MLPERF)
        raise InvalidInputError(f"slo {name!r} is unknown; known are {known}")
    return [
        _objective(key, limit) for key, limit in zip(("ttft_ms", "tpot_ms"), limits, strict=True)
    ]


def _objective(name: object, limit: float) -> Objective:
    name = str(name)
    plain = name.removesuffix("_ms")
    metric = ALIASES.get(plain, plain)
    if metric not in DURATIONS and (metric not in RATIOS or plain != name):
        known = ", ".join([*DURATIONS, *RATIOS])
        raise InvalidInputError(f"slo names {name!r}; known are {known}, durations also with _ms")
    value = real(limit, f"slo {name!r}", least=0)
    return Objective(metric, value / 1000 if plain != name else value)

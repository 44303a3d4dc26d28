"""Which objectives the streams of a log meet: the table of slo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
from scipy import stats

from jupyter_agentchat.frames.measures import METRICS, values
from jupyter_agentchat.frames.rows import column
from jupyter_agentchat.frames.schemas import SLO
from jupyter_agentchat.frames.timelines import Measured
from jupyter_agentchat.metrics import NA, good_requests
from jupyter_agentchat.metrics.slo import LARGER_IS_BETTER, MLPERF, Objective, objectives

_CONFIDENCE = 0.95


def build(streams: Sequence[Measured], slo: str | Mapping[str, float] | None) -> pa.Table:
    """Return one row for each objective, and how many streams met it.

    A stream that failed has not met it, nor has one that lacks the value; of `icl` every gap has to
    be short enough. The interval of the share is Clopper and Pearson's.

    Parameters
    ----------
    streams : sequence of Measured
        The streams of the log.
    slo : str or mapping or None
        As `goodput` takes it; None: every preset.
    """
    named: list[tuple[str, str | Mapping[str, float]]]
    if slo is None:
        named = [(f"mlperf:{model}", f"mlperf:{model}") for model in MLPERF]
    else:
        named = [(slo if isinstance(slo, str) else "own", slo)]
    rows = [_row(name, each, streams) for name, of in named for each in objectives(of)]
    columns = zip(*rows, strict=True)
    arrays = [column(of, field.type) for of, field in zip(columns, SLO, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SLO)


def _row(name: str, objective: Objective, streams: Sequence[Measured]) -> tuple[object, ...]:
    metric, limit = objective
    n = len(streams)
    numbers = [value for value in values(streams, metric) if not isinstance(value, NA)]
    met = good_requests([each.timeline for each in streams], slo={metric: limit})
    low = high = share = None
    if n:
        interval = stats.binomtest(met, n).proportion_ci(_CONFIDENCE)
        share, low, high = met / n, float(interval.low), float(interval.high)
    op = ">=" if metric in LARGER_IS_BETTER else "<="
    return name, metric, op, limit, METRICS[metric][1], n, len(numbers), met, share, low, high

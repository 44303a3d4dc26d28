"""Metrics of live streams: one metric, one definition, one module.

Times are integer nanoseconds in a `Timeline`; results are seconds, or `NA` with a reason.
"""

from __future__ import annotations

from jupyter_agentchat.metrics.dialects import DIALECTS, Dialect
from jupyter_agentchat.metrics.dispatch_delay import dispatch_delay
from jupyter_agentchat.metrics.e2e import e2e
from jupyter_agentchat.metrics.ecdf import Ecdf, ecdf
from jupyter_agentchat.metrics.fluid_token_rate import fluid_token_rate, shortest_deadline
from jupyter_agentchat.metrics.fluidity import Fluidity, fluidity
from jupyter_agentchat.metrics.goodput import good_requests, goodput
from jupyter_agentchat.metrics.icl import icl
from jupyter_agentchat.metrics.itl import itl
from jupyter_agentchat.metrics.jitter import jitter
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.normalized_latency import normalized_latency
from jupyter_agentchat.metrics.order_interval import Interval, order_interval
from jupyter_agentchat.metrics.peak_chunk_rate import peak_chunk_rate
from jupyter_agentchat.metrics.peak_concurrency import peak_concurrency
from jupyter_agentchat.metrics.qoe import qoe
from jupyter_agentchat.metrics.quantiles import quantile
from jupyter_agentchat.metrics.read_ahead import read_ahead
from jupyter_agentchat.metrics.run import run_duration
from jupyter_agentchat.metrics.scheduled_latency import scheduled_latency
from jupyter_agentchat.metrics.smoothness import smoothness
from jupyter_agentchat.metrics.stall_ratio import stall_ratio
from jupyter_agentchat.metrics.stalls import Stalls, stalls
from jupyter_agentchat.metrics.summary import Summary, summarize
from jupyter_agentchat.metrics.time_to_first_paint import time_to_first_paint
from jupyter_agentchat.metrics.timeline import Timeline, TimelineTypeError
from jupyter_agentchat.metrics.token_method import token_method
from jupyter_agentchat.metrics.tokens_per_chunk import tokens_per_chunk
from jupyter_agentchat.metrics.tokens_per_second import tokens_per_second
from jupyter_agentchat.metrics.tpot import tpot
from jupyter_agentchat.metrics.ttfc import ttfc
from jupyter_agentchat.metrics.ttft import ttft
from jupyter_agentchat.metrics.ttst import ttst

__all__ = [
    "DIALECTS",
    "NA",
    "Dialect",
    "Ecdf",
    "Fluidity",
    "Interval",
    "Stalls",
    "Summary",
    "Timeline",
    "TimelineTypeError",
    "dispatch_delay",
    "e2e",
    "ecdf",
    "fluid_token_rate",
    "fluidity",
    "good_requests",
    "goodput",
    "icl",
    "itl",
    "jitter",
    "normalized_latency",
    "order_interval",
    "peak_chunk_rate",
    "peak_concurrency",
    "qoe",
    "quantile",
    "read_ahead",
    "run_duration",
    "scheduled_latency",
    "shortest_deadline",
    "smoothness",
    "stall_ratio",
    "stalls",
    "summarize",
    "time_to_first_paint",
    "token_method",
    "tokens_per_chunk",
    "tokens_per_second",
    "tpot",
    "ttfc",
    "ttft",
    "ttst",
]

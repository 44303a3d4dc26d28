"""The table of both sides, and what in it has no reason."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from tests.bench.truth.inside import NS_PER_MS, Row
from tests.bench.truth.outside import Target

CLOSE_MS = 1.0
"""Two clocks that count the same gaps agree to this, in the median."""


HEAD = (
    "| metric, ms | AIPerf p50 | log p50, at the agent | at the socket "
    "| AIPerf - log, each request: p50 (p5 … p95) | why |"
)


class Line(Struct, frozen=True):
    """One metric: what AIPerf says, what our log says, and why they differ."""

    name: str
    outside: Callable[[Row], float]
    agent: Callable[[Row], float]
    socket: Callable[[Row], float] | None
    why: str


LINES = (
    Line(
        "TTFT",
        lambda row: row.seen.ttft_ms,
        lambda row: row.agent_ttft_ms,
        lambda row: row.socket_ttft_ms,
        "before `t_request`: connecting, sending, sign-in; after the socket: AIPerf's reading",
    ),
    Line(
        "latency to the last chunk",
        lambda row: row.seen.e2e_ms,
        lambda row: row.agent_e2e_ms,
        lambda row: row.socket_e2e_ms,
        "as above; AIPerf's ends with the usage message, which follows the last chunk",
    ),
    Line(
        "mean ITL (ours: TPOT)",
        lambda row: row.seen.itl_ms,
        lambda row: row.tpot_ms,
        None,
        "same formula, (latency - TTFT) / (n - 1); what comes before the first chunk cancels",
    ),
)


def table(target: Target, rows: Sequence[Row]) -> str:
    """Return the table of one target in Markdown."""
    order = f"{len(rows)} requests, {target.concurrency} at a time"
    lines = [
        f"\n### `{target.model}`: {order}\n",
        HEAD,
        "|---|---|---|---|---|---|",
        *(_line(line, rows) for line in LINES),
        _connecting(rows),
        _throughput(rows),
        _counts(rows),
    ]
    return "\n".join(lines) + "\n"


def unexplained(target: Target, rows: Sequence[Row], seen: int) -> list[str]:
    """Return what differs without a reason, one sentence each."""
    found = []
    if not rows or len(rows) != seen:
        found.append(f"{target.model}: of {seen} requests {len(rows)} are in the log.")
    if not rows:
        return found
    if any(row.tokens != row.seen.tokens for row in rows):
        found.append(f"{target.model}: the tokens of a request differ.")
    if any(row.chunks != len(row.seen.gaps_ms) + 1 for row in rows):
        found.append(f"{target.model}: the chunks of a request differ.")
    found += [
        f"{target.model}: {line.name} is shorter outside than inside."
        for line in LINES[:2]
        if any(line.outside(row) < line.agent(row) for row in rows)
    ]
    gap = statistics.median(LINES[2].outside(row) - LINES[2].agent(row) for row in rows)
    if abs(gap) > CLOSE_MS:
        found.append(f"{target.model}: the gaps differ by {gap:.2f} ms in the median.")
    return found


def _line(line: Line, rows: Sequence[Row]) -> str:
    socket = "–" if line.socket is None else f"{_median(map(line.socket, rows)):.1f}"
    differences = sorted(line.outside(row) - (line.socket or line.agent)(row) for row in rows)
    low, high = _at(differences, 0.05), _at(differences, 0.95)
    return (
        f"| {line.name} | {_median(map(line.outside, rows)):.1f} "
        f"| {_median(map(line.agent, rows)):.1f} | {socket} "
        f"| {statistics.median(differences):+.2f} ({low:+.2f} … {high:+.2f}) | {line.why} |"
    )


def _connecting(rows: Sequence[Row]) -> str:
    new = [row.seen.connect_ms for row in rows if row.seen.connect_ms > 0]
    shown = f"{_median(new):.1f}" if new else "–"
    return (
        f"| connecting | {shown} | – | – | – "
        f"| of AIPerf's TTFT and latency, in {len(new)} of {len(rows)} requests |"
    )


def _throughput(rows: Sequence[Row]) -> str:
    spans = max(row.t_last for row in rows) - min(row.t_request for row in rows)
    outside = sum(row.seen.tokens for row in rows)
    per_user = _median(row.seen.tokens / row.seen.e2e_ms * 1e3 for row in rows)
    ours = _median(row.tokens / row.agent_e2e_ms * 1e3 for row in rows)
    return (
        f"| tokens/s of a request | {per_user:.1f} | {ours:.1f} | – | – "
        f"| n / latency; the whole run: {outside} tokens in {spans / NS_PER_MS / 1e3:.1f} s |"
    )


def _counts(rows: Sequence[Row]) -> str:
    chunks = sum(len(row.seen.gaps_ms) + 1 for row in rows)
    ours = sum(row.chunks for row in rows)
    same = sum(row.tokens == row.seen.tokens for row in rows)
    return (
        f"| chunks, all requests | {chunks} | {ours} | – | {chunks - ours:+d} "
        f"| one message a chunk; tokens are equal in {same} of {len(rows)} requests |"
    )


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


def _at(ascending: Sequence[float], share: float) -> float:
    return ascending[round(share * (len(ascending) - 1))]

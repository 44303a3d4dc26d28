"""Every vector of tests/data/metrics/vectors.json: other tools' published numbers, and ours.

Longer than a file should be, so that the runners of all kinds of vectors stand in one table.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from math import inf, isclose
from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.metrics import (
    NA,
    Fluidity,
    Timeline,
    dialects,
    e2e,
    ecdf,
    fluidity,
    good_requests,
    goodput,
    icl,
    itl,
    jitter,
    normalized_latency,
    peak_chunk_rate,
    peak_concurrency,
    qoe,
    quantile,
    run_duration,
    shortest_deadline,
    stalls,
    summarize,
    tokens_per_chunk,
    tokens_per_second,
    tpot,
    ttft,
)
from jupyter_agentchat.metrics.content import arrivals
from jupyter_agentchat.stats import mann_whitney

PAGE = json.loads((Path(__file__).parents[2] / "data/metrics/vectors.json").read_text("utf-8"))
VECTORS: dict[str, dict[str, Any]] = {vector["id"]: vector for vector in PAGE["vectors"]}
ELSEWHERE = {"trace_loader"}  # facts of a data set: checked where traces are read
NS = {"ns": 1, "ms": 1_000_000, "s": 1_000_000_000}
Vector = dict[str, Any]


def same(actual: object, expected: Any, vector: Vector, unit: float = 1.0) -> None:
    """Fail unless `actual` is what the vector expects, by the rules of the page.

    The tolerance of data given in seconds is in seconds, also for what is expected in ms.
    """
    if expected is None or expected == {"invalid": True}:
        assert isinstance(actual, NA), f"{vector['id']}: {actual} instead of NA"
    elif isinstance(expected, dict) and "fraction" in expected:
        same(actual, expected["float"], vector)
    elif isinstance(expected, dict):
        assert isinstance(actual, dict)
        assert actual.keys() == expected.keys()
        for key, value in expected.items():
            in_ms = key.endswith("_ms") and vector["inputs"]["unit"] == "s"
            same(actual[key], value, vector, 1000.0 if in_ms else unit)
    elif isinstance(expected, list):
        assert isinstance(actual, list)
        assert len(actual) == len(expected)
        for one, two in zip(actual, expected, strict=True):
            same(one, two, vector, unit)
    else:
        number = inf if expected == "inf" else expected
        assert isinstance(actual, (int, float)), f"{vector['id']}: {actual} for {expected}"
        relative = vector.get("tol_kind") == "relative"
        limits = (vector["tol"], 0.0) if relative else (1e-9, vector["tol"] * unit)
        close = isclose(actual, number, rel_tol=limits[0], abs_tol=limits[1])
        assert close, f"{vector['id']}: {actual} for {expected}"


def scaled(value: object, factor: float) -> object:
    """Return a result in seconds in the unit of a vector; NA stays NA."""
    if isinstance(value, list):
        return [scaled(part, factor) for part in value]
    return value * factor if isinstance(value, (int, float)) else value


def records(inputs: Vector) -> list[Timeline]:
    unit = NS[inputs["unit"]]
    return [
        Timeline(record["start"] * unit, [at * unit for at in record["chunks"]])
        for record in inputs["records"]
    ]


def at_seconds(instants: list[float], **known: Any) -> Timeline:
    return Timeline(0, [round(at * NS["s"]) for at in instants], **known)


def of_each(metric: Callable[..., object]) -> Callable[[Vector], object]:
    def run(vector: Vector) -> object:
        per_s = NS["s"] / NS[vector["inputs"]["unit"]]
        found = [metric(timeline, dialect="aiperf") for timeline in records(vector["inputs"])]
        return [scaled(value, per_s) for value in found]

    return run


def duration(vector: Vector) -> object:
    return scaled(run_duration(records(vector["inputs"]), dialect="aiperf"), NS["s"])


def good_count(vector: Vector) -> object:
    return good_requests(records(vector["inputs"]), slo=vector["slo"], dialect="aiperf")


def good_rate(vector: Vector) -> object:
    inputs = vector["inputs"]
    run = [Timeline(0, [1])] * inputs["good_requests"] + [Timeline(0, [9])]
    took = inputs["duration_ns"] / NS["s"]
    return goodput(run, slo={"e2e": 1e-9}, duration=took, dialect="aiperf")


def request_stats(vector: Vector) -> object:
    inputs = vector["inputs"]
    first, last = (inputs[name] * NS["s"] for name in ("first_token", "last_token"))
    m = inputs["chunks"]
    chunks = [round(first + (last - first) * i / max(m - 1, 1)) for i in range(m)]
    kinds = ["reasoning"] * m if inputs["first_content_token"] is None else None
    start, end = (round(inputs[name] * NS["s"]) for name in ("request_start", "request_end"))
    stream = Timeline(start, chunks, kinds, n_tokens=inputs["output_tokens"], t_end=end)
    tool = "guidellm"
    return {
        "request_latency": e2e(stream, dialect=tool),
        "time_to_first_token_ms": scaled(ttft(stream, dialect=tool), 1000),
        "time_per_output_token_ms": scaled(tpot(stream, dialect=tool), 1000),
        "inter_token_latency_ms": scaled(itl(stream, dialect=tool), 1000),
        "tokens_per_second": tokens_per_second(
            stream, dialect=tool, prompt_tokens=inputs["prompt_tokens"]
        ),
        "output_tokens_per_second": tokens_per_second(stream, dialect=tool),
        "iter_tokens_per_iteration": tokens_per_chunk(stream, dialect=tool, after_first=True),
        "output_tokens_per_iteration": tokens_per_chunk(stream, dialect=tool),
        "time_to_first_output_token_ms": scaled(ttft(stream, dialect=tool, kind="text"), 1000),
    }


def vllm_stream(request: Vector) -> Timeline:
    if not request["success"]:
        return Timeline(round(request["start"] * NS["s"]), [], status="failed")
    at = request["start"] + request["ttft"]
    instants = [at] + [at := at + gap for gap in request["itl"]]
    chunks = [round(instant * NS["s"]) for instant in instants]
    return Timeline(round(request["start"] * NS["s"]), chunks, n_tokens=request["output_tokens"])


def run_summary(vector: Vector) -> object:
    inputs = vector["inputs"]
    run = [vllm_stream(request) for request in inputs["requests"]]
    took = inputs["duration_s"]
    good = [request for request in inputs["requests"] if request["success"]]
    n_in, n_out = (sum(r[name] for r in good) for name in ("prompt_len", "output_tokens"))
    slo = {f"{name}_ms": limit for name, limit in inputs["goodput_slo_ms"].items()}
    gaps = [itl(timeline, dialect="vllm") for timeline in run]
    found: dict[str, object] = {
        "completed": summarize(e2e(t, dialect="vllm") for t in run).n,
        "failed": summarize(e2e(t, dialect="vllm") for t in run).n_failed,
        "total_input": n_in,
        "total_output": n_out,
        "request_throughput": len(good) / took,
        "request_goodput": goodput(run, slo=slo, duration=took, dialect="vllm"),
        "output_throughput": n_out / took,
        "total_token_throughput": (n_in + n_out) / took,
        "max_output_tokens_per_s": peak_chunk_rate(run, dialect="vllm"),
        "max_concurrent_requests": peak_concurrency(run, dialect="vllm"),
    }
    pooled = [gap for of_one in gaps if isinstance(of_one, list) for gap in of_one]
    for name, values in (
        ("ttft", [ttft(t, dialect="vllm") for t in run]),
        ("tpot", [tpot(t, dialect="vllm") for t in run]),
        ("itl", pooled),
        ("e2el", [e2e(t, dialect="vllm") for t in run]),
    ):
        summary = summarize(values, ddof=0)
        numbers = [value for value in values if not isinstance(value, NA)]
        found[f"mean_{name}_ms"] = scaled(summary.mean, 1000)
        found[f"std_{name}_ms"] = scaled(summary.sd, 1000)
        found[f"median_{name}_ms"] = scaled(summary.p50, 1000)
        for p in inputs["percentiles"]:
            found[f"p{p}_{name}_ms"] = scaled(quantile(numbers, p / 100), 1000)
    return found


def concurrency(vector: Vector) -> object:
    intervals = vector["inputs"]["intervals"]
    run = [Timeline(round(a * NS["s"]), [round(b * NS["s"])]) for a, b in intervals]
    return peak_concurrency(run, dialect="vllm")


def role_chunk(vector: Vector) -> object:
    inputs = vector["inputs"]
    unit = NS[inputs["unit"]]
    kinds = ["text" if delta.get("content") else "role" for _, delta in inputs["events"]]
    chunks = [at * unit for at, _ in inputs["events"]]
    stream = Timeline(inputs["request_start"] * unit, chunks, kinds)
    return {
        "vllm_bench_ttft": scaled(ttft(stream, dialect="vllm"), 1000),
        "llmperf_ttft": scaled(ttft(stream, dialect="llmperf"), 1000),
        "aiperf_content_only_ttft": scaled(ttft(stream, dialect="aiperf"), 1000),
    }


def etalon(vector: Vector) -> object:
    inputs = vector["inputs"]
    at = 0.0
    stream = at_seconds([at := at + gap for gap in inputs["inter_token_times"]])
    between = inputs["tbt_deadline"]
    first, target = inputs["ttft_deadline"], 1 - inputs["target_miss_rate"]
    both = fluidity(stream, dialect="etalon", ttft_deadline=first, tbt_deadline=between)
    decode = fluidity(stream, dialect="etalon", ttft_deadline=None, tbt_deadline=between)
    counted = both if isinstance(both, Fluidity) else None
    return {
        # Etalon answers 0 misses of 0 deadlines where we answer NA
        "deadline_miss_rate": 1 - counted.code if counted is not None else 0,
        "missed": counted.missed if counted is not None else 0,
        "total": counted.total if counted is not None else 0,
        "fluidity_index_code": both,
        "fluidity_index_docs": counted.docs if counted is not None else both,
        "decode_only_miss_rate": 1 - decode if isinstance(decode, Fluidity) else decode,
        "min_tbt_deadline_for_10pct": shortest_deadline(
            stream, dialect="etalon", ttft_deadline=first, target=target
        ),
    }


def named(text: str) -> dict[str, float]:
    """Return the parameters of a name like ``qoe_fluid_ratio_ttlt(ttft=1.0,tds=10.0)``."""
    inside = text.partition("(")[2].rstrip(")")
    return {key: float(value) for key, value in (part.split("=") for part in inside.split(","))}


def andes_number(stream: Timeline, name: str) -> object:
    gaps = icl(stream)
    assert isinstance(gaps, list)
    if name.startswith("qoe"):
        limits = named(name)
        variant = ".".join(name.removeprefix("qoe_").partition("(")[0].split("_"))
        return qoe(
            stream, ttft_expected=limits["ttft"], tds_expected=limits["tds"], variant=variant
        )
    if "(" in name:
        limits = named(name)
        both = fluidity(stream, ttft_deadline=limits["dp"], tbt_deadline=limits["dd"])
        assert isinstance(both, Fluidity)
        return both.docs if name.startswith("fluidity_docs") else 1 - both.code
    simple: dict[str, Callable[[], object]] = {
        "n_tokens": lambda: stream.tokens,
        "ttft": lambda: ttft(stream),
        "ttlt": lambda: e2e(stream),
        "normalized_latency_incl_first_ms": lambda: scaled(normalized_latency(stream), 1000),
        "tpot_excl_first_ms": lambda: scaled(tpot(stream), 1000),
        "gap_max_ms": lambda: max(gaps) * 1000,
        "gap_std_ms": lambda: scaled(jitter(stream), 1000),
    }
    if name in simple:
        return simple[name]()
    return quantile(gaps, float(name.removeprefix("gap_p").removesuffix("_ms")) / 100) * 1000


def andes(vector: Vector) -> object:
    arrivals_of, expected = vector["inputs"]["arrivals"], vector["expected"]
    if not isinstance(arrivals_of, dict):
        limits = {name: vector["inputs"][name] for name in ("ttft_expected", "tds_expected")}
        stream = at_seconds(arrivals_of)
        return {variant: qoe(stream, variant=variant, **limits) for variant in expected}
    return {
        which: {
            name: andes_number(at_seconds(at, n_tokens=len(at)), name) for name in expected[which]
        }
        for which, at in arrivals_of.items()
    }


def rfc_jitter(vector: Vector) -> object:
    inputs = vector["inputs"]
    unit = NS[inputs["unit"]]
    send, receive = ([at * unit for at in inputs[name]] for name in ("send", "recv"))
    estimates = [
        jitter(Timeline(0, receive[:n]), send=send[:n]) for n in range(2, len(receive) + 1)
    ]
    return [scaled(value, NS["s"] / unit) for value in estimates]


def stalled(vector: Vector) -> object:
    inputs = vector["inputs"]
    found = stalls(at_seconds(inputs["chunk_times"]), threshold=inputs["threshold"])
    assert not isinstance(found, NA)
    return {
        "count": found.count,
        "stall_time": found.stall_time,
        "stall_gap_time": found.stall_time + found.count * inputs["threshold"],
        "longest": found.longest,
        "stall_ratio_of_stream": found.ratio,
    }


def distribution(vector: Vector) -> object:
    found = ecdf(vector["inputs"]["values"])
    assert not isinstance(found, NA)
    return {"x": found.x, "F": found.f}


def ranks(vector: Vector) -> object:
    inputs = vector["inputs"]
    found = mann_whitney(inputs["a"], inputs["b"], method="asymptotic")
    assert not isinstance(found, NA)
    return {"U_a": found.u, "p_asymptotic_continuity_tie_corrected": found.p}


def accounting(vector: Vector) -> object:
    inputs = vector["inputs"]
    stream = at_seconds(
        [at for at, _ in inputs["chunks"]],
        chunk_tokens=[count for _, count in inputs["chunks"]],
        n_tokens=inputs["usage_completion_tokens"],
    )
    content = arrivals(stream, dialects.resolve("agentchat"))
    assert not isinstance(content, NA)
    first, each, end = ttft(stream), tpot(stream), e2e(stream)
    assert isinstance(first, float)
    assert isinstance(each, float)
    assert isclose(first + each * 7, end)  # type: ignore[arg-type]
    return {
        "n_chunks": len(stream.t_chunks),
        "n_content_chunks": len(content),
        "n_tokens": stream.tokens,
        "ttft": first,
        "e2e": end,
        "tpot_excl_first": each,
        "tpot_incl_first_guidellm": tpot(stream, dialect="guidellm"),
        "chunk_gaps": icl(stream),
        "itl_spread": itl(stream, dialect="sglang"),
        "output_tps_e2e": tokens_per_second(stream),
        "output_tps_decode": tokens_per_second(stream, over="decode"),
    }


RUNNERS: dict[str, Callable[[Vector], object]] = {
    "inter_chunk_latency": of_each(icl),
    "e2e_latency": of_each(e2e),
    "run_duration": duration,
    "goodput_count": good_count,
    "goodput": good_rate,
    "request_stats": request_stats,
    "run_summary": run_summary,
    "peak_concurrency": concurrency,
    "ttft": role_chunk,
    "fluidity": etalon,
    "qoe_andes": andes,
    "interarrival_jitter": rfc_jitter,
    "stalls": stalled,
    "ecdf": distribution,
    "mann_whitney": ranks,
    "token_accounting": accounting,
}
OURS = [name for name, vector in VECTORS.items() if vector["metric"] not in ELSEWHERE]


def check(vector: Vector) -> None:
    expected = copy.deepcopy(vector["expected"])
    if isinstance(expected, dict):
        expected.pop("identity_e2e", None)  # words; `accounting` asserts them
    same(RUNNERS[vector["metric"]](vector), expected, vector)


@pytest.mark.parametrize("name", OURS)
def test_the_vector_holds(name: str) -> None:
    check(VECTORS[name])


def test_every_vector_is_run_or_named_as_elsewhere() -> None:
    assert {vector["metric"] for vector in VECTORS.values()} == RUNNERS.keys() | ELSEWHERE


def spoiled(value: Any) -> Any:
    """Return an expectation that is a little wrong in its last number."""
    if isinstance(value, dict):
        last = list(value)[-2 if "identity_e2e" in value else -1]
        return {**value, ("float" if "fraction" in value else last): spoiled(value[last])}
    if isinstance(value, list):
        return [*value[:-1], spoiled(value[-1])]
    return 1.0 if value is None else value * 1.01 + 0.01


@pytest.mark.parametrize("name", OURS)
def test_a_wrong_expectation_is_noticed(name: str) -> None:
    fault = {**VECTORS[name], "expected": spoiled(VECTORS[name]["expected"])}
    with pytest.raises(AssertionError):
        check(fault)


def test_the_andes_timelines_differ_in_nothing_but_experience() -> None:
    streams = {
        name: at_seconds(at, n_tokens=len(at))
        for name, at in VECTORS["andes.timelines"]["inputs"]["arrivals"].items()
    }
    assert {e2e(stream) for stream in streams.values()} == {13.0}
    assert len({normalized_latency(stream) for stream in streams.values()}) == 1
    assert len({tokens_per_second(stream) for stream in streams.values()}) == 1
    speed = {name: tpot(stream) for name, stream in streams.items()}
    felt = {name: qoe(stream, tds_expected=10.0) for name, stream in streams.items()}
    assert min(speed, key=lambda name: float(speed[name])) == "long_wait"  # type: ignore[arg-type]
    assert sorted(felt, key=lambda name: float(felt[name])) == [  # type: ignore[arg-type]
        "long_wait",
        "tortoise_then_hare",
        "just_right",
    ]

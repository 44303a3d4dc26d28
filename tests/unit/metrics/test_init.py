from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable

import pytest

from jupyter_agentchat import metrics
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import DIALECTS, NA, Timeline

CONTRACT = "Timeline NA ttft ttst icl itl tpot e2e goodput qoe fluidity stalls jitter summarize"
OF_A_STREAM = [
    *("dispatch_delay", "e2e", "fluidity", "icl", "itl", "jitter", "normalized_latency", "qoe"),
    *("read_ahead", "scheduled_latency", "smoothness", "stall_ratio", "stalls", "tokens_per_chunk"),
    *("time_to_first_paint", "tokens_per_second", "tpot", "ttfc", "ttft", "ttst"),
]
OF_CHUNKS = [name for name in OF_A_STREAM if name != "dispatch_delay"]
Metric = Callable[..., object]


def metric(name: str) -> Metric:
    found: Metric = getattr(metrics, name)
    return found


def test_the_contract_is_there() -> None:
    assert set(CONTRACT.split()) <= set(metrics.__all__)
    assert metrics.__all__ == sorted(metrics.__all__, key=_ruff_order)
    assert all(hasattr(metrics, name) for name in metrics.__all__)


def _ruff_order(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("name", OF_A_STREAM)
def test_every_metric_takes_a_timeline_and_a_dialect_by_name(name: str) -> None:
    parameters = inspect.signature(metric(name)).parameters
    assert next(iter(parameters)) == "timeline"
    assert parameters["dialect"].kind is inspect.Parameter.KEYWORD_ONLY
    assert parameters["dialect"].default == "agentchat"


@pytest.mark.parametrize("name", OF_A_STREAM)
def test_every_docstring_tells_its_formula_unit_source_and_precondition(name: str) -> None:
    words = inspect.getdoc(metric(name)) or ""
    for word in ("ormula", "nit", "ource", "eed"):
        if name == "stall_ratio" and word == "ource":
            word = "source: `stalls`"  # noqa: PLW2901
        assert word in words, f"{name} does not tell its {word}"


@pytest.mark.parametrize("name", OF_A_STREAM)
def test_unknown_dialects_raise(name: str) -> None:
    with pytest.raises(InvalidInputError, match="dialect 'k6' is unknown"):
        metric(name)(Timeline(0, [1]), dialect="k6")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", OF_CHUNKS)
@pytest.mark.parametrize(
    "timeline",
    [
        Timeline(0, [], n_tokens=3, t_end=9, t_intended=0, t_first_paint=9),
        Timeline(5, [1, 8], n_tokens=3, t_end=9, t_intended=0, t_first_paint=9),
        Timeline(0, [8, 1], n_tokens=3, t_end=9, t_intended=0, t_first_paint=9),
        Timeline(0, [1, 8], ["text"], n_tokens=3, t_end=9, t_intended=0, t_first_paint=9),
        Timeline(0, [1, 8], None, None, 3, 9, 0, "failed", 9),
        Timeline(0, [1, 8], None, None, 3, 9, 0, "completed", 9, ("server", "page")),
        Timeline(0, [1, 8], None, None, 3, 9, 0, "interrupted", 9),
    ],
    ids=[
        "empty",
        "before-start",
        "reversed",
        "misaligned",
        "failed",
        "mixed-clocks",
        "interrupted",
    ],
)
def test_degenerate_streams_have_no_number(timeline: Timeline, name: str, dialect: str) -> None:
    value = metric(name)(timeline, dialect=dialect)
    assert isinstance(value, NA)
    assert value.reason


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", [name for name in OF_CHUNKS if name != "ttfc"])
def test_a_stream_of_usage_alone_failed(name: str, dialect: str) -> None:
    usage_only = Timeline(0, [8], ["usage"], None, 3, 9, 0, t_first_paint=9)
    assert isinstance(metric(name)(usage_only, dialect=dialect), NA)


def test_it_loads_nothing_heavy() -> None:
    code = (
        "import sys, jupyter_agentchat.metrics;"
        "print([m for m in ('numpy', 'scipy', 'pandas', 'msgspec', 'tornado') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

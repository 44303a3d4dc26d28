"""Whatever is ordered, the plan keeps its promises; whatever is asked, nothing else is raised."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_agentchat.agents.synthetic_plan import plan
from jupyter_agentchat.agents.synthetic_spec import SyntheticSpec, read_spec
from jupyter_agentchat.errors import InvalidInputError

MILLIS = st.floats(0, 10_000) | st.integers(0, 10_000)


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    chunks = draw(st.integers(1, 200))
    stall = st.lists(st.tuples(st.integers(0, chunks - 1), MILLIS).map(list), max_size=5)
    order = {
        "chunks": chunks,
        "chars": draw(st.integers(1, 50)),
        "ttft_ms": draw(MILLIS),
        "icl_ms": draw(MILLIS),
        "distribution": draw(st.sampled_from(["constant", "uniform", "lognormal", "pareto"])),
        "sigma": draw(st.floats(0, 5)),
        "seed": draw(st.integers(0, 2**53)),
        "stalls": draw(stall),
        "fail_at": draw(st.none() | st.integers(0, chunks)),
        "pace": draw(st.booleans()),
    }
    left_out = draw(st.sets(st.sampled_from(sorted(order.keys() - {"chunks"}))))
    return {key: value for key, value in order.items() if key not in left_out}


@given(orders())
@example({"chunks": 3, "distribution": "pareto", "sigma": 5e-324})
@example({"chunks": 3, "distribution": "lognormal", "sigma": 5.0, "icl_ms": 1e4})
def test_a_plan_keeps_its_promises(order: dict[str, Any]) -> None:
    spec = read_spec(order)
    planned = list(plan(spec))
    assert len(planned) == spec.chunks
    assert {len(each.text) for each in planned} == {spec.chars}
    text = "".join(each.text for each in planned)
    assert len(text.encode()) == spec.chunks * spec.chars
    assert planned[0].offset_ns == round(spec.ttft_ms * 1e6)
    for before, after in pairwise(planned):
        # rounded one by one, so one nanosecond may be missing
        assert after.offset_ns - before.offset_ns >= before.pause_ns - 1
    ordered_ms = sum(ms for _, ms in spec.stalls)
    assert abs(sum(each.pause_ns for each in planned) - ordered_ms * 1e6) <= 5
    assert planned == list(plan(spec))


@given(orders(), st.integers(1, 200))
def test_a_shorter_plan_is_the_beginning_of_a_longer_one(
    order: dict[str, Any], chunks: int
) -> None:
    spec = msgspec.structs.replace(read_spec(order), stalls=())
    shorter = msgspec.structs.replace(spec, chunks=min(chunks, spec.chunks))
    short, long = list(plan(shorter)), list(plan(spec))
    assert [each.offset_ns for each in short] == [each.offset_ns for each in long[: len(short)]]
    assert [each.text for each in short[:-1]] == [each.text for each in long[: len(short) - 1]]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
KEYS = st.sampled_from(SyntheticSpec.__struct_fields__) | st.text(max_size=8)


@given(st.dictionaries(KEYS, JSON, max_size=4) | JSON)
def test_any_order_is_read_or_answered_with_one_sentence(order: object) -> None:
    sentence = ""
    try:
        read_spec(order)
    except InvalidInputError as error:
        sentence = error.message
    assert sentence == "" or sentence.startswith("metadata.synthetic")
    assert len(sentence) < 400
    assert "\n" not in sentence

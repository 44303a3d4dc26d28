from __future__ import annotations

import msgspec
import pytest

from jupyter_agentchat.agents.synthetic_spec import SyntheticSpec, read_spec
from jupyter_agentchat.errors import InvalidInputError

CONTRACT_DEFAULTS = {
    "chunks": 50,
    "chars": 4,
    "ttft_ms": 200,
    "icl_ms": 20,
    "distribution": "constant",
    "sigma": 0.5,
    "seed": 0,
    "stalls": [],
    "fail_at": None,
    "pace": True,
    "instants": False,
}


def test_what_is_left_out_has_the_default_of_the_contract() -> None:
    assert msgspec.to_builtins(read_spec({})) == {**CONTRACT_DEFAULTS, "stalls": ()}
    assert read_spec(CONTRACT_DEFAULTS) == SyntheticSpec()


def test_everything_can_be_ordered() -> None:
    order = {
        "chunks": 1_000_000,
        "chars": 65_536,
        "ttft_ms": 0,
        "icl_ms": 0.25,
        "distribution": "pareto",
        "sigma": 2,
        "seed": 2**53,
        "stalls": [[0, 10], [999_999, 0.5]],
        "fail_at": 1_000_000,
        "pace": False,
        "instants": False,
    }
    spec = read_spec(order)
    assert msgspec.to_builtins(spec) == {**order, "stalls": ((0, 10), (999_999, 0.5))}


@pytest.mark.parametrize(
    ("order", "form"),
    [
        ({"chunks": 0}, "chunks is 0; it is a whole number from 1 to 1,000,000."),
        ({"chunks": 1_000_001}, "a whole number from 1 to 1,000,000."),
        ({"chunks": "50"}, "chunks is '50'; it is a whole number"),
        ({"chunks": 1.5}, "chunks is 1.5; it is a whole number"),
        ({"chunks": True}, "chunks is True; it is a whole number"),
        ({"chunks": None}, "chunks is None; it is a whole number"),
        ({"chunks": 10**40}, "a whole number from 1 to 1,000,000."),
        ({"chars": 0}, "chars is 0; it is a whole number from 1 to 65,536."),
        ({"chars": 65_537}, "chars is 65537; it is a whole number from 1 to 65,536."),
        ({"ttft_ms": -1}, "ttft_ms is -1; it is a number of milliseconds from 0 to 3,600,000."),
        ({"ttft_ms": float("nan")}, "ttft_ms is nan; it is a number of milliseconds"),
        ({"icl_ms": float("inf")}, "icl_ms is inf; it is a number of milliseconds"),
        ({"icl_ms": "fast"}, "icl_ms is 'fast'; it is a number of milliseconds"),
        ({"distribution": "normal"}, 'it is "constant", "uniform", "lognormal" or "pareto".'),
        ({"sigma": 6}, "sigma is 6; it is a number from 0 to 5."),
        ({"seed": -1}, "seed is -1; it is a whole number from 0 to 2^53."),
        ({"seed": 1.5}, "seed is 1.5; it is a whole number"),
        ({"stalls": [[1]]}, "stalls is [[1]]; it is at most 1,000 pairs [after_chunk, ms]"),
        ({"stalls": [[50, 10]]}, "stalls is [50, 10.0]; it is at most 1,000 pairs"),
        ({"stalls": [[-1, 10]]}, "with 0 ≤ after_chunk < chunks"),
        ({"stalls": [[1, float("nan")]]}, "stalls is [[1, nan]]; it is"),
        ({"stalls": {"1": 10}}, "it is at most 1,000 pairs [after_chunk, ms]"),
        ({"stalls": [[1, 1]] * 1001}, "it is at most 1,000 pairs"),
        ({"fail_at": 51}, "fail_at is 51; it is null or a whole number from 0 to chunks."),
        ({"fail_at": -1}, "fail_at is -1; it is null or a whole number"),
        ({"pace": 1}, "pace is 1; it is true or false."),
        (
            {"instants": True},
            "instants is True; it is true or false, true with chars of at least 60.",
        ),
        (
            {"instants": True, "chars": 59},
            "instants is True; it is true or false, true with chars of at least 60.",
        ),
    ],
)
def test_a_wrong_value_names_its_key_and_the_right_form(
    order: dict[str, object], form: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_spec(order)
    sentence = caught.value.message
    assert sentence.startswith(f"metadata.synthetic.{next(iter(order))} is ")
    assert form in sentence
    assert len(sentence) < 300
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("key", "guess"),
    [("chunk", '; did you mean "chunks"? '), ("tokens_per_page", ". "), (7, ". ")],
)
def test_an_unknown_key_is_answered_with_the_known_ones(key: object, guess: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_spec({key: 1})
    assert caught.value.message == (
        f"metadata.synthetic has no key {key!r}{guess}It takes {', '.join(CONTRACT_DEFAULTS)}."
    )


@pytest.mark.parametrize("order", [None, [], "fast", 5, True])
def test_an_order_is_an_object(order: object) -> None:
    with pytest.raises(InvalidInputError, match=r"metadata\.synthetic is an object, not "):
        read_spec(order)

"""Recorded behaviour of ElizaOS's extractors, level by level (``about`` in the data file)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.extract import (
    ActionStreamFilter,
    BaseExtractor,
    PassthroughExtractor,
    ResponseStreamExtractor,
    StreamError,
    XmlTagExtractor,
    create_streaming_context,
    create_streaming_retry_state,
)

VECTORS = json.loads(
    (Path(__file__).parents[2] / "data" / "extract" / "extractors.json").read_text("utf-8")
)
CASES: list[dict[str, Any]] = VECTORS["cases"]
CLASSES: dict[str, type[BaseExtractor]] = {
    "ActionStreamFilter": ActionStreamFilter,
    "PassthroughExtractor": PassthroughExtractor,
    "ResponseStreamExtractor": ResponseStreamExtractor,
    "XmlTagExtractor": XmlTagExtractor,
}
SAME_STEPS = [case for case in CASES if not case.get("upstream_defect")]
# what a reset discards depends on what was held back: only the original's margin compares
WITHOUT_RESET = [case for case in CASES if all(step["op"] != "reset" for step in case["steps"])]


def build(case: dict[str, Any], margin: int | None) -> BaseExtractor:
    return CLASSES[case["extractor"]](**case["args"], margin=margin)


def expand(value: str | list[str | dict[str, Any]]) -> str:
    if isinstance(value, str):
        return value
    return "".join(part if isinstance(part, str) else part["s"] * part["x"] for part in value)


def play(extractor: BaseExtractor, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Do the steps; return what came out in the file's own words."""
    played: list[dict[str, Any]] = []
    for step in steps:
        result: dict[str, Any] = {}
        try:
            if step["op"] == "push":
                result["out"] = extractor.push(expand(step["in"]))
            elif step["op"] == "flush":
                result["out"] = extractor.flush()
            else:
                extractor.reset()
            result["done"] = extractor.done
        except StreamError as error:
            result["error"] = {
                "name": type(error).__name__,
                "code": error.code,
                "message": error.message,
                "details": error.details,
            }
        played.append(result)
    return played


def expected_step(step: dict[str, Any]) -> dict[str, Any]:
    expected: dict[str, Any] = {key: step[key] for key in ("out", "done", "error") if key in step}
    if step["op"] == "flush":
        expected["out"] = step["out"] or ""  # the original's Passthrough has no flush
    return expected


def check_steps(case: dict[str, Any], extractor: BaseExtractor) -> None:
    assert play(extractor, case["steps"]) == [expected_step(step) for step in case["steps"]]


def check_join(case: dict[str, Any], extractor: BaseExtractor) -> None:
    played = play(extractor, case["steps"])
    wanted = case["better"]["join"] if "better" in case else case["join"]
    assert "".join(step.get("out", "") for step in played) == wanted
    assert played[-1].get("done") == case["steps"][-1].get("done")
    assert [step.get("error") for step in played] == [s.get("error") for s in case["steps"]]


def check_asserted(case: dict[str, Any], extractor: BaseExtractor) -> None:
    outs = [step["out"] for step in play(extractor, case["steps"])]
    seen = {
        "outs": outs,
        "join": "".join(outs),
        "last_out": outs[-1],
        "final_done": extractor.done,
    }
    assert {key: seen[key] for key in case["asserted"]} == case["asserted"]


def level(name: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["origin"] == name]


def test_every_level_has_cases() -> None:
    assert {case["origin"] for case in CASES} == set(VECTORS["about"]["levels"])


@pytest.mark.parametrize("margin", [None, 10])
@pytest.mark.parametrize("case", level("upstream-test"))
def test_upstream_assertions(case: dict[str, Any], margin: int | None) -> None:
    check_asserted(case, build(case, margin))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in SAME_STEPS])
def test_margin_10_reproduces_every_step(case: dict[str, Any]) -> None:
    check_steps(case, build(case, 10))


@pytest.mark.parametrize("margin", [None, 10, 3])
@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in WITHOUT_RESET])
def test_joined_text_and_final_done_with_any_margin(
    case: dict[str, Any], margin: int | None
) -> None:
    check_join(case, build(case, margin))


def test_reset_discards_only_what_was_held() -> None:
    case = next(case for case in CASES if case["id"] == "obs-reset-mid")
    outs = [step.get("out") for step in play(build(case, None), case["steps"])]
    assert outs == ["abcdefghijklmnop", None, "", "z"]


class _LeakingTag(XmlTagExtractor):
    """A planted fault: holds nothing back."""

    def _extract(self, text: str) -> str:
        return text


@pytest.mark.parametrize("check", [check_steps, check_join, check_asserted])
def test_the_checkers_see_a_leak(check: Callable[[dict[str, Any], BaseExtractor], None]) -> None:
    case = next(case for case in CASES if case["id"] == "xml-4")
    with pytest.raises(AssertionError):
        check(case, _LeakingTag("text"))


def test_the_step_checker_sees_a_margin_that_is_off_by_one() -> None:
    case = next(case for case in CASES if case["id"] == "fuzz-1")
    with pytest.raises(AssertionError):
        check_steps(case, build(case, 9))


CONTEXTS = {case["id"]: case for case in VECTORS["context_cases"]}


@pytest.mark.parametrize("margin", [None, 10])
def test_retry_state(margin: int | None) -> None:
    extractor = XmlTagExtractor("text", margin=margin)
    state = create_streaming_retry_state(extractor)
    state.append(extractor.push("<text>Hello wonderful wor"))
    first, second = state.get_streamed_text(), state.get_streamed_text()
    complete = state.is_complete()
    state.reset()
    assert CONTEXTS["retry-1"]["expected"] == {
        "first": first,
        "second": second,
        "isComplete": complete,
        "afterReset": state.get_streamed_text(),
    }


def test_context_with_the_margin_of_the_original() -> None:
    case = CONTEXTS["context-1"]
    calls: list[list[str | None]] = []
    context = create_streaming_context(
        XmlTagExtractor("text", margin=10),
        lambda text, message: calls.append([text, message]),
        "m-1",
    )
    for chunk in case["chunks"]:
        context.on_stream_chunk(chunk)
    assert case["expected"] == {
        "callback": calls,
        "isComplete": context.is_complete(),
        "text": context.get_streamed_text(),
    }

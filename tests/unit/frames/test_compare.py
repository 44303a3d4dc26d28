from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.compare import LogComparison, compare, compare_groups
from jupyter_agentchat.frames.log import Log
from jupyter_agentchat.metrics import NA, Timeline
from tests.frames.logs import LogWriter, memory
from tests.unit.frames.test_log import Source

MS = 1_000_000
PROMPTS = ("one", "two", "three", "four", "five", "six", "seven", "eight")


def log(delay_ms: float, *agents: str, fail: str = "") -> Log:
    """Return a log in which each agent answers every prompt, the n-th 50 ms later than the last."""
    writer = LogWriter(memory())
    for number, prompt in enumerate(PROMPTS):
        writer.message(f"q{number}", prompt)
        for place, agent in enumerate(agents or ("eliza",)):
            stream = f"{agent}{number}"
            writer.start(stream, f"q{number}", agent=agent, t_request=0)
            first = round((100 + 50 * number + delay_ms * (place + 1)) * MS)
            writer.chunk(stream, "x", first)
            status = "failed" if prompt == fail else "completed"
            writer.end(stream, "x", status=status, n_tokens=1)
    writer.flush()
    return Log(Source(writer.store), "lab")


def test_two_logs_and_how_far_apart_they_are() -> None:
    found = compare(log(10), log(0), metric="ttft")
    assert isinstance(found, LogComparison)
    assert (found.n, found.metric, found.unit, found.at) == ((8, 8), "ttft", "s", "agent")
    assert found.shift == pytest.approx(0.010)
    assert found.effect_size == pytest.approx((36 - 28) / 64)
    assert found.interval == (found.shift_low, found.shift_high)
    assert found.test == "mann-whitney (exact)"
    assert "ttft at agent: a - b = 0.01 s" in str(found)
    assert "n = 8 and 8" in str(found)


def test_pairs_see_what_prompts_hide() -> None:
    found = compare(log(10), log(0), "ttft", pair="prompt")
    assert (found.paired, found.n, found.test) == (True, (8, 8), "wilcoxon")
    assert found.shift == pytest.approx(0.010)
    assert found.p == pytest.approx(2 / 2**8)
    alone = compare(log(10), log(0)).p
    assert isinstance(alone, float)
    assert alone > 0.5


def test_the_failed_are_counted() -> None:
    found = compare(log(0, fail="two"), log(0))
    assert (found.n, found.n_missing_a, found.n_missing_b) == ((7, 8), 1, 0)


def test_groups_of_one_log_by_pairs() -> None:
    found = compare_groups(log(400, "a", "b", "c"))
    assert list(zip(found["a"], found["b"], strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert (found["p_holm"] >= found["p"]).all()
    assert found["p_holm"].tolist()[1] == pytest.approx(3 * found["p"].tolist()[1])
    assert found.loc[0, "shift"] == pytest.approx(-0.4)


def test_groups_are_paired_by_prompt() -> None:
    found = compare_groups(log(10, "a", "b"), pair="prompt")
    assert found["paired"].all()
    assert found["test"].tolist() == ["wilcoxon"]
    assert found["shift"].tolist() == [pytest.approx(-0.010)]
    assert found["p"].tolist() == [pytest.approx(2 / 2**8)]


def test_a_function_is_a_metric_too() -> None:
    def chunks(timeline: Timeline) -> float | NA:
        return float(len(timeline.t_chunks))

    found = compare(log(0), log(0), chunks)
    assert (found.metric, found.shift) == ("chunks", 0.0)
    assert isinstance(found.p, NA)
    assert "p = NA" in str(found)


def test_wrong_names_are_refused() -> None:
    one = log(0)
    for wrong, sentence in (
        ({"metric": "speed"}, "no metric 'speed'"),
        ({"at": "moon"}, "no hop to measure at called 'moon'"),
        ({"pair": "user"}, "pair='user' is not known"),
        ({"test": "t"}, "test is 't'; it has to be one of"),
    ):
        with pytest.raises(InvalidInputError, match=sentence):
            compare(one, one, **wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="there are 1 groups by 'agent'"):
        compare_groups(one)
    with pytest.raises(InvalidInputError, match="no column of streams"):
        compare_groups(one, by="colour")
    with pytest.raises(InvalidInputError, match="no prompt was answered on both sides"):
        compare(one, Log(Source(memory()), None), pair="prompt")

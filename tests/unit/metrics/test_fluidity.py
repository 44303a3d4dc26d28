from __future__ import annotations

import copy
import pickle

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Fluidity, Timeline, fluidity

MS = 1_000_000


def at(*ms: int) -> Timeline:
    return Timeline(0, [instant * MS for instant in ms])


def test_a_long_stall_is_one_miss_in_the_docs_and_many_in_the_code() -> None:
    found = fluidity(at(1000, 1100, 2100, 2200), ttft_deadline=1.0, tbt_deadline=0.125)
    assert isinstance(found, Fluidity)
    assert (found.on_time, found.tokens) == (3, 4)
    assert found == found.docs == 0.75
    # 1 s of waiting less 25 ms of slack is 7 deadlines of 125 ms
    assert (found.missed, found.total) == (7, 10)
    assert found.code == 0.3


def test_the_dialect_decides_which_one_the_number_is_and_the_variant_overrides() -> None:
    stream = at(1000, 1100, 2100, 2200)
    deadline = 0.125
    assert fluidity(stream, dialect="etalon", tbt_deadline=deadline) == 0.3
    assert fluidity(stream, variant="code", tbt_deadline=deadline) == 0.3
    assert fluidity(stream, dialect="etalon", variant="docs", tbt_deadline=deadline) == 0.75


def test_slack_is_carried_over_and_lost_by_a_miss() -> None:
    saved = fluidity(at(200, 300, 1100), ttft_deadline=1.0, tbt_deadline=0.1)
    assert saved == 1.0
    spent = fluidity(at(200, 1500, 1700), ttft_deadline=1.0, tbt_deadline=0.1)
    assert isinstance(spent, Fluidity)
    assert spent.on_time == 1


def test_a_late_first_token_misses_one_more() -> None:
    found = fluidity(at(1300, 1300), ttft_deadline=1.0, tbt_deadline=0.125)
    assert isinstance(found, Fluidity)
    assert (found.missed, found.total) == (3, 4)


def test_the_first_token_can_be_left_out() -> None:
    found = fluidity(at(5000, 5100, 5200), ttft_deadline=None, tbt_deadline=0.1)
    assert isinstance(found, Fluidity)
    assert (found, found.tokens) == (1.0, 2)
    assert isinstance(fluidity(at(5000), ttft_deadline=None), NA)


def test_exact_instants_meet_exact_deadlines() -> None:
    assert fluidity(at(1000, *range(1100, 3100, 100))) == 1.0


def test_the_code_counts_in_floats_as_its_source_does() -> None:
    found = fluidity(at(8000), ttft_deadline=1.0, tbt_deadline=0.1)
    assert isinstance(found, Fluidity)
    assert found.missed == 1 + 69


def test_tokens_of_a_chunk_come_together() -> None:
    found = fluidity(Timeline(0, [MS, 2 * MS], chunk_tokens=[2, 3]))
    assert isinstance(found, Fluidity)
    assert found.tokens == 5


@pytest.mark.parametrize(
    "timeline", [at(), at(2, 1), Timeline(0, [1], status="failed"), Timeline(9, [1])]
)
def test_no_tokens_no_fluidity(timeline: Timeline) -> None:
    for dialect in ("agentchat", "etalon", "vllm"):
        assert isinstance(fluidity(timeline, dialect=dialect), NA)


def test_it_survives_copy_and_pickle() -> None:
    found = fluidity(at(1000, 1100, 2100), variant="code")
    assert isinstance(found, Fluidity)
    for twin in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):  # noqa: S301 (our own)
        assert (twin, twin.docs, twin.code) == (found, found.docs, found.code)


def test_parameters_are_checked() -> None:
    with pytest.raises(InvalidInputError, match="tbt_deadline is 0"):
        fluidity(at(1), tbt_deadline=0)
    with pytest.raises(InvalidInputError, match="ttft_deadline is -1"):
        fluidity(at(1), ttft_deadline=-1)
    with pytest.raises(InvalidInputError, match="variant is 'paper'"):
        fluidity(at(1), variant="paper")

"""The design: complete blocks, random order, blind labels."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.experiment.design import Factors, blind_labels

names = st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=3, unique=True)


@given(st.tuples(names, names, names), st.integers(1, 4), st.integers(0, 5), st.integers(0, 99))
def test_every_block_holds_every_combination_once(
    levels: tuple[list[str], list[str], list[str]], repeats: int, warm_up: int, seed: int
) -> None:
    """Complete blocks, unique names, the warm-up first, the same again for the same seed."""
    prompts, agents, settings = map(tuple, levels)
    factors = Factors(prompts=prompts, agents=agents, settings=settings, transports=("ws",))
    trials = factors.trials(repeats=repeats, warm_up=warm_up, seed=seed)
    cells = len(prompts) * len(agents) * len(settings)
    assert len({trial.trial for trial in trials}) == len(trials) == cells * repeats + warm_up
    assert [trial.is_warm_up for trial in trials] == [True] * warm_up + [False] * cells * repeats
    for block in range(repeats):
        members = [trial for trial in trials if trial.block == block]
        counted = Counter((each.prompt, each.agent, each.setting) for each in members)
        assert len(counted) == cells
        assert set(counted.values()) == {1}
    assert trials == factors.trials(repeats=repeats, warm_up=warm_up, seed=seed)


def test_blocks_come_in_different_orders() -> None:
    """Drift must not always fall on the same arm."""
    factors = Factors(
        prompts=("p",), agents=("a", "b", "c", "d"), settings=("s",), transports=("ws",)
    )
    trials = factors.trials(repeats=24, warm_up=0, seed=1)
    firsts = {each.agent for each in trials[::4]}
    assert firsts == {"a", "b", "c", "d"}


def test_an_arm_is_named_by_what_differs() -> None:
    """Factors of one level say nothing."""
    factors = Factors(
        prompts=("p",), agents=("a",), settings=("fast", "slow"), transports=("ws", "sse")
    )
    assert factors.arms() == ["fast · ws", "fast · sse", "slow · ws", "slow · sse"]
    lone = Factors(prompts=("p",), agents=("a",), settings=("s",), transports=("ws",))
    assert lone.arms() == ["a"]


@given(st.integers(1, 60), st.integers(0, 99))
def test_blind_labels_are_letters_drawn_by_the_seed(n: int, seed: int) -> None:
    """One letter each, then two; the order of the arms does not show."""
    arms = [f"arm {index}" for index in range(n)]
    labels = blind_labels(arms, seed)
    assert set(labels) == set(arms)
    letters = [chr(65 + i) for i in range(26)]
    expected = (letters + [a + b for a in letters for b in letters])[:n]
    assert sorted(labels.values(), key=lambda x: (len(x), x)) == expected
    assert labels == blind_labels(arms, seed)


def test_blind_labels_depend_on_the_seed() -> None:
    """Else the first arm would always be A."""
    arms = ["a", "b", "c"]
    assert {blind_labels(arms, seed)["a"] for seed in range(30)} == {"A", "B", "C"}

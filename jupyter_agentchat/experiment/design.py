"""The design of an experiment: which trial when, as a pure function of the spec.

Every combination of prompt, agent, setting and transport occurs once in each block (a repeat), in
an order drawn anew for each block, so that drift of the machine falls on all alike (randomised
complete block design).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import product
from random import Random
from string import ascii_uppercase
from typing import TypeVar

from msgspec import Struct

Member = TypeVar("Member")


class Trial(Struct, frozen=True, kw_only=True):
    """One request to make.

    Attributes
    ----------
    trial : str
        Its name within the experiment; the same spec gives the same names.
    block : int
        The repeat it belongs to; -1 for the warm-up.
    arm : str
        What is compared: agent, setting and transport in one label.
    """

    trial: str
    block: int
    prompt: str
    agent: str
    setting: str
    transport: str
    arm: str

    @property
    def is_warm_up(self) -> bool:
        """Whether it only warms up and is left out of every summary."""
        return self.block < 0


class Factors(Struct, frozen=True, kw_only=True):
    """The levels of each factor, by label."""

    prompts: tuple[str, ...]
    agents: tuple[str, ...]
    settings: tuple[str, ...]
    transports: tuple[str, ...]

    def arms(self) -> list[str]:
        """Return the labels of all arms, in the order of the spec."""
        return [self.arm(*levels) for levels in self._levels()]

    def arm(self, agent: str, setting: str, transport: str) -> str:
        """Return an arm's label: the levels of those factors that have more than one."""
        named = (
            (agent, self.agents),
            (setting, self.settings),
            (transport, self.transports),
        )
        parts = [level for level, levels in named if len(levels) > 1]
        return " · ".join(parts) or agent

    def trials(self, *, repeats: int, warm_up: int, seed: int) -> list[Trial]:
        """Return all trials in the order in which they are made, the warm-up first."""
        chance = Random(f"{seed}/order")  # noqa: S311 - a seeded order, no secret
        combinations = list(product(self.prompts, self._levels()))
        found: list[Trial] = []
        warming = [combinations[index % len(combinations)] for index in range(warm_up)]
        for block, members in [(-1, warming), *((block, combinations) for block in range(repeats))]:
            order = _shuffled(members, chance)
            for place, (prompt, (agent, setting, transport)) in enumerate(order):
                name = f"{block}/{place}/{prompt}/{agent}/{setting}/{transport}"
                found.append(
                    Trial(
                        trial=hashlib.sha256(name.encode()).hexdigest()[:12],
                        block=block,
                        prompt=prompt,
                        agent=agent,
                        setting=setting,
                        transport=transport,
                        arm=self.arm(agent, setting, transport),
                    )
                )
        return found

    def _levels(self) -> list[tuple[str, str, str]]:
        return list(product(self.agents, self.settings, self.transports))


def blind_labels(arms: Sequence[str], seed: int) -> Mapping[str, str]:
    """Return a letter for each arm, drawn by the seed so that the order tells nothing."""
    chance = Random(f"{seed}/blind")  # noqa: S311 - a seeded order, no secret
    return {arm: _letters(index) for index, arm in enumerate(_shuffled(arms, chance))}


def _shuffled(members: Sequence[Member], chance: Random) -> list[Member]:
    """Return them in random order; `random` alone keeps its sequence over Python's versions."""
    return sorted(members, key=lambda _: chance.random())


def _letters(index: int) -> str:
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, len(ascii_uppercase))
        text = ascii_uppercase[rest] + text
    return text

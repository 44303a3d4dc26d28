from __future__ import annotations

import jupyter_agentchat.errors as tree
from jupyter_agentchat.errors import AgentChatError, NotFoundError


def _all(root: type[AgentChatError]) -> list[type[AgentChatError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in _all(child))]


OURS = [each for each in _all(AgentChatError) if each.__module__ == tree.__name__]


def test_every_error_has_a_code_of_its_own_and_stands_in_the_drawn_tree() -> None:
    codes = [each.code for each in OURS]
    assert len(set(codes)) == len(codes)
    drawn = tree.__doc__ or ""
    for each in OURS:
        assert each.__name__ in drawn
        assert each.code in drawn


def test_a_callers_fault_is_a_4xx_and_nobody_elses_is() -> None:
    for each in OURS:
        if each.fault == "caller" and each.code != "server_not_found":
            assert 400 <= each.status < 500


def test_an_error_without_words_still_says_something() -> None:
    assert NotFoundError().message == "not_found"
    assert NotFoundError("gone").message == "gone"

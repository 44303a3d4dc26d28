from __future__ import annotations

import pytest

from jupyter_agentchat import errors
from jupyter_agentchat.client.failures import from_wire


def every(root: type[errors.AgentChatError]) -> list[type[errors.AgentChatError]]:
    children = [child for child in root.__subclasses__() if child.__module__ == errors.__name__]
    return [root, *(each for child in children for each in every(child))]


@pytest.mark.parametrize("kind", every(errors.AgentChatError), ids=lambda kind: kind.__name__)
def test_each_code_comes_back_as_its_error(kind: type[errors.AgentChatError]) -> None:
    error = from_wire(kind.code, "Why.")
    assert type(error) is kind
    assert error.message == "Why."


def test_an_unknown_code_is_the_root() -> None:
    assert type(from_wire("of_a_newer_server", "Why.")) is errors.AgentChatError

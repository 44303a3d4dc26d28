from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.agents.synthetic_spec import TOLD_CHARS
from jupyter_agentchat.agents.told_instants import Told, tell, told_instants
from jupyter_agentchat.errors import InvalidInputError

INSTANT = st.integers(0, 2**63 - 1)


@given(INSTANT, INSTANT, INSTANT, st.text())
def test_what_is_told_is_read(due: int, yielded: int, resumed: int, rest: str) -> None:
    told = tell(due, yielded, resumed)
    assert len(told) == TOLD_CHARS
    assert told_instants(told + rest) == Told(due, yielded, resumed)


@pytest.mark.parametrize("text", ["", "after answer between", tell(1, 2, 3)[:-1], "x" * 60])
def test_other_texts_tell_none(text: str) -> None:
    with pytest.raises(InvalidInputError, match="instants"):
        told_instants(text)

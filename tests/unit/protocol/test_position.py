from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.position import Position


@given(st.from_regex(r"[A-Za-z0-9]{1,10}", fullmatch=True), st.integers(0, 2**53))
def test_the_wire_form_reads_back(epoch: str, seq: int) -> None:
    assert Position.parse(str(Position(epoch, seq))) == (epoch, seq)


@pytest.mark.parametrize(
    "text", ["", "17", ":17", "ab:", "ab:-1", "a b:1", "ab:1.0", "ab:٣", "a:b:1"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="epoch:seq"):
        Position.parse(text)

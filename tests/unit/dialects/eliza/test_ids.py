from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.dialects.eliza import ids
from jupyter_agentchat.errors import AgentNotFoundError, InvalidInputError
from jupyter_agentchat.protocol.ids import check_channel_id
from jupyter_agentchat.protocol.model import AgentInfo, Author

TESTER = "9264a677-ddfa-0b31-9d09-c5d2427b23a3"

VECTORS = {
    "test": "a94a8fe5-ccb1-0ba6-9c4c-0873d391e987",
    "hello world": "f0355dd5-2823-054c-ae66-a0b12842c215",
    "": "da39a3ee-5e6b-0b0d-b255-bfef95601890",
    "héllo 😀": "2aedaaa4-5bb3-010f-a638-74b445f37f0f",
    "Tester": TESTER,
    ids.DEFAULT_SERVER: ids.DEFAULT_SERVER,
    TESTER.upper(): TESTER.upper(),
}


@pytest.mark.parametrize(("text", "uuid"), VECTORS.items())
def test_uuids_are_those_of_elizaos(text: str, uuid: str) -> None:
    assert ids.string_to_uuid(text) == uuid


def test_an_agent_sees_ids_of_its_own() -> None:
    assert ids.create_unique_uuid(TESTER, "channel-1") == "cbc20bd0-bbe0-0218-ba80-b7afcd0ccdda"
    nil = ids.create_unique_uuid(TESTER, ids.DEFAULT_SERVER)
    assert nil == "359c6619-e75b-0b3e-acef-f1cd05ed09f6"
    assert ids.create_unique_uuid(TESTER, TESTER) == TESTER


def test_braces_make_no_uuid() -> None:
    assert not ids.is_uuid("{" + TESTER + "}")
    assert not ids.is_uuid(TESTER + "\n")
    assert ids.is_uuid(TESTER.upper())


@given(st.text(min_size=1, max_size=ids.MAX_ID).filter(str.strip))
def test_any_text_names_a_channel(spelling: str) -> None:
    channel = ids.channel_id(spelling)
    assert check_channel_id(channel) == channel
    assert ids.channel_id(spelling) == channel


def test_a_spelling_that_fits_is_kept() -> None:
    assert ids.channel_id("your-room-id") == "your-room-id"
    assert ids.channel_id("a/b") == ids.string_to_uuid("a/b")


@pytest.mark.parametrize("spelling", ["", "  ", "x" * (ids.MAX_ID + 1)])
def test_a_blank_or_endless_id_is_refused(spelling: str) -> None:
    with pytest.raises(InvalidInputError, match="1 to 256 characters"):
        ids.channel_id(spelling)


def test_agents_are_found_by_name_and_uuid() -> None:
    agents = [AgentInfo(name="eliza"), AgentInfo(name="echo")]
    for spelling in ("echo", ids.agent_id("echo"), ids.agent_id("echo").upper()):
        assert ids.find_agent(agents, spelling).name == "echo"
    assert ids.named_agent(agents, "Echo") is None
    with pytest.raises(AgentNotFoundError, match=r"Agent not found: 'Echo'\. Known: eliza, echo"):
        ids.find_agent(agents, "Echo")


def test_a_user_without_alias_has_a_uuid() -> None:
    user = Author(id="test", kind="user", name="T")
    assert ids.entity_id(user) == VECTORS["test"]

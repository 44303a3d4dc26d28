from __future__ import annotations

import uuid

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.ids import (
    check_channel_id,
    new_epoch,
    new_message_id,
    new_stream_id,
)


def test_stream_ids_and_epochs_are_short_because_every_chunk_carries_them() -> None:
    assert len(new_stream_id()) == 8
    assert len(new_epoch()) == 4
    assert new_stream_id() != new_stream_id()


def test_message_ids_are_uuids_of_version_7_in_order_of_time() -> None:
    first, second = new_message_id(), new_message_id()
    assert uuid.UUID(first).version == 7
    assert uuid.UUID(first).variant == uuid.RFC_4122
    assert first[:8] <= second[:8]


@pytest.mark.parametrize("name", ["lab", "a", "my lab", "Ünï-çode", "x.y:z@w+1~", "a" * 128])
def test_ordinary_names_can_name_a_channel(name: str) -> None:
    assert check_channel_id(name) == name


@pytest.mark.parametrize("name", ["", " lab", "lab ", "a/b", "a\nb", "a" * 129, "?", "a\x00"])
def test_other_names_are_refused_with_what_would_be_right(name: str) -> None:
    with pytest.raises(InvalidInputError, match="use 1 to 128"):
        check_channel_id(name)


def test_a_channel_that_is_no_text_is_refused_by_type() -> None:
    with pytest.raises(InvalidInputError, match="not int"):
        check_channel_id(3)

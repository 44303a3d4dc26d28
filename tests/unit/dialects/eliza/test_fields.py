from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.model import Attachment


@pytest.mark.parametrize(
    ("fields", "transport"),
    [
        ({}, "websocket"),
        ({"mode": None}, "websocket"),
        ({"mode": "sync"}, "http"),
        ({"mode": "stream"}, "sse"),
        ({"transport": "sse"}, "sse"),
        ({"transport": "http", "mode": "stream"}, "http"),
        ({"transport": None, "mode": "websocket"}, "websocket"),
    ],
)
def test_transport_and_mode(fields: dict[str, Any], transport: str) -> None:
    assert of.transport_of(fields) == transport


@pytest.mark.parametrize("value", [{}, [], 1.5, False])
def test_a_mode_that_is_no_text_names_its_type(value: object) -> None:
    with pytest.raises(InvalidInputError, match=f'"{of.js_type(value)}"'):
        of.transport_of({"mode": value})


@pytest.mark.parametrize("name", of.SERVER)
def test_any_spelling_of_the_server(name: str) -> None:
    assert of.server_id({name: "s"}) == "s"
    assert of.server_id({name: None}) == DEFAULT_SERVER


def test_the_first_spelling_that_says_something_counts() -> None:
    assert of.text_of({"content": "", "text": "x"}, of.TEXT) == "x"
    assert of.text_of({}, of.TEXT) is None
    assert of.name_of({"name": "n" * 999}, ("name",)) == "n" * 256
    with pytest.raises(InvalidInputError, match="text is text, not object"):
        of.text_of({"text": []}, of.TEXT)


def test_lists_of_ids() -> None:
    assert of.ids_in({"participants": ["a"]}, of.PARTICIPANTS) == ["a"]
    wrongs: list[object] = [None, "a", [1], [""], {}]
    for wrong in wrongs:
        assert of.ids_in({"participants": wrong}, of.PARTICIPANTS) is None


def test_elizas_media_and_ours_are_attachments() -> None:
    media = {"id": "1", "title": "t.png", "contentType": "image/png", "url": "https://x/t.png"}
    ours = {"name": "a", "media_type": "text/plain", "data": "YQ=="}
    assert of.attachments_in({"attachments": [media, ours, {}]}) == (
        Attachment(name="t.png", media_type="image/png", url="https://x/t.png"),
        Attachment(name="a", media_type="text/plain", data="YQ=="),
        Attachment(name="attachment"),
    )
    assert of.attachments_in({"attachments": None}) == ()

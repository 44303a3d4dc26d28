from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import jupyter_agentchat as ac
from jupyter_agentchat.client.sync import Chat
from jupyter_agentchat.errors import AgentNotFoundError, InvalidInputError
from jupyter_agentchat.panel import ChatPanel

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def chat() -> Iterator[Chat]:
    with ac.connect(embedded=True) as chat:
        yield chat


def mimebundle(panel: ChatPanel) -> dict[str, Any]:
    data, _ = panel._repr_mimebundle_()
    return dict(data)


def test_it_is_exported() -> None:
    assert ac.ChatPanel is ChatPanel


def test_it_makes_its_channel_with_its_agents(chat: Chat) -> None:
    panel = ChatPanel("new", ["echo"], chat=chat, height=300)
    (channel,) = [each for each in chat.channels() if each.id == "new"]
    assert channel.agents == ("echo",)
    assert (panel.channel, panel.height, panel.base_url) == ("new", 300, "")


def test_messages_log_and_send(chat: Chat) -> None:
    panel = ChatPanel("talk", ["echo"], chat=chat)
    assert panel.messages == []
    accepted = panel.send("hello there")
    assert len(accepted.streams) == 1
    chat.ask("wait", agent="echo", channel="talk")
    assert [each.text for each in panel.messages] == ["hello there", "hello there", "wait", "wait"]
    assert list(panel.log.messages().text) == [each.text for each in panel.messages]


def test_the_saved_output_shows_the_conversation(chat: Chat) -> None:
    panel = ChatPanel("saved", ["echo"], chat=chat)
    chat.ask("<b>hello</b>", agent="echo", channel="saved")
    bundle = mimebundle(panel)
    assert set(bundle) >= {VIEW, "text/plain", "text/markdown", "text/html"}
    assert bundle[VIEW]["model_id"] == panel.model_id
    assert "echo: <b>hello</b>" in bundle["text/plain"]
    assert bundle["text/html"].count("&lt;b&gt;hello&lt;/b&gt;") == 2
    assert "<b>hello" not in bundle["text/html"]


def test_a_lost_server_is_a_sentence_and_no_traceback(chat: Chat) -> None:
    panel = ChatPanel("lost", ["echo"], chat=chat)
    chat.close()
    bundle = mimebundle(panel)
    assert VIEW in bundle
    assert "text/html" not in bundle
    assert bundle["text/plain"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"agents": "eliza"}, r"agents=\['eliza'\]"),
        ({"height": 10}, "from 200 to 4000, not 10"),
        ({"height": 4001}, "from 200 to 4000, not 4001"),
        ({"channel": ""}, "channel"),
        ({"channel": "x" * 1000}, "channel"),
    ],
)
def test_wrong_arguments_are_named(chat: Chat, arguments: dict[str, Any], sentence: str) -> None:
    before = chat.channels()
    with pytest.raises(InvalidInputError, match=sentence):
        ChatPanel(chat=chat, **arguments)
    assert chat.channels() == before


def test_an_unknown_agent_is_named_beside_those_that_are_there(chat: Chat) -> None:
    with pytest.raises(AgentNotFoundError, match="echo"):
        ChatPanel("who", ["nobody"], chat=chat)

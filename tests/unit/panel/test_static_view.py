from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from msgspec.structs import replace

from jupyter_agentchat.panel import static_view
from jupyter_agentchat.protocol.model import Author, ErrorInfo, Message

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<a href='javascript:alert(1)'>x</a>",
    "</div></div><iframe srcdoc='x'></iframe>",
    "![x](https://a.example/i.png)",
    "&lt;script&gt;",
]
ACTIVE = {"script", "img", "a", "iframe", "link", "style", "object", "embed", "form"}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def message(text: str, name: str = "Ann") -> Message:
    return Message(
        id="m",
        channel="lab",
        seq=1,
        author=Author(id="u", kind="user", name=name),
        text=text,
        created_at=1_700_000_000_000_000,
        status="complete",
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_html_holds_the_text_and_nothing_active(text: str) -> None:
    for shown in (message(text), message("x", name=text)):
        tags = Tags(static_view.html("lab", [shown]))
        assert tags.tags == {"div", "b", "span"}
        assert tags.attributes == {"style", "dir"}
        assert text in tags.text
        assert not tags.tags & ACTIVE


def test_html_escapes_a_note_that_an_error_brought() -> None:
    error = ErrorInfo(code="x", message="<img src=x onerror=alert(1)>")
    failed = replace(message(""), error=error)
    assert "<img" not in static_view.html("lab", [failed])


def test_every_form_says_who_said_what() -> None:
    messages = [message("**hello**"), message("hi", name="eliza")]
    assert static_view.plain("lab", messages) == (
        "ChatPanel('lab'), 2 messages\nAnn: **hello**\neliza: hi"
    )
    shown = static_view.markdown("lab", messages)
    assert "**Ann** · 2023-11-14 22:13:20 UTC\n\n**hello**" in shown
    assert "2023-11-14 22:13:20 UTC" in static_view.html("lab", messages)


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"status": "cancelled"}, "stopped"),
        ({"status": "interrupted"}, "interrupted"),
        ({"status": "streaming"}, "still answering"),
        ({"status": "failed"}, "failed"),
        (
            {"status": "failed", "error": ErrorInfo(code="timeout", message="It took too long.")},
            "It took too long.",
        ),
        ({"deleted": True}, "deleted"),
    ],
)
def test_every_form_says_how_it_ended(fields: dict[str, Any], note: str) -> None:
    messages = [replace(message("x"), **fields)]
    for form in (static_view.plain, static_view.markdown, static_view.html):
        assert note in form("lab", messages)


def test_an_empty_channel_can_be_shown() -> None:
    assert static_view.plain("lab", []) == "ChatPanel('lab'), 0 messages"
    assert "lab" in static_view.markdown("lab", [])
    assert "lab" in static_view.html("lab", [])


def test_sources_files_and_embeds_are_named() -> None:
    notes = (
        {"type": "stream.status", "description": "looked"},
        {"type": "stream.source", "source": {"title": "A <page>", "url": "https://example.org"}},
        {"type": "stream.source", "source": {"source": {"name": "paper.pdf"}, "document": []}},
        {"type": "stream.file", "file": {"url": "files/a.csv"}},
        {"type": "stream.embed", "embed": {}},
    )
    answer = replace(message("done"), annotations=notes, reason="length")
    expected = (
        "cut off at its length limit; sources: A <page>, paper.pdf; files: files/a.csv; "
        "embeds: unnamed"
    )
    assert expected in static_view.plain("lab", [answer])
    assert f"*{expected}*" in static_view.markdown("lab", [answer])
    assert "A &lt;page&gt;" in static_view.html("lab", [answer])

"""A conversation where no JavaScript runs: plain text, Markdown, and HTML with nothing active."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from jupyter_agentchat.protocol.model import Message

_STATUS = {
    "streaming": "still answering",
    "failed": "failed",
    "cancelled": "stopped",
    "interrupted": "interrupted",
}


def _when(message: Message) -> str:
    instant = datetime.fromtimestamp(message.created_at / 1_000_000, UTC)
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def _note(message: Message) -> str:
    """Return what is to be known of a message beside its text."""
    if message.deleted:
        return "deleted"
    said = message.error.message if message.error else _STATUS.get(message.status, "")
    if message.reason == "length":
        said = "cut off at its length limit"
    brought = (f"{kind}s: {', '.join(names)}" for kind, names in _brought(message).items())
    return "; ".join(filter(None, (said, *brought)))


def _brought(message: Message) -> dict[str, list[str]]:
    """Return the names of the sources, files and embeds of an answer."""
    found: dict[str, list[str]] = {}
    for note in message.annotations:
        kind = str(note.get("type")).removeprefix("stream.")
        thing = note.get(kind)
        if isinstance(thing, dict):
            inner = thing.get("source")
            named = {**inner, **thing} if isinstance(inner, dict) else thing
            names = (named.get(key) for key in ("title", "name", "url", "id"))
            name = next((str(name) for name in names if name is not None), "unnamed")
            found.setdefault(kind, []).append(name)
    return found


def plain(channel: str, messages: Sequence[Message]) -> str:
    """Return the conversation as plain text, one block a message."""
    lines = [f"ChatPanel({channel!r}), {len(messages)} messages"]
    for message in messages:
        note = _note(message)
        lines.append(f"{message.author.name}: {message.text}" + (f" [{note}]" if note else ""))
    return "\n".join(lines)


def markdown(channel: str, messages: Sequence[Message]) -> str:
    """Return the conversation as Markdown; the messages' own markup stays."""
    parts = [f"**Channel {channel}**"]
    for message in messages:
        note = _note(message)
        parts.append(f"**{message.author.name}** · {_when(message)}\n\n{message.text}")
        if note:
            parts.append(f"*{note}*")
    return "\n\n".join(parts)


def html(channel: str, messages: Sequence[Message]) -> str:
    """Return the conversation as HTML: escaped text, no script, no link, no image."""
    blocks = "".join(_block(message) for message in messages)
    return (
        f'<div style="max-width:72ch;font-family:sans-serif;line-height:1.5">'
        f'<div style="opacity:.6">Channel {escape(channel)}</div>{blocks}</div>'
    )


def _block(message: Message) -> str:
    ground = "background:rgba(127,127,127,.12);" if message.author.kind == "user" else ""
    note = _note(message)
    tail = f'<div style="opacity:.6">{escape(note)}</div>' if note else ""
    return (
        f'<div style="{ground}border-radius:4px;padding:4px 8px;margin:8px 0">'
        f"<b>{escape(message.author.name)}</b> "
        f'<span style="opacity:.6;font-size:85%">{escape(_when(message))}</span>'
        f'<div dir="auto" style="white-space:pre-wrap;overflow-wrap:anywhere">'
        f"{escape(message.text)}</div>{tail}</div>"
    )

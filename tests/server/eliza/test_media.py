"""REST of the ElizaOS dialect: files and titles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.agents.model import ModelAgent
from jupyter_agentchat.testing.providers import ScriptedProvider
from jupyter_agentchat.web import uploads

API = "eliza/api/messaging/channels/room"
PNG = b"\x89PNG\r\n\x1a\n"


async def upload(chat: Any, name: str = "a.png", kind: str = "image/png", data: bytes = PNG) -> Any:
    return await chat.http.post(f"{API}/upload-media", files={"file": (name, data, kind)})


async def test_a_file_is_kept_and_served_as_nothing_that_runs(chat: Any) -> None:
    answer = await upload(chat)
    assert answer.status_code == 200, answer.text
    kept = answer.json()["data"]
    assert (kept["type"], kept["originalName"], kept["size"]) == ("image/png", "a.png", len(PNG))
    root = chat.url.removesuffix(chat.app.base_url)
    served = await chat.get(f"{root}{kept['url']}")
    assert served.content == PNG
    assert served.headers["content-type"] == "image/png"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"].startswith("sandbox")
    assert "content-disposition" not in served.headers
    text = (await upload(chat, "a.txt", "text/plain", b"<script>")).json()["data"]
    served = await chat.get(f"{root}{text['url']}")
    assert served.headers["content-disposition"].startswith("attachment")
    files = list((Path(chat.app.data_dir) / "agentchat" / "uploads").rglob("*.*"))
    assert len(files) == 2
    assert (
        await chat.http.get(f"{root}{kept['url']}", headers={"Authorization": ""})
    ).status_code == 403


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("../a.png", "image/png", "Invalid filename detected"),
        ("a\\b.png", "image/png", "Invalid filename detected"),
        ("a.svg", "image/svg+xml", "Invalid file type"),
        ("a.html", "text/html", "Invalid file type"),
    ],
)
async def test_wrong_files_are_refused(chat: Any, name: str, kind: str, sentence: str) -> None:
    answer = await upload(chat, name, kind)
    assert (answer.status_code, answer.json()["success"]) == (400, False)
    assert sentence in answer.json()["error"]


async def test_no_file_too_large_too_many(chat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = await chat.post(f"{API}/upload-media", {})
    assert answer.json()["error"] == "No media file provided"
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 10)
    assert (await upload(chat, data=b"x" * 11)).status_code == 413
    statuses = [(await upload(chat)).status_code for _ in range(49)]
    assert set(statuses) == {200, 429}
    assert statuses.count(200) == 48


@pytest.mark.parametrize("name", ["..%2f..%2fx.png", "x.png", "0" * 32 + ".png"])
async def test_what_was_not_brought_is_not_served(chat: Any, name: str) -> None:
    assert (await chat.get(f"eliza/media/uploads/channels/room/{name}")).status_code == 404


async def talk(chat: Any, turns: int) -> None:
    for number in range(turns):
        body = {"text": f"What is the {number}th question of all?", "mode": "sync"}
        await chat.post(f"{API}/messages", body)


async def test_a_title_needs_a_conversation_and_an_agent(chat: Any) -> None:
    url = f"{API}/generate-title"
    assert (await chat.post(url, {})).json()["error"] == "Valid agent ID is required"
    missing = await chat.post(url, {"agentId": "nobody"})
    assert (missing.status_code, missing.json()["error"]) == (404, "Agent not found or not active")
    short = (await chat.post(url, {"agentId": "hello"})).json()["data"]
    assert short["title"] is None
    assert short["reason"] == "Not enough messages to generate a title"
    await talk(chat, 2)
    titled = (await chat.post(url, {"agentId": "hello"})).json()["data"]
    assert titled == {"title": "What is the 0th question of", "channelId": "room"}


async def test_a_model_names_the_conversation_off_the_record(chat: Any) -> None:
    await talk(chat, 2)
    before = len(await chat.messages("room"))
    provider = ScriptedProvider(['"Questions', ' in Order"\nMore'])
    chat.service.registry.add(ModelAgent(provider, "m", name="titler"))
    titled = (await chat.post(f"{API}/generate-title", {"agentId": "titler"})).json()["data"]
    assert titled["title"] == "Questions in Order"
    assert len(await chat.messages("room")) == before

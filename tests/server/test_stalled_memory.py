"""A hundred readers that take nothing cost the server little memory (reliability R7)."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

import httpx

from tests.processes import TOKEN, jupyter_server
from tests.server.stalled import Stalled

READERS = 100
ALLOWED_BYTES = 64 * 1024 * 1024
FLOOD = {"chunks": 4_000, "chars": 400, "ttft_ms": 0, "icl_ms": 0, "pace": False}
"""2 MB of JSON: more than the operating system and a reader's budget hold together."""


def memory(pid: int, field: str) -> int:
    """Return a figure of a process: VmRSS is its resident memory, VmHWM the most it ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith(f"{field}:")]
    return int(line.split()[1]) * 1024


async def growth(folder: Path, module: str) -> int:
    """Return by how much a flood before so many stalled readers made the server grow.

    It ends with the flood, or when the server has grown by more than it may.
    """
    each_alone = "--AgentChatApp.crowd_window_ms=0"  # small frames, of which nothing is shared
    with jupyter_server(folder, each_alone, module=module) as server, ExitStack() as stack:
        headers = {"Authorization": f"token {TOKEN}"}
        base = f"{server.url}agentchat/api/channels"
        async with httpx.AsyncClient(headers=headers, timeout=60) as http:
            await http.post(base, json={"id": "lab", "agents": ["synthetic"]})
            for _ in range(READERS):
                reader = stack.enter_context(Stalled(server.url, TOKEN))
                await reader.web_socket()
                await reader.say("subscribe", channel="lab", after=None)
                await reader.read(lambda: b"subscribed" in reader.data)  # noqa: B023 - awaited here
            before = memory(server.process.pid, "VmRSS")
            body = {"text": "go", "mode": "sync", "metadata": {"synthetic": FLOOD}}
            flood = asyncio.create_task(http.post(f"{base}/lab/messages", json=body))
            grown = 0
            while grown <= ALLOWED_BYTES and not flood.done():
                await asyncio.sleep(0.1)
                grown = memory(server.process.pid, "VmHWM") - before
            if flood.done():
                assert flood.result().json()["replies"][0]["status"] == "completed"
            flood.cancel()
        return grown


async def test_stalled_readers_cost_little_memory(tmp_path: Path) -> None:
    assert await growth(tmp_path, "jupyter_server") <= ALLOWED_BYTES


async def test_a_server_that_does_not_notice_them_is_found_out(tmp_path: Path) -> None:
    assert await growth(tmp_path, "tests.server.unbounded") > ALLOWED_BYTES

"""What the how-to shows of our own client runs as it stands there."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

HOWTO = Path(__file__).parents[3] / "docs/howto/elizaos.md"

pytest.importorskip("socketio")


async def test_the_python_of_the_howto(chat: Any, capsys: pytest.CaptureFixture[str]) -> None:
    [block] = re.findall(r"```python\n(.*?)```", HOWTO.read_text(), re.DOTALL)
    url, token = f"{chat.url}agentchat/eliza", chat.app.identity_provider.token
    names: dict[str, Any] = {"URL": url, "TOKEN": token}
    code = compile(block, str(HOWTO), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    done = eval(code, names)  # noqa: S307 - our own page
    if inspect.isawaitable(done):
        await done
    assert names["ack"]["clientMessageId"]
    assert "Ada says I am unhappy" in capsys.readouterr().out

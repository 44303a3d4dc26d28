"""socket.io-client, of the seed's version and the newest, and ElizaOS's own manager, in Node."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.clients.node import HERE, installed, play, run

HOWTO = HERE.parents[1] / "docs/howto/elizaos.md"
OLD = "socket.io-client-4.5.0"
NEW = "socket.io-client"
CLIENT = HERE / "node_modules/socket.io-client/build/esm/index.js"
MANAGER = "@elizaos/client@1.7.2"

pytestmark = pytest.mark.usefixtures("clients")


@pytest.fixture(scope="session")
def clients() -> None:
    installed()


@pytest.fixture
def agentchat_config() -> dict[str, Any]:
    return {"default_agents": ["eliza"]}


def token(chat: Any) -> str:
    return str(chat.app.identity_provider.token)


def script(name: str, client: str, folder: Path) -> Path:
    """Return a script that uses this version of socket.io-client."""
    text = (HERE / name).read_text() if name != "journey.mjs" else journey()
    path = folder / name
    where = (HERE / "node_modules" / client / "build/esm/index.js").as_uri()
    path.write_text(text.replace('"socket.io-client"', json.dumps(where)))
    return path


def journey() -> str:
    """Return the journey as the how-to prints it."""
    blocks = re.findall(r"```js\n(.*?)```", HOWTO.read_text(), re.DOTALL)
    [found] = [block for block in blocks if "process.argv" in block]
    return str(found)


@pytest.mark.parametrize("client", [OLD, NEW])
async def test_the_journey_of_the_howto(chat: Any, client: str, tmp_path: Path) -> None:
    said = await play(script("journey.mjs", client, tmp_path), chat.url, token(chat))
    assert said.count("ok  ") == 9, said


@pytest.mark.parametrize("transports", ["polling", "websocket", "polling,websocket"])
@pytest.mark.parametrize(
    ("client", "server"), [(OLD, ""), (NEW, ""), (NEW, "00000000-0000-0000-0000-000000000000")]
)
async def test_the_minimal_client_of_the_seed(
    chat: Any, client: str, server: str, transports: str, tmp_path: Path
) -> None:
    path = script("minimal.mjs", client, tmp_path)
    said = await play(path, chat.url, token(chat), transports, server)
    question, answer = said.splitlines()
    assert question == "Extension User: Hello from extension!"
    assert answer.startswith("eliza: ")


@pytest.mark.parametrize("transports", ["polling", "websocket", "polling,websocket"])
async def test_nothing_is_lost_over_two_lost_wires(
    chat: Any, transports: str, tmp_path: Path
) -> None:
    path = script("recovery.mjs", NEW, tmp_path)
    assert await play(path, chat.url, token(chat), transports) == "ok 200\n"


STUBS = {
    "constants.ts": "export const USER_NAME = 'user';",
    "core.ts": "export const SOCKET_MESSAGE_TYPE = { ROOM_JOINING: 1, SEND_MESSAGE: 2 };",
    "utils.ts": "export const randomUUID = () => crypto.randomUUID();",
    "logger.ts": "const none = () => {};"
    "export default { info: none, warn: console.warn, error: console.error, debug: none };",
}
"""What stands around the manager in its package, and pulls in a whole web application."""


def bundle(folder: Path) -> Path:
    """Return a script that drives ElizaOS's published client manager."""
    run("npm", "pack", "--silent", MANAGER, cwd=folder)
    [packed] = folder.glob("*.tgz")
    inside = "package/src/lib/socketio-manager.ts"
    run("tar", "xzf", packed.name, inside, cwd=folder)
    (folder / inside).rename(folder / "manager.ts")
    for name, text in STUBS.items():
        (folder / name).write_text(text)
    (folder / "io.ts").write_text(
        f'import {{ io as real }} from "{CLIENT.as_posix()}";\n'
        "export const io = (url, options) => real(url, { ...options, path: process.env.IO_PATH });"
    )
    held = (
        "const held = new Map(); globalThis.localStorage = { getItem: (k) => held.get(k) ?? null, "
    )
    banner = (
        "globalThis.window = { location: { origin: process.env.ORIGIN } };"
        f"{held} setItem: (k, v) => held.set(k, v) }};"
    )
    run(
        str(HERE / "node_modules/.bin/esbuild"),
        "manager.ts",
        "--bundle",
        "--format=esm",
        "--platform=node",
        f"--external:{CLIENT.as_posix()}",
        "--alias:@/constants=./constants.ts",
        "--alias:@elizaos/core=./core.ts",
        "--alias:socket.io-client=./io.ts",
        f"--alias:evt={HERE / 'node_modules/evt'}",
        f"--banner:js={banner}",
        "--outfile=manager.bundle.mjs",
        "--log-level=error",
        cwd=folder,
    )
    path = folder / "manager.mjs"
    path.write_text((HERE / "manager.mjs").read_text())
    return path


async def test_the_manager_that_elizaos_publishes(chat: Any, tmp_path: Path) -> None:
    base, _, path = chat.url.removeprefix("http://").partition("/")
    environment = {
        "ORIGIN": f"http://{base}",
        "IO_PATH": f"/{path}agentchat/eliza/socket.io/",
        "TOKEN": token(chat),
    }
    said = await play(bundle(tmp_path), environment=environment)
    assert said.startswith("ok ")

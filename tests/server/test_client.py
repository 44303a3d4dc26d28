"""The Python client against real servers, each in a process of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from textwrap import dedent

import httpx
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import find_connection_file
from msgspec.structs import replace

import jupyter_agentchat as ac
from jupyter_agentchat.client.reply import Reply
from jupyter_agentchat.errors import (
    AgentNotFoundError,
    AgentTimeoutError,
    DisconnectedError,
    ForbiddenError,
    InvalidInputError,
    StreamNotFoundError,
)
from jupyter_agentchat.frames.tables import NAMES
from tests.processes import TOKEN, ServerProcess, jupyter_server

pytestmark = [pytest.mark.xdist_group("client"), pytest.mark.timeout(120)]

BASE = "/some/where/"
ENDLESS = {"synthetic": {"chunks": 5000, "ttft_ms": 0, "icl_ms": 20}}


@pytest.fixture(scope="module")
def token_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("token")
    with jupyter_server(folder, f"--ServerApp.base_url={BASE}") as server:
        yield server


def test_every_verb_over_the_network(token_server: ServerProcess) -> None:
    with ac.connect(token_server.url, TOKEN) as chat:
        assert not chat.embedded
        assert (chat.url or "").endswith(BASE)
        chunks = list(chat.stream("I am unhappy", agent="eliza", channel="verbs"))
        text = "".join(chunk.text for chunk in chunks)
        assert len(chunks) > 3
        assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
        question, answer = chat.messages("verbs")
        assert (question.author.id, question.text) == ("owner", "I am unhappy")
        assert (answer.text, answer.stream) == (text, chunks[0].stream_id)
        assert chat.ask("hi", agent="echo", channel="verbs").text == "hi"
        sent = chat.send("later", agents=["echo"], channel="verbs", client_message_id="once")
        again = chat.send("later", agents=["echo"], channel="verbs", client_message_id="once")
        assert (again.streams, again.duplicate) == (sent.streams, True)
        chat.join("verbs", ["synthetic"])
        assert {"eliza", "echo"} <= {agent.name for agent in chat.agents()}
        (channel,) = [each for each in chat.channels() if each.id == "verbs"]
        assert "synthetic" in channel.agents


async def test_every_verb_awaited(token_server: ServerProcess) -> None:
    async with await ac.connect_async(token_server.url, TOKEN) as chat:
        reply = await chat.ask("hi", agent="eliza", channel="awaited")
        assert reply.status == "completed"
        texts = [c.text async for c in chat.stream("hi", agent="echo", channel="awaited")]
        assert texts == ["hi"]
        assert len(await chat.messages("awaited")) == 4
        streams = await chat.log("awaited").streams()
        assert list(streams.agent) == ["eliza", "echo"]


def test_the_frames_read_what_the_client_saw(token_server: ServerProcess) -> None:
    with ac.connect(token_server.url, TOKEN) as chat:
        reply = chat.ask("one two three four", agent="eliza", channel="frames")
        log = chat.log("frames")
        (stream,) = log.streams().to_dict("records")
        assert stream["stream_id"] == reply.stream_id
        assert stream["n_chunks"] == len(reply.timeline.t_chunks)
        assert stream["transport"] == "ws"
        chunks = log.chunks()
        assert "".join(chunks.text) == reply.text
        hops = log.hops()
        assert {"provider", "bus", "socket", "client"} <= set(hops.hop)
        chunk = hops[hops["index"] == 0]
        main = chunk[chunk.hop != "store"]
        instants = main.set_index("hop").t_ns
        assert main.duration_ns.sum() == instants["client"] - instants["provider"]
        assert list(log.messages().text) == ["one two three four", reply.text]
        for name in NAMES:
            unused, used = (getattr(each, name)() for each in (chat.log("never-used"), log))
            assert (len(unused), len(used) > 0) == (0, True)
            assert list(unused.dtypes.astype(str)) == list(used.dtypes.astype(str))
        assert "never-used" not in {each.id for each in chat.channels()}
        assert chat.messages("never-used") == []


def test_frames_have_the_same_dtypes_as_those_of_an_embedded_chat(
    token_server: ServerProcess,
) -> None:
    with ac.connect(token_server.url, TOKEN) as remote, ac.connect(embedded=True) as local:
        for chat in (remote, local):
            chat.ask("hello", agent="echo", channel="dtypes")
        for verb in ("messages", "streams", "chunks", "hops", "events"):
            far = getattr(remote.log("dtypes"), verb)()
            near = getattr(local.log("dtypes"), verb)()
            assert list(far.columns) == list(near.columns)
            assert list(far.dtypes.astype(str)) == list(near.dtypes.astype(str)), verb
            assert len(far) == len(near) or verb == "hops"


def test_what_a_server_refuses_is_raised_as_what_it_is(token_server: ServerProcess) -> None:
    with ac.connect(token_server.url, TOKEN) as chat:
        with pytest.raises(AgentNotFoundError, match="nobody"):
            chat.ask("hi", agent="nobody")
        with pytest.raises(StreamNotFoundError):
            chat.cancel("nothing")
        with pytest.raises(InvalidInputError):
            chat.messages("lab", limit=0)
        assert chat.ask("still here", agent="echo").text == "still here"


def test_leaving_early_and_time_outs_stop_the_answer(token_server: ServerProcess) -> None:
    with ac.connect(token_server.url, TOKEN) as chat:
        for chunk in chat.stream("go", agent="synthetic", channel="early", metadata=ENDLESS):
            if chunk.index == 3:
                break
        assert chat.messages("early")[-1].status == "cancelled"
        with pytest.raises(AgentTimeoutError):
            chat.ask("go", agent="synthetic", channel="early", metadata=ENDLESS, timeout=0.5)
        assert chat.messages("early")[-1].status == "cancelled"


@pytest.mark.parametrize("token", [None, "wrong"])
def test_wrong_credentials_are_refused_in_one_sentence(
    token_server: ServerProcess, token: str | None
) -> None:
    with pytest.raises(ForbiddenError, match="refused the credentials") as caught:
        ac.connect(token_server.url, token)
    assert TOKEN not in caught.value.message


def in_kernel(server: ServerProcess, headers: dict[str, str], code: str) -> str:
    """Run a cell in a kernel that `server` starts, and return what it printed."""
    folder = server.log.parent
    api = httpx.Client(base_url=server.url, headers=headers)
    kernel = api.post("api/kernels", json={}).raise_for_status().json()["id"]
    try:
        file = find_connection_file(f"kernel-{kernel}.json", path=str(folder / "runtime"))
        client = BlockingKernelClient(connection_file=file)
        client.load_connection_file()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            printed: list[str] = []

            def output(message: dict[str, dict[str, str]]) -> None:
                printed.append(message["content"].get("text", ""))
                printed.extend(message["content"].get("traceback", ()))

            client.execute_interactive(dedent(code), output_hook=output, timeout=60)
            return "".join(printed).replace("//localhost:", "//127.0.0.1:")
        finally:
            client.stop_channels()
    finally:
        api.delete(f"api/kernels/{kernel}")
        api.close()


CELL = """
    import jupyter_agentchat as ac
    chat = ac.connect()
    print(chat.embedded, chat.url, chat.ask("hi", agent="echo", channel="kernel").text)
    chat.close()
"""


def test_a_kernel_finds_its_own_token_server(token_server: ServerProcess) -> None:
    shown = in_kernel(token_server, {"Authorization": f"token {TOKEN}"}, CELL)
    assert shown == f"False {token_server.url} hi\n"


def test_a_kernel_finds_its_own_password_server(tmp_path: Path) -> None:
    from jupyter_server.auth.security import passwd  # noqa: PLC0415 - slow to import

    hashed = passwd("open sesame", "sha1")  # type: ignore[no-untyped-call]
    option = f"--PasswordIdentityProvider.hashed_password={hashed}"
    with jupyter_server(tmp_path, option, token="") as server:
        with httpx.Client(base_url=server.url) as browser:
            page = browser.get("login")
            form = {"password": "open sesame", "_xsrf": page.cookies["_xsrf"]}
            browser.post("login", data=form)
            cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
            headers = {"Cookie": cookie, "X-XSRFToken": browser.cookies["_xsrf"]}
        with pytest.raises(ForbiddenError):
            ac.connect(server.url)
        assert in_kernel(server, headers, CELL) == f"False {server.url} hi\n"


def test_without_the_environment_the_list_of_servers_is_asked(token_server: ServerProcess) -> None:
    forget = (
        "import os\nfor key in list(os.environ):\n    if 'AGENTCHAT' in key: del os.environ[key]\n"
    )
    cell = forget + dedent(CELL)
    shown = in_kernel(token_server, {"Authorization": f"token {TOKEN}"}, cell)
    assert shown.startswith("False http://")
    assert shown.endswith(f"{BASE} hi\n")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_server_that_is_killed_and_comes_back_ends_the_stream_interrupted(
    tmp_path: Path,
) -> None:
    port = free_port()
    replies: list[Reply] = []
    seen: list[int] = []
    with ExitStack() as stack:
        server = stack.enter_context(jupyter_server(tmp_path, port=port))
        chat = stack.enter_context(ac.connect(server.url, TOKEN))
        for chunk in chat.stream("go", agent="synthetic", metadata=ENDLESS, on_end=replies.append):
            seen.append(chunk.index)
            if chunk.index == 5:
                server.kill()
                stack.enter_context(jupyter_server(tmp_path, port=port))
        assert chat.ask("again", agent="echo").text == "again"
    assert [reply.status for reply in replies] == ["interrupted"]
    assert seen == list(range(len(seen)))


def test_a_server_that_stays_away_is_told_to_those_who_wait(tmp_path: Path) -> None:
    with jupyter_server(tmp_path) as server, ac.connect(server.url, TOKEN) as chat:
        own = chat._chat._transport._live.socket  # type: ignore[attr-defined]
        own._retries = replace(own._retries, patience_s=0.5)
        stream = chat.stream("go", agent="synthetic", metadata=ENDLESS)
        next(stream)
        server.kill()
        with pytest.raises(DisconnectedError, match="was lost"):
            list(stream)
        with pytest.raises(DisconnectedError):
            chat.agents()
        assert chat.state == "reconnecting"


def test_a_chat_that_may_try_twice_ends_disconnected_with_its_reason(tmp_path: Path) -> None:
    heard: list[tuple[str, str | None]] = []
    with jupyter_server(tmp_path) as server, ac.connect(server.url, TOKEN, max_retries=2) as chat:
        assert (chat.state, chat.reason) == ("connected", None)
        chat.on_state(lambda change: heard.append((change.state.value, change.reason)))
        stream = chat.stream("go", agent="synthetic", metadata=ENDLESS)
        next(stream)
        server.kill()
        with pytest.raises(DisconnectedError, match="2 tries to come back failed"):
            list(stream)
        assert [state for state, _ in heard] == ["reconnecting", "disconnected"]
        assert (chat.state, chat.reason) == heard[-1]
        with pytest.raises(DisconnectedError, match="2 tries"):
            chat.send("hi", agents=[])


def test_a_token_that_expires_is_read_again(tmp_path: Path) -> None:
    """The server restarts with another token, as one does that rotates it."""
    port = free_port()
    tokens = ["first"]
    with ExitStack() as stack:
        server = stack.enter_context(jupyter_server(tmp_path, port=port, token="first"))
        chat = stack.enter_context(ac.connect(server.url, lambda: tokens[-1]))
        chat.send("one", channel="lab", agents=[])
        server.kill()
        stack.enter_context(jupyter_server(tmp_path, port=port, token="second"))
        tokens.append("second")
        chat.send("two", channel="lab", agents=[])
        assert [message.text for message in chat.messages("lab")] == ["one", "two"]


def test_a_token_that_was_changed_ends_a_chat_that_has_no_other(tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as stack:
        server = stack.enter_context(jupyter_server(tmp_path, port=port, token="first"))
        chat = stack.enter_context(ac.connect(server.url, "first"))
        chat.send("one", channel="lab", agents=[])
        server.kill()
        stack.enter_context(jupyter_server(tmp_path, port=port, token="second"))
        with pytest.raises(ForbiddenError, match="refused the credentials"):
            chat.send("two", channel="lab", agents=[])
        assert chat.state == "disconnected"
        assert "refused the credentials" in (chat.reason or "")

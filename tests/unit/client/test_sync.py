from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import jupyter_agentchat as ac
from jupyter_agentchat.client.reply import Reply
from jupyter_agentchat.client.sync import Chat
from jupyter_agentchat.errors import AgentNotFoundError, DisconnectedError

SLOW = {"synthetic": {"chunks": 1000, "ttft_ms": 0, "icl_ms": 20}}


@pytest.fixture
def chat() -> Iterator[Chat]:
    with ac.connect(embedded=True) as chat:
        yield chat


def test_every_verb_answers(chat: Chat) -> None:
    replies: list[Reply] = []
    chunks = list(chat.stream("hello there", agent="echo", on_end=replies.append))
    assert "".join(chunk.text for chunk in chunks) == replies[0].text == "hello there"
    assert chat.ask("again", agent="echo").text == "again"
    assert {"eliza", "echo"} <= {agent.name for agent in chat.agents()}
    assert [channel.id for channel in chat.channels()] == ["lab"]
    assert chat.send("to nobody", agents=[]).streams == ()
    assert [m.text for m in chat.messages()] == [
        "hello there", "hello there", "again", "again", "to nobody",
    ]  # fmt: skip
    log = chat.log()
    assert list(log.streams().status) == ["completed", "completed"]
    assert isinstance(log.chunks(), pd.DataFrame)
    assert (chat.embedded, chat.url, repr(chat)) == (True, None, "Chat(embedded)")


def test_it_works_inside_a_running_loop(chat: Chat) -> None:
    async def cell() -> str:
        return chat.ask("hi", agent="echo").text

    assert asyncio.run(cell()) == "hi"


def test_leaving_the_loop_early_stops_the_answer(chat: Chat) -> None:
    for chunk in chat.stream("go", agent="synthetic", metadata=SLOW):
        if chunk.index == 2:
            break
    answer = chat.messages()[-1]
    assert answer.status == "cancelled"
    chunks = chat.log().chunks()
    assert list(chunks["index"]) == list(range(len(chunks)))
    assert 3 <= len(chunks) < 100


def test_an_interrupt_stops_the_answer(chat: Chat) -> None:
    main = threading.get_ident()

    def interrupt() -> None:
        import signal  # noqa: PLC0415 - beside its only use

        signal.pthread_kill(main, signal.SIGINT)

    timer = threading.Timer(0.2, interrupt)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        chat.ask("go", agent="synthetic", metadata=SLOW)
    timer.join()
    assert chat.messages()[-1].status == "cancelled"
    assert chat.ask("still here", agent="echo").text == "still here"


def test_an_error_is_raised_where_it_was_asked_for(chat: Chat) -> None:
    with pytest.raises(AgentNotFoundError, match="nobody"):
        chat.ask("hi", agent="nobody")


def test_a_closed_chat_says_so() -> None:
    chat = ac.connect(embedded=True)
    chat.close()
    chat.close()
    with pytest.raises(DisconnectedError, match="closed"):
        chat.ask("hi")
    with pytest.raises(DisconnectedError, match="closed"):
        chat.log().streams()


def test_a_log_outlives_the_name_of_its_chat() -> None:
    log = ac.connect(embedded=True).log()
    gc.collect()
    assert len(log.streams()) == 0


def test_a_forgotten_chat_ends_its_thread() -> None:
    before = set(threading.enumerate())
    chat = ac.connect(embedded=True)
    (thread,) = [
        t for t in threading.enumerate() if t not in before and t.name == "agentchat-client"
    ]
    del chat
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()


def test_what_was_said_is_there_after_reopening_the_file(tmp_path: Path) -> None:
    file = tmp_path / "lab.db"
    with ac.connect(path=file) as chat:
        text = chat.ask("hi", agent="eliza").text
    with ac.connect(embedded=True, path=file) as chat:
        assert [m.text for m in chat.messages()] == ["hi", text]

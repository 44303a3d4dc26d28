from __future__ import annotations

from jupyter_agentchat.socketio.engine_events import Answer
from jupyter_agentchat.socketio.engine_packets import PING, message_frame
from jupyter_agentchat.socketio.polling import PollQueue


def test_a_poll_without_news_waits() -> None:
    queue = PollQueue()
    queue.peer = "poll"
    assert queue.answer() == []
    assert queue.peer == "poll"


def test_news_without_a_poll_waits() -> None:
    queue = PollQueue()
    queue.frames.append(PING)
    assert queue.answer(even_if_empty=True) == []
    assert queue.frames == [PING]


def test_all_news_go_in_one_answer_once() -> None:
    queue = PollQueue()
    queue.peer = "poll"
    queue.frames += [message_frame("a"), PING]
    assert queue.answer() == [Answer("poll", 200, b"4a\x1e2")]
    assert queue.answer(even_if_empty=True) == []
    assert not queue.frames


def test_a_poll_that_has_to_end_gets_a_noop() -> None:
    queue = PollQueue()
    queue.peer = "poll"
    assert queue.answer(even_if_empty=True) == [Answer("poll", 200, b"6")]


def test_what_is_taken_is_gone() -> None:
    queue = PollQueue()
    queue.frames.append(PING)
    assert queue.take() == (PING,)
    assert queue.take() == ()

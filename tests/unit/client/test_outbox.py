from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from jupyter_agentchat.client.outbox import Outbox, Waiting
from jupyter_agentchat.errors import AgentNotFoundError, DisconnectedError, OutboxFullError
from jupyter_agentchat.protocol.commands import Cancel, Send, decode_command
from jupyter_agentchat.protocol.frames import Ack, ErrorFrame


def send(id_: str) -> Send:
    return Send(channel="lab", text="hi", client_message_id=id_)


async def test_what_has_no_answer_is_said_again_in_its_order_under_the_same_id() -> None:
    outbox = Outbox()
    first, second, third = (outbox.add(send(id_)) for id_ in "abc")
    assert outbox.take(Ack(ref=second.ref, message="m"))
    outbox.remove(second)
    again = [decode_command(data) for data in outbox.again()]
    assert [(each.ref, each.client_message_id) for each in again] == [  # type: ignore[union-attr]
        (first.ref, "a"),
        (third.ref, "c"),
    ]
    assert second.answer.result() == Ack(ref=second.ref, message="m")


async def test_an_answer_that_nobody_waits_for_is_not_taken() -> None:
    outbox = Outbox()
    waiting = outbox.add(send("a"))
    assert not outbox.take(Ack(ref="text"))
    assert not outbox.take(Ack(ref=None))
    assert not outbox.take(Ack(ref=waiting.ref + 1))
    assert outbox.take(Ack(ref=waiting.ref))
    assert outbox.take(Ack(ref=waiting.ref))  # the answer to the second saying
    assert outbox.again() == []


async def test_a_refusal_is_raised_as_what_it_is() -> None:
    outbox = Outbox()
    waiting = outbox.add(send("a"))
    outbox.take(ErrorFrame(ref=waiting.ref, code="agent_not_found", message="Who?", retry=False))
    with pytest.raises(AgentNotFoundError, match="Who"):
        waiting.answer.result()


async def test_too_many_commands_are_refused_and_room_is_given_back() -> None:
    outbox = Outbox(max_commands=2)
    waiting = outbox.add(send("a"))
    outbox.add(send("b"))
    with pytest.raises(OutboxFullError, match=r"2 commands .* was not taken"):
        outbox.add(send("c"))
    outbox.remove(waiting)
    outbox.remove(waiting)
    outbox.add(send("c"))
    assert len(outbox) == 2


async def test_too_many_bytes_are_refused_but_one_command_always_fits() -> None:
    outbox = Outbox(max_bytes=1000)
    big = outbox.add(Send(channel="lab", text="x" * 5000))
    with pytest.raises(OutboxFullError, match="4 KiB"):
        outbox.add(Cancel(stream="s"))
    outbox.remove(big)
    outbox.add(Cancel(stream="s"))


async def test_all_who_wait_are_told_each_with_an_error_of_its_own() -> None:
    outbox = Outbox()
    waiting = [outbox.add(send(id_)) for id_ in "ab"]
    outbox.fail(DisconnectedError("gone"))
    errors = [each.answer.exception() for each in waiting]
    assert [str(error) for error in errors] == ["gone", "gone"]
    assert errors[0] is not errors[1]


# ---------------------------------------------------------------- planted faults

ADD, AGAIN = Outbox.add, Outbox.again


def answered_ones_too(outbox: Outbox) -> list[bytes]:
    return [each.data for each in outbox._waiting.values()]


def backwards(outbox: Outbox) -> list[bytes]:
    return AGAIN(outbox)[::-1]


def all_but_the_last(outbox: Outbox) -> list[bytes]:
    return AGAIN(outbox)[:-1]


def keep(outbox: Outbox, waiting: Waiting) -> None:
    """Remove nothing."""


def without_bound(outbox: Outbox, command: Any) -> Waiting:
    outbox._max_commands = outbox._max_bytes = 10**9
    return ADD(outbox, command)


ORDER = test_what_has_no_answer_is_said_again_in_its_order_under_the_same_id
ANSWERED = test_an_answer_that_nobody_waits_for_is_not_taken
COMMANDS = test_too_many_commands_are_refused_and_room_is_given_back
BYTES = test_too_many_bytes_are_refused_but_one_command_always_fits


@pytest.mark.parametrize(
    ("check", "name", "fault"),
    [
        (ANSWERED, "again", answered_ones_too),
        (ORDER, "again", backwards),
        (ORDER, "again", all_but_the_last),
        (COMMANDS, "remove", keep),
        (COMMANDS, "add", without_bound),
        (BYTES, "add", without_bound),
    ],
)
async def test_a_planted_fault_is_found(
    check: Callable[[], Awaitable[None]],
    name: str,
    fault: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Outbox, name, fault)
    with pytest.raises((AssertionError, OutboxFullError, pytest.fail.Exception)):
        await check()

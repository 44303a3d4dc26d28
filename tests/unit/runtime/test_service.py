from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.agents.base import Chunk, Emitted, Replace, Source, Status, Turn
from jupyter_agentchat.errors import (
    AgentChatError,
    AgentNotFoundError,
    ChannelNotFoundError,
    ConflictError,
    EmptyMessageError,
    ForbiddenError,
    IdempotencyError,
    InvalidInputError,
    MessageNotFoundError,
    RateLimitedError,
    StreamNotFoundError,
    TooLargeError,
    UnavailableError,
)
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    StreamCancelled,
    StreamCompleted,
    StreamDelta,
    StreamFailed,
    StreamInterrupted,
    StreamStarted,
)
from jupyter_agentchat.protocol.fold import Fold
from jupyter_agentchat.protocol.model import AgentInfo, Author, Usage
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.pipeline import Outgoing, Sending
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.testing.agents import ScriptedAgent, never
from tests.unit.runtime.conftest import USER, origin, running

Run = Callable[[Coroutine[Any, Any, None]], None]

OTHER = Author(id="bob", kind="user", name="Bob")


async def say(
    service: Service,
    text: str = "hi",
    *,
    agents: tuple[str, ...] | None = None,
    client_message_id: str | None = None,
    metadata: dict[str, Any] | None = None,
) -> Sending:
    outgoing = Outgoing(
        text=text, agents=agents, client_message_id=client_message_id, metadata=metadata or {}
    )
    return await service.send("lab", USER, outgoing, origin())


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - the loop's own progress is what is awaited
        await asyncio.sleep(0)


async def events(service: Service, channel: str = "lab") -> list[AnyEvent]:
    log = await service.channel(channel)
    return [publication.event for publication in await log.read(0, 100_000)]


def of_stream(all_events: list[AnyEvent], stream: str) -> list[AnyEvent]:
    return [each for each in all_events if getattr(each, "stream", None) == stream]


def test_an_answer_opens_grows_and_ends_once_and_its_seqs_are_gapless(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent(["a", Chunk("b", "reasoning"), "", "c"])) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            written = await events(service)
            assert [each.seq for each in written] == list(range(1, len(written) + 1))
            mine = of_stream(written, sending.streams[0])
            assert [type(each) for each in mine] == [
                StreamStarted,
                *[StreamDelta] * 3,
                StreamCompleted,
            ]
            deltas = [each for each in mine if isinstance(each, StreamDelta)]
            assert [(each.index, each.text, each.kind) for each in deltas] == [
                (0, "a", "text"),
                (1, "b", "reasoning"),
                (2, "c", "text"),
            ]
            end = mine[-1]
            assert isinstance(end, StreamCompleted)
            assert end.text == "ac"
            page = await service.messages("lab")
            assert [each.text for each in page.messages] == ["hi", "ac"]

    run(main())


@pytest.mark.parametrize(
    ("script", "text"), [([ValueError("no")], ""), (["x", ValueError("no")], "x")]
)
def test_an_agent_that_raises_fails_its_own_stream_with_one_sentence(
    run: Run, script: list[Any], text: str
) -> None:
    async def main() -> None:
        async with running(ScriptedAgent(script)) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            end = of_stream(await events(service), sending.streams[0])[-1]
            assert isinstance(end, StreamFailed)
            assert end.text == text
            assert end.error is not None
            assert end.error.code == "agent_failed"
            assert end.error.message == "The agent raised ValueError: no"
            row = await service.stream(sending.streams[0])
            assert (row.status, row.error) == ("failed", end.error.message)

    run(main())


def test_an_agent_that_says_nothing_completes_as_ignored(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent([Status("reading")])) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            end = of_stream(await events(service), sending.streams[0])[-1]
            assert isinstance(end, StreamCompleted)
            assert (end.text, end.reason) == ("", "ignored")

    run(main())


def test_an_agent_that_never_ends_fails_at_its_deadline(run: Run) -> None:
    async def main() -> None:
        agent = ScriptedAgent(["x", never()])
        async with running(agent, settings=Settings(turn_timeout_s=0.05)) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            end = of_stream(await events(service), sending.streams[0])[-1]
            assert isinstance(end, StreamFailed)
            assert end.error is not None
            assert end.error.code == "agent_timeout"

    run(main())


class Stubborn(ScriptedAgent):
    """Goes on talking when it is told to stop."""

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        self.turns.append(turn)
        yield "before"
        self.started.set()
        try:
            await never().wait()
        except asyncio.CancelledError:
            yield "after"


def test_after_a_cancel_nothing_of_the_stream_reaches_the_log(run: Run) -> None:
    async def main() -> None:
        for agent in (ScriptedAgent(["before", never(), "after"]), Stubborn()):
            async with running(agent) as service:
                sending = await say(service)
                await agent.started.wait()
                await asyncio.sleep(0)
                await service.cancel(sending.streams[0])
                count = len(await events(service))
                for _ in range(10):
                    await asyncio.sleep(0)
                written = await events(service)
                assert len(written) == count
                end = of_stream(written, sending.streams[0])[-1]
                assert isinstance(end, StreamCancelled)
                await service.cancel(sending.streams[0])
                with pytest.raises(StreamNotFoundError):
                    await service.cancel("nosuch")

    run(main())


def test_two_quick_messages_both_get_their_answers_in_order(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent(["a", "b"])) as service:
            first, second = await say(service, "1"), await say(service, "2")
            await service.ended((*first.streams, *second.streams))
            kinds = [each.stream for each in await events(service) if isinstance(each, StreamDelta)]
            assert kinds == [*first.streams * 2, *second.streams * 2]

    run(main())


def test_a_queued_turn_that_is_cancelled_opens_and_ends_at_once(run: Run) -> None:
    async def main() -> None:
        agent = ScriptedAgent([never()])
        async with running(agent) as service:
            first, second, third = [await say(service, str(n)) for n in range(3)]
            await service.cancel(second.streams[0])
            mine = of_stream(await events(service), second.streams[0])
            assert [type(each) for each in mine] == [StreamStarted, StreamCancelled]
            await service.cancel(first.streams[0])
            await until(lambda: len(agent.turns) == 2)
            assert agent.turns[-1].stream == third.streams[0]

    run(main())


def test_a_superseding_agent_visibly_cancels_its_earlier_answer(run: Run) -> None:
    async def main() -> None:
        agent = ScriptedAgent(["x", never()], policy="supersede")
        async with running(agent) as service:
            first = await say(service, "1")
            await agent.started.wait()
            second = await say(service, "2")
            end = of_stream(await events(service), first.streams[0])[-1]
            assert isinstance(end, StreamCancelled)
            assert end.reason == "superseded"
            await service.cancel(second.streams[0])

    run(main())


def test_parallel_agents_answer_at_once(run: Run) -> None:
    async def main() -> None:
        agent = ScriptedAgent([never()], policy="parallel")
        async with running(agent) as service:
            await say(service, "1")
            await say(service, "2")
            await until(lambda: len(agent.turns) == 2)

    run(main())


def test_a_resend_gets_the_first_answer_and_nothing_is_stored_twice(
    run: Run, tmp_path: Path
) -> None:
    async def main() -> None:
        url = f"sqlite:///{tmp_path}/a.db"
        async with running(ScriptedAgent(), url=url) as service:
            first = await say(service, client_message_id="k")
            again = await asyncio.gather(*(say(service, client_message_id="k") for _ in range(5)))
            await service.ended(first.streams)
            for each in again:
                assert each.duplicate
                assert (each.message.id, each.streams) == (first.message.id, first.streams)
            with pytest.raises(IdempotencyError, match="'k'"):
                await say(service, "other", client_message_id="k")
            bobs = await service.send(
                "lab", OTHER, Outgoing(text="hi", client_message_id="k"), origin()
            )
            assert not bobs.duplicate
        async with running(ScriptedAgent(), url=url) as service:
            later = await say(service, client_message_id="k")
            assert later.duplicate
            assert later.message.id == first.message.id

    run(main())


@pytest.mark.parametrize(
    ("outgoing", "error"),
    [
        (Outgoing(text=""), EmptyMessageError),
        (Outgoing(text=" \n\t"), EmptyMessageError),
        (Outgoing(text="é" * (512 * 1024 + 1)), TooLargeError),
        (Outgoing(text="\ud800"), InvalidInputError),
        (Outgoing(text="x", agents=("nobody",)), AgentNotFoundError),
        (Outgoing(text="x", reply_to="nothing"), MessageNotFoundError),
        (Outgoing(text="x", client_message_id=" "), InvalidInputError),
    ],
)
def test_a_wrong_message_is_refused_and_leaves_no_trace(
    run: Run, outgoing: Outgoing, error: type[AgentChatError]
) -> None:
    async def main() -> None:
        async with running(ScriptedAgent()) as service:
            before = len(await events(service))
            with pytest.raises(error) as caught:
                await service.send("lab", USER, outgoing, origin())
            assert caught.value.message.endswith(".")
            assert len(await events(service)) == before

    run(main())


def test_naming_agents_adds_them_and_exactly_they_answer(run: Run) -> None:
    async def main() -> None:
        one, two = ScriptedAgent(name="one"), ScriptedAgent(name="two")
        async with running(one, two) as service:
            await service.ensure_channel("pair", ("one",))
            sending = await service.send(
                "pair", USER, Outgoing(text="x", agents=("two", "two")), origin()
            )
            await service.ended(sending.streams)
            assert len(sending.streams) == 1
            assert (len(one.turns), len(two.turns)) == (0, 1)
            channel = (await service.channel("pair")).channel
            assert (channel.agents, channel.answering) == (("one", "two"), ("one",))
            plain = await service.send("pair", USER, Outgoing(text="x"), origin())
            await service.ended(plain.streams)
            assert (len(one.turns), len(two.turns)) == (1, 1)
            changed = await service.update_channel("pair", name=None, agents=("one", "two"))
            assert changed.answering == ("one", "two")
            silent = await service.send("pair", USER, Outgoing(text="x", agents=()), origin())
            assert silent.streams == ()

    run(main())


def test_a_user_has_limits_of_live_streams_and_of_sends(run: Run) -> None:
    async def main() -> None:
        settings = Settings(live_streams_per_user=2, sends_per_minute=4)
        async with running(ScriptedAgent([never()]), settings=settings) as service:
            await say(service, "1")
            second = await say(service, "2")
            with pytest.raises(RateLimitedError, match="At most 2 answers"):
                await say(service, "3")
            await service.cancel(second.streams[0])
            await say(service, "4")
            await say(service, "5", agents=())
            with pytest.raises(RateLimitedError, match="At most 4 messages a minute"):
                await say(service, "6", agents=())

    run(main())


def test_an_agent_sees_the_complete_messages_before_its_question(run: Run) -> None:
    async def main() -> None:
        agent = ScriptedAgent(["ok"])
        async with running(agent, settings=Settings(history_messages=3)) as service:
            for number in range(4):
                sending = await say(service, f"q{number}")
                await service.ended(sending.streams)
            seen = [message.text for message in agent.turns[-1].history]
            assert seen == ["ok", "q2", "ok"]
            assert agent.turns[-1].text == "q3"

    run(main())


def test_annotations_and_replacements_are_events_and_fold_into_the_message(run: Run) -> None:
    async def main() -> None:
        script: list[Emitted] = [
            "x",
            Status("looking"),
            Source({"url": "u"}),
            Replace("new"),
            "!",
            Usage(output_tokens=2),
        ]
        async with running(ScriptedAgent(script)) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            message = (await service.messages("lab")).messages[-1]
            assert message.text == "new!"
            assert message.usage == Usage(output_tokens=2)
            assert [note["type"] for note in message.annotations] == [
                "stream.status",
                "stream.source",
            ]

    run(main())


def test_an_answer_that_was_cut_off_is_complete_and_says_why(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent(["abcd", "efgh"])) as service:
            asked = {"max_tokens": 1, "estimate_usage": True}
            sending = await say(service, metadata={"generation": asked})
            await service.ended(sending.streams)
            end = of_stream(await events(service), sending.streams[0])[-1]
            assert isinstance(end, StreamCompleted)
            assert (end.text, end.reason) == ("abcd", "length")
            assert end.usage == Usage(input_tokens=1, output_tokens=1, source="estimate")
            row = await service.stream(sending.streams[0])
            assert (row.n_tokens, row.token_source) == (1, "estimate")

    run(main())


def test_an_agent_that_yields_nonsense_fails_with_what_it_may_yield(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent([3])) as service:  # type: ignore[list-item]
            sending = await say(service)
            await service.ended(sending.streams)
            end = of_stream(await events(service), sending.streams[0])[-1]
            assert isinstance(end, StreamFailed)
            assert end.error is not None
            assert "yielded a int" in end.error.message

    run(main())


def test_an_answer_that_grows_too_large_is_ended_with_what_it_has(run: Run) -> None:
    async def main() -> None:
        settings = Settings(max_answer_bytes=5)
        async with running(ScriptedAgent(["abc", "def"]), settings=settings) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            end = of_stream(await events(service), sending.streams[0])[-1]
            assert isinstance(end, StreamFailed)
            assert end.text == "abc"

    run(main())


def test_half_a_surrogate_pair_cannot_break_the_log(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent(["a\ud83d", "\ude00b"])) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            end = of_stream(await events(service), sending.streams[0])[-1]
            assert isinstance(end, StreamCompleted)
            assert end.text == "a\ufffd\ufffdb"

    run(main())


def test_joining_gives_snapshot_and_position_of_one_instant(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent([str(n) for n in range(50)])) as service:
            sending = await say(service)
            for _ in range(7):
                await asyncio.sleep(0)
            joined = await service.join("lab", None)
            assert joined.snapshot is not None
            fold = Fold(joined.snapshot)
            await service.ended(sending.streams)
            log = await service.channel("lab")
            while joined.subscription.backlog:
                batch = await anext(joined.subscription)
                for item in batch.items:
                    fold.apply(item.event)
            assert fold.snapshot() == log.fold.snapshot()

    run(main())


def test_every_position_resumes_exactly_and_a_wrong_one_gets_a_snapshot(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent()) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            log = await service.channel("lab")
            for seq in range(log.seq + 1):
                joined = await service.join("lab", Position(log.epoch, seq))
                assert joined.recovered
                assert joined.position.seq == seq
                if joined.subscription.backlog:
                    assert (await anext(joined.subscription)).first == seq + 1
            ahead = await service.join("lab", Position(log.epoch, log.seq + 1))
            assert (ahead.recovered, ahead.reason) == (False, "position ahead of the log")
            unknown = await service.join("lab", Position("nosuch", 1))
            assert (unknown.recovered, unknown.reason) == (False, "unknown epoch")
            assert unknown.snapshot is not None

    run(main())


def test_a_restart_begins_an_epoch_and_old_positions_still_resume(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        url = f"sqlite:///{tmp_path}/a.db"
        async with running(ScriptedAgent(["a", never()]), url=url) as service:
            sending = await say(service)
            log = await service.channel("lab")
            await until(lambda: log.seq == 4)
            old = (await service.channel("lab")).position
        async with running(ScriptedAgent(), url=url) as service:
            log = await service.channel("lab")
            assert log.epoch != old.epoch
            end = of_stream(await events(service), sending.streams[0])[-1]
            assert isinstance(end, StreamInterrupted)
            assert end.text == "a"
            assert (await service.join("lab", old)).recovered
            assert [each.seq for each in await events(service)] == list(range(1, log.seq + 1))

    run(main())


def test_only_the_author_edits_and_everyone_reacts_once(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent()) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            mine = sending.message.id
            answer = (await service.stream(sending.streams[0])).message
            with pytest.raises(ForbiddenError):
                await service.edits.edit("lab", mine, "x", OTHER)
            with pytest.raises(ForbiddenError):
                await service.edits.delete("lab", mine, OTHER)
            with pytest.raises(EmptyMessageError):
                await service.edits.edit("lab", mine, " ", USER)
            await service.edits.edit("lab", mine, "better", USER)
            before = await service.edits.react("lab", mine, "+1", OTHER, added=True)
            again = await service.edits.react("lab", mine, "+1", OTHER, added=True)
            assert before == again
            message = await service.message("lab", mine)
            assert message.text == "better"
            assert message.edited_at is not None
            assert message.reactions[0].users == ("bob",)
            await service.edits.react("lab", mine, "+1", OTHER, added=False)
            await service.edits.delete("lab", answer, OTHER)
            gone = await service.message("lab", answer)
            assert (gone.deleted, gone.text) == (True, "")

    run(main())


def test_reads_only_go_forward(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent()) as service:
            await say(service, agents=())
            await service.edits.read("lab", 2, USER)
            await service.edits.read("lab", 1, USER)
            assert (await service.channel("lab")).fold.reads == {"ann": 2}
            with pytest.raises(InvalidInputError):
                await service.edits.read("lab", 99, USER)

    run(main())


def test_channels_are_created_changed_cleared_deleted_and_their_seq_goes_on(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent()) as service:
            channel = (await service.channel("lab")).channel
            with pytest.raises(ConflictError):
                await service.create_channel(channel)
            renamed = await service.update_channel("lab", name="Lab", agents=None)
            assert renamed.name == "Lab"
            await say(service, agents=())
            await service.clear_channel("lab")
            assert (await service.messages("lab")).messages == ()
            seq = (await service.channel("lab")).seq
            await service.delete_channel("lab")
            with pytest.raises(ChannelNotFoundError):
                await service.channel("lab")
            assert await service.channels() == []
            await service.ensure_channel("lab", ("scripted",))
            assert (await service.channel("lab")).seq > seq

    run(main())


def test_an_answer_can_be_asked_for_again(run: Run) -> None:
    async def main() -> None:
        agent = ScriptedAgent()
        async with running(agent) as service:
            sending = await say(service)
            await service.ended(sending.streams)
            again = await service.regenerate(sending.streams[0], USER, origin())
            await service.ended((again,))
            assert agent.turns[0].message == agent.turns[1].message
            assert agent.turns[0].history == agent.turns[1].history

    run(main())


def test_a_closed_service_says_so(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent()) as service:
            pass
        with pytest.raises(UnavailableError):
            await service.channel("lab")

    run(main())


def test_the_agents_name_themselves(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent()) as service:
            assert AgentInfo(name="scripted", description="Plays a script.") in service.agents()

    run(main())


def test_a_live_stream_shows_how_far_it_has_come(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent(["ab", "c", never()])) as service:
            sending = await say(service)
            log = await service.channel("lab")
            await until(lambda: log.fold.text(sending.streams[0]) == "abc")
            await service.settle()
            row = service.store.stream(sending.streams[0])
            assert row is not None
            assert (row.status, row.n_chunks, row.n_chars) == ("streaming", 2, 3)
            assert row.t_first_chunk is not None

    run(main())

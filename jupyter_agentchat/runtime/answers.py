"""The answers of a service: started, counted per user, stopped, started again."""

from __future__ import annotations

from msgspec import Struct

from jupyter_agentchat.agents.base import Agent, Turn
from jupyter_agentchat.agents.generation import read_generation
from jupyter_agentchat.agents.registry import AgentRegistry
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.ids import new_message_id, new_stream_id
from jupyter_agentchat.protocol.lifecycle import Move
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.runtime.asking import Askers
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.run import Run
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.runtime.stream import LiveStream
from jupyter_agentchat.runtime.turns import Turns
from jupyter_agentchat.runtime.views import history
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import StreamRow


class Origin(Struct, frozen=True, kw_only=True):
    """Where a request came from.

    `t_request` is its arrival and `t_intended` the instant a load plan meant for it, both
    monotonic ns of the server's clock; `transport` is ws, sse, http or embedded.
    """

    transport: str
    connection: str | None = None
    t_request: int
    t_intended: int | None = None


class Answers:
    """Runs agents for questions."""

    def __init__(
        self, store: Store, registry: AgentRegistry, settings: Settings, clock: Clock
    ) -> None:
        self._store = store
        self._registry = registry
        self._settings = settings
        self._clock = clock
        self._turns = Turns()
        self.askers = Askers(settings.question_timeout_s)

    def start(
        self,
        log: ChannelLog,
        question: Message,
        agent: Agent,
        *,
        stream: str,
        user: str,
        origin: Origin,
    ) -> None:
        """Let `agent` answer `question` in its turn, as the stream of that id."""
        live = LiveStream(
            self._row(log, agent, stream, origin),
            question,
            log=log,
            clock=self._clock,
            max_bytes=self._settings.max_answer_bytes,
        )

        async def turn() -> Turn:
            most = self._settings.history_messages
            asked = read_generation(question.metadata).history
            seen = await history(
                log,
                self._store,
                question.seq,
                messages=most if asked is None else min(asked, most),
                size=self._settings.history_bytes,
            )
            return Turn(
                message=question,
                history=seen,
                stream=stream,
                is_cancelled=lambda: live.is_over,
                ask=self.askers.of(question, stream, user),
            )

        timeout_s = self._settings.turn_timeout_s
        self._turns.submit(Run(agent, live, turn, user=user, timeout_s=timeout_s))

    def restart(
        self, log: ChannelLog, question: Message, agent: str, user: str, origin: Origin
    ) -> str:
        """Let an agent answer again, in a new stream; returns its id."""
        stream = new_stream_id()
        self.start(
            log, question, self._registry.get(agent), stream=stream, user=user, origin=origin
        )
        return stream

    def get(self, stream: str) -> Run | None:
        """Return a run that is queued or live."""
        return self._turns.get(stream)

    def live(self, channel: str | None = None) -> list[tuple[str, StreamRow]]:
        """Return the rows of all that is queued or live, each with the user who asked."""
        return [(run.user, run.stream.row) for run in self._turns.live(channel)]

    def live_of(self, user: str) -> int:
        """Return how many of a user's answers are queued or live."""
        return sum(run.user == user for run in self._turns.live())

    def is_live(self, channel: str) -> bool:
        """Return whether an answer of a channel is queued or live."""
        return bool(self._turns.live(channel))

    def cancel_all(self, channel: str, reason: str) -> None:
        """Stop every live stream of a channel."""
        for run in self._turns.live(channel):
            run.stop(Move.CANCEL, reason)

    def record_progress(self) -> None:
        """Bring the rows of all live streams up to date."""
        for run in self._turns.live():
            run.stream.record_progress()

    async def close(self) -> None:
        """Interrupt all."""
        await self._turns.close()

    def _row(self, log: ChannelLog, agent: Agent, stream: str, origin: Origin) -> StreamRow:
        return StreamRow(
            stream=stream,
            channel=log.channel.id,
            message=new_message_id(),
            agent=agent.info.name,
            model=agent.info.model,
            provider=agent.info.provider,
            transport=origin.transport,
            connection=origin.connection,
            t_intended=origin.t_intended,
            t_request=origin.t_request,
            clock_id=self._clock.clock_id,
            started_us=self._clock.wall_us(),
        )

"""What one trial showed, as its client saw it."""

from __future__ import annotations

from msgspec import Struct

from jupyter_agentchat.metrics import Timeline


class Observation(Struct, frozen=True, kw_only=True):
    """One trial that was made; instants are monotonic ns of `clock_id`.

    Attributes
    ----------
    trial : str
        Its name in the design.
    run : str
        The run of the experiment that made it; an interrupted experiment has several.
    stream : str or None
        The answer's stream in the log; None if there is none.
    status : str
        ``completed``, ``failed``, ``cancelled`` or ``interrupted``.
    t_intended : int or None
        When the schedule meant it to be sent; None in a closed loop.
    t_chunks : sequence of int
        When the chunks arrived; `kinds` tells which hold text.
    """

    trial: str
    run: str
    stream: str | None = None
    status: str
    error: str | None = None
    clock_id: str
    t_intended: int | None = None
    t_request: int
    t_chunks: list[int] = []
    kinds: list[str | None] = []
    n_tokens: int | None = None
    t_end: int | None = None

    def timeline(self) -> Timeline:
        """Return it as a timeline for the metrics, of the clock that read it.

        Runs of one experiment may have different clocks: what spans several trials (the duration of
        a run, goodput, concurrency) is a number of those of one clock alone.
        """
        return Timeline(
            t_request=self.t_request,
            t_chunks=self.t_chunks,
            kinds=self.kinds,
            n_tokens=self.n_tokens,
            t_end=self.t_end,
            t_intended=self.t_intended,
            status=self.status,
            clock_id=self.clock_id,
        )

"""What our own instants are worth: `ac.selfcheck`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs

from jupyter_agentchat.agents.told_instants import told_instants
from jupyter_agentchat.client.loop import LoopThread
from jupyter_agentchat.experiment.faces import Face, Played, open_faces
from jupyter_agentchat.experiment.stamp_error import Instants, StampError, stamp_error

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_agentchat.client.credential import Token

ORDER = {
    "chunks": 100,
    "chars": 64,
    "ttft_ms": 30,
    "icl_ms": 8,
    "distribution": "uniform",
    "instants": True,
}
STREAMS = 2
"""Through each face, after a short one that warms it up."""
SERVER_HOPS = ("agent", "bus", "socket")
NOTHING = -1
"""The instant before which a chunk must have passed, where none is known."""
LIMIT_MS = 0.2
"""What a hop of the server may be wrong by on an idle machine."""


@dataclass(frozen=True)
class SelfCheck:
    """What `selfcheck` found.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row for each face and hop; see `selfcheck`.
    """

    frame: pd.DataFrame

    @property
    def worst_ms(self) -> float:
        """The largest bias of a hop of the server, without its sign."""
        server = self.frame["hop"].isin(SERVER_HOPS)
        return float(self.frame.loc[server, "bias_ms"].abs().max())

    @property
    def ok(self) -> bool:
        """Whether no hop of the server is wrong by more than 0.2 ms."""
        return self.worst_ms <= LIMIT_MS

    def __str__(self) -> str:
        """Show the rows, and what they come to in a sentence."""
        shown = self.frame.round(3).to_string(index=False, na_rep="")
        return f"{shown}\n{self._sentence()}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table: str = self.frame.round(3).to_html(index=False, na_rep="", border=0)
        return f"{table}<p>{self._sentence()}</p>"

    def _sentence(self) -> str:
        server = self.frame[self.frame["hop"].isin(SERVER_HOPS)]
        row = max(server.to_dict("records"), key=lambda each: abs(each["bias_ms"]))
        limit = "within" if self.ok else "beyond"
        return (
            f"The most that a hop of the server is wrong by: {row['bias_ms']:+.3f} "
            f"± {row['uncertainty_ms']:.3f} ms ({row['hop']}, {row['face']}), "
            f"{limit} {LIMIT_MS:g} ms."
        )


def selfcheck(
    url: str | None = None, token: Token | None = None, *, streams: int = STREAMS
) -> SelfCheck:
    """Measure by how much the log's own instants are wrong, hop by hop and face by face.

    `synthetic` plays streams whose chunks tell in their text when they were due, when the agent
    gave them away, and when it went on: three readings of the clock that the log has no part in.
    This process reads the clock when they come out of the face. So each chunk passed each hop
    between two instants that are known, and a stamp outside of them is wrong.

    Parameters
    ----------
    url, token
        The server whose faces are checked, as in `connect`; by default this kernel's own. A
        runtime in this process is checked in any case, and alone where there is no server.
    streams : int
        Streams of 100 chunks through each face; about a second each.

    Returns
    -------
    SelfCheck
        Its `frame` has one row for each face (``embedded``, ``ws``, ``sse``, ``openai``,
        ``socket.io``) and hop:

        ``n``
            Stamps. A client of the native socket tells one chunk in 100 ms.
        ``bias_ms``, ``uncertainty_ms``
            A constant error of the hop's stamps lies within bias ± uncertainty. The uncertainty
            is half the shortest way between the two known instants: for `agent` and `bus` from
            when the agent gave the chunk away to when it went on, for `socket` and `client` to
            when the chunk came out here.
        ``spread_ms``, ``p95_ms``
            Of the time from the agent to the hop: standard deviation, and how far 95 % are from
            the median. It is what the way to this hop adds to each gap between chunks.
        ``claimed_ms``
            The median ``uncertainty_ns`` that the log itself gives these instants.

        The row ``plan`` is no stamp: it is how late `synthetic` gives its chunks away (its bias
        is the median, and known exactly).

    Raises
    ------
    ServerNotFoundError, ForbiddenError
        If the server that was named does not answer, or refuses.
    AgentError
        If chunks are missing, as on a machine that is too busy.

    Notes
    -----
    ``socket.io`` is ElizaOS's face, played where its client is installed (the extra ``socketio``).
    Not played are Open WebUI's sockets, ElizaOS's REST and agent socket, the panel and polling.

    What it cannot show: errors that are shorter than the uncertainty; errors that come and go,
    unless they are long enough to put a stamp before or after its bounds; anything of `store`
    beyond its spread, for nothing follows it; and of `dom` and `paint`, for there is no page. The
    bounds suppose that the agent's clock and this process's are one, or are as far apart as pings
    say: with a server on another machine the uncertainty holds that of the offset, and `client`,
    which was translated by the same offset, has no bias.
    """
    loop = LoopThread()
    try:
        return loop.run(selfcheck_async(url, token, streams=streams))
    finally:
        loop.close()


async def selfcheck_async(
    url: str | None = None, token: Token | None = None, *, streams: int = STREAMS
) -> SelfCheck:
    """Do the same as `selfcheck`, awaited."""
    import pandas as pd  # noqa: PLC0415 - slow

    rows: list[dict[str, Any]] = []
    async with open_faces(url, token) as faces:
        for face in faces:
            since = datetime.now(UTC)
            await face.play({**ORDER, "chunks": 5})
            played = [await face.play(ORDER) for _ in range(streams)]
            rows += await _rows(face, played, since)
    return SelfCheck(pd.DataFrame(rows))


async def _rows(face: Face, played: list[Played], since: datetime) -> list[dict[str, Any]]:
    log = face.chat.log(None, since=since)
    known = _known(await log.chunks(), played)
    hops = await log.hops()
    offset = face.chat.offset
    # One machine has one monotonic clock: the pings' bounds hold 0 then, and else hardly ever.
    apart = 0 if abs(offset.offset_ns) <= offset.uncertainty_ns else offset.offset_ns
    doubt = offset.uncertainty_ns / 1e6 if apart else 0.0
    rows = [_plan(face, known)]
    ends = {"agent": known["resumed"], "bus": known["resumed"], "socket": known["arrival"] + apart}
    if not apart:
        ends["client"] = known["arrival"]
    for hop in (*SERVER_HOPS, "store", "client"):
        seen = hops[hops["hop"] == hop].merge(
            known.assign(end=ends.get(hop, NOTHING)), on=["stream_id", "index"]
        )
        if len(seen) < 2:  # noqa: PLR2004 - readers of that face tell nothing of this hop
            continue
        latest = _ns(seen["end"]) if hop in ends else None
        error = stamp_error(_ns(seen["t_ns"]), _ns(seen["yielded"]), latest)
        if hop == "socket":
            error = structs.replace(error, uncertainty_ms=error.uncertainty_ms + doubt)
        rows.append(_row(face, hop, error, float(seen["uncertainty_ns"].median()) / 1e6))
    return rows


def _known(chunks: pd.DataFrame, played: list[Played]) -> pd.DataFrame:
    """Return the instants that the log has no part in, one row for each chunk."""
    arrivals = {each.stream: each.arrivals for each in played}
    rows = []
    for stream, part in chunks[chunks["stream_id"].isin(arrivals)].groupby("stream_id"):
        told = [told_instants(text) for text in part.sort_values("index")["text"]]
        # When the agent went on after the last chunk nobody tells.
        for index, (own, following) in enumerate(pairwise(told)):
            rows.append(
                {
                    "stream_id": stream,
                    "index": index,
                    "due": own.due_ns,
                    "yielded": own.yielded_ns,
                    "resumed": following.resumed_ns,
                    "arrival": arrivals[str(stream)][index],
                }
            )
    import pandas as pd  # noqa: PLC0415 - slow

    return pd.DataFrame(rows)


def _plan(face: Face, known: pd.DataFrame) -> dict[str, Any]:
    late = _ns(known["yielded"]) - _ns(known["due"])
    error = stamp_error(_ns(known["yielded"]), _ns(known["due"]), None)
    median_ms = float(np.median(late)) / 1e6
    return _row(face, "plan", structs.replace(error, bias_ms=median_ms, uncertainty_ms=0.0), 0.0)


def _row(face: Face, hop: str, error: StampError, claimed_ms: float) -> dict[str, Any]:
    return {"face": face.name, "hop": hop, **structs.asdict(error), "claimed_ms": claimed_ms}


def _ns(column: pd.Series[Any]) -> Instants:
    return column.to_numpy(np.int64)

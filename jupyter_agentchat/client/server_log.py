"""``ac.logs()``: the server's own log, for a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_agentchat.client.connecting import connect
from jupyter_agentchat.client.credential import Token

if TYPE_CHECKING:
    import pandas as pd


def logs(
    *,
    agent: str | None = None,
    level: str | int | None = None,
    limit: int = 1000,
    url: str | None = None,
    token: Token | None = None,
) -> pd.DataFrame:
    """Return the newest lines that the server logged, the oldest first.

    The server keeps about 2000 lines, from DEBUG on, whatever its console shows; secrets are
    masked. An embedded chat has a log of its own: ``chat.logs()``.

    Parameters
    ----------
    agent : str, optional
        Only lines of this agent's turns.
    level : str or int, optional
        At least this: ``trace``, ``debug``, ``info``, ``warn``, ``error``, ``fatal``, or their
        numbers, 10 to 60.
    limit : int
        Lines at most.
    url, token : str, optional
        As in `connect`.

    Returns
    -------
    DataFrame
        Columns time, level, level_name, logger, agent, channel, stream, msg.

    Raises
    ------
    ServerNotFoundError
        If there is no server.
    ForbiddenError
        If the user may not read ``agentchat-logs`` there.
    """
    with connect(url, token, embedded=False) as chat:
        return chat.logs(agent=agent, level=level, limit=limit)

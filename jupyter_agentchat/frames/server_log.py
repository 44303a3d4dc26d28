"""Lines of the server's own log as a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jupyter_agentchat.runtime.logs import LogLine, level_name

COLUMNS = {
    "time": "datetime64[ns, UTC]",
    "level": "int64",
    "level_name": "category",
    "logger": "category",
    "agent": "string",
    "channel": "string",
    "stream": "string",
    "msg": "string",
}
"""Name and dtype of each column; `agent`, `channel` and `stream` are NA outside a turn."""


def server_log(lines: Sequence[LogLine]) -> pd.DataFrame:
    """Return one row for each line, in the order in which they were logged."""
    columns = {
        "time": pd.to_datetime([line.time for line in lines], unit="ms", utc=True),
        "level": [line.level for line in lines],
        "level_name": [level_name(line.level) for line in lines],
        "logger": [line.logger for line in lines],
        "agent": [line.agent for line in lines],
        "channel": [line.channel for line in lines],
        "stream": [line.stream for line in lines],
        "msg": [line.msg for line in lines],
    }
    return pd.DataFrame(columns).astype(COLUMNS)

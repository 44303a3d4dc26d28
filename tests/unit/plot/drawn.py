"""What the tests of figures draw, and what holds of every figure."""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree as ET

import pandas as pd

from jupyter_agentchat.frames.log import Log
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.plot import Figure
from tests.frames.logs import LogWriter, memory
from tests.unit.frames.test_log import Source

MS = 1_000_000
S = 1_000_000_000


@cache
def log() -> Log:
    """Return a log of two agents, six streams each; the last one failed, one stalled."""
    writer = LogWriter(memory())
    writer.connection("c", opened=0)
    writer.connection("d", opened=2 * S, opened_us=1, resumed_from="e:3", recovered=True)
    for number in range(12):
        agent, stream = ("fast", "slow")[number % 2], f"s{number:02d}"
        start = number * 300 * MS
        writer.start(stream, agent=agent, t_request=start, connection="c", transport="ws")
        first = start + (100 if agent == "fast" else 250) * MS + number * MS
        instants = [
            first + (20 * k + (1500 if k >= 4 and number == 3 else 0)) * MS for k in range(6)
        ]
        for at in instants:
            writer.chunk(stream, "word ", at, provider_ns=at - 1000, bus_ns=at + 2000)
        ended = "failed" if number == 11 else "completed"
        writer.end(stream, status=ended, n_tokens=6, t_end=instants[-1])
        late = {"socket_ns": [at + 5000 for at in instants]}
        page = {"client_clock_id": "page", "offset_ns": 0, "uncertainty_ns": 40_000}
        late |= {"client_ns": [at + 25_000 for at in instants]}
        writer.stamps(stream, "c", *range(6), **late, **page)
    writer.flush()
    return Log(Source(writer.store), "lab")


def timelines() -> dict[str, Timeline]:
    return {
        "early": Timeline(0, [S, 2 * S, 3 * S], n_tokens=3),
        "late": Timeline(0, [6 * S, 7 * S, 8 * S], n_tokens=3),
    }


EMPTY = Log(Source(LogWriter(memory()).store), "lab")


def sound(figure: Figure) -> pd.DataFrame:
    """Check what every figure promises; returns its frame."""
    assert isinstance(figure.frame, pd.DataFrame)
    assert len(figure.frame) > 0
    assert figure.alt.endswith(".")
    assert len(figure.alt.split()) > 5
    svg = figure.svg()
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "prefers-color-scheme:dark" in svg
    assert not re.findall(r'(?:href|src)="(?!#|data:)', svg)
    assert svg == figure.svg()
    labels = "".join(root.itertext())
    assert labels.strip()
    return figure.frame

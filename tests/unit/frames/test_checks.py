from __future__ import annotations

import sys
from typing import Any

import pandas as pd
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.checks import KEYS, check, schema
from jupyter_agentchat.frames.log import Log
from jupyter_agentchat.frames.schemas import DERIVED, SCHEMAS
from tests.frames.logs import LogWriter, full_log, memory
from tests.unit.frames.test_log import Source

FULL = Log(Source(full_log().store), "lab")
EMPTY = Log(Source(LogWriter(memory()).store), "lab")


def test_every_table_has_a_key() -> None:
    assert KEYS.keys() == (SCHEMAS | DERIVED).keys()


@pytest.mark.parametrize("log", [FULL, EMPTY], ids=["full", "empty"])
@pytest.mark.parametrize("name", KEYS)
def test_our_own_frames_are_what_they_say(name: str, log: Log) -> None:
    frame = getattr(log, name)()
    pd.testing.assert_frame_equal(check(name, frame), frame)


def swapped(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[*frame.columns[1:], frame.columns[0]]]


def twice(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame])


def changed(column: str, value: Any) -> Any:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{column: value})

    return change


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("chunks", changed("agent_ns", 1.5)),
        ("chunks", changed("n_chars", -1)),
        ("chunks", changed("kind", "text")),
        ("chunks", twice),
        ("streams", swapped),
        ("streams", changed("extra", 1)),
        ("messages", changed("seq", 0)),
        ("slo", changed("share", 1.5)),
    ],
)
def test_a_planted_fault_is_noticed(name: str, fault: Any) -> None:
    with pytest.raises(InvalidInputError, match=f"this is no frame of {name}: "):
        check(name, fault(getattr(FULL, name)()))


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no table 'dreams'"):
        schema("dreams")


def test_without_pandera_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandera.pandas", None)
    with pytest.raises(InvalidInputError, match=r"pip install 'jupyter-agentchat\[analysis\]'"):
        schema("chunks")

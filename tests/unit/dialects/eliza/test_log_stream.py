from __future__ import annotations

import pytest

from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.dialects.eliza.log_stream import ElizaFilters, entry_of
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.runtime.logs import NOTHING, LogFilters, LogLine


def test_filters_are_merged() -> None:
    filters = ElizaFilters()
    filters.merge(None)
    assert filters.shown() == {"agentName": "all", "level": "info"}
    filters.merge({"agentName": "eliza"})
    filters.merge({"level": "debug"})
    assert filters.shown() == {"agentName": "eliza", "level": "debug"}
    assert filters.filters() == LogFilters(agent="eliza", level=20)
    filters.merge({"agentName": "all", "level": "loud"})
    assert filters.filters() == LogFilters(agent=None, level=NOTHING)
    filters.merge({"level": 50})
    assert filters.filters().level == 50


@pytest.mark.parametrize("given", [[], "info", {"agentName": 3}, {"level": True}, {"level": []}])
def test_wrong_filters_are_refused(given: object) -> None:
    with pytest.raises(InvalidInputError):
        ElizaFilters().merge(given)


def test_an_entry_names_its_agent() -> None:
    line = LogLine(level=30, time=7, msg="m", logger="l", agent="eliza", channel="lab", stream="s")
    entry = entry_of(line)
    assert (entry["agentName"], entry["agentId"]) == ("eliza", agent_id("eliza"))
    assert (entry["level"], entry["time"], entry["msg"]) == (30, 7, "m")
    assert "agentId" not in entry_of(LogLine(level=40, time=7, msg="m", logger="l"))

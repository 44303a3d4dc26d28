from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.dialects.openwebui.outcomes import MAX_TITLE, Outcome


def test_every_field_has_its_event() -> None:
    outcome = Outcome.of(
        {
            "title": "T" * (MAX_TITLE + 1),
            "tags": ["a", "b"],
            "follow_ups": ["And then?"],
            "notification": {"content": "Done."},
            "actions": ["REPLY"],
        }
    )
    assert outcome is not None
    assert outcome.events() == [
        {"type": "chat:message:follow_ups", "data": {"follow_ups": ["And then?"]}},
        {"type": "chat:title", "data": "T" * MAX_TITLE},
        {"type": "chat:tags", "data": ["a", "b"]},
        {"type": "notification", "data": {"content": "Done.", "type": "info"}},
    ]


@pytest.mark.parametrize(
    "metadata",
    [{}, {"actions": ["REPLY"]}, {"title": ""}, {"title": 3}, {"notification": {"type": "loud"}}],
)
def test_what_says_nothing_or_nonsense_is_nothing(metadata: dict[str, Any]) -> None:
    assert Outcome.of(metadata) is None

from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, TimelineTypeError, dispatch_delay


@pytest.mark.parametrize("dialect", ["agentchat", "guidellm"])
@pytest.mark.parametrize("status", ["completed", "failed"])
def test_it_is_how_late_the_request_was_whatever_became_of_it(dialect: str, status: str) -> None:
    timeline = Timeline(5_000_000, [], t_intended=2_000_000, status=status)
    assert dispatch_delay(timeline, dialect=dialect) == 0.003


def test_it_needs_an_intention_before_the_request() -> None:
    unknown = dispatch_delay(Timeline(5, [6]))
    early = dispatch_delay(Timeline(5, [6], t_intended=6))
    assert isinstance(unknown, NA)
    assert isinstance(early, NA)
    assert (unknown.failed, early.failed) == (False, True)
    assert isinstance(dispatch_delay(Timeline(5, [6], t_intended=1), dialect="vllm"), NA)


def test_only_timelines_are_measured() -> None:
    with pytest.raises(TimelineTypeError, match="not int"):
        dispatch_delay(5)  # type: ignore[arg-type]

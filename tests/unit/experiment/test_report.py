"""The report: whole, offline, honest about what it cannot say, silent about what is blinded."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment.experiment import Experiment
from jupyter_agentchat.experiment.journal import Run
from jupyter_agentchat.experiment.observation import Observation
from jupyter_agentchat.experiment.spec import read_spec
from jupyter_agentchat.experiment.threats import threats

QUICK = {"synthetic": {"chunks": 6, "icl_ms": 1, "ttft_ms": 1}}
BAD = {"synthetic": {"chunks": 6, "icl_ms": 1, "ttft_ms": 1, "fail_at": 0}}
_VOID = {"meta", "img", "link", "br"}


class Page(HTMLParser):
    """Checks that tags are closed and notes what a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        if tag not in _VOID:
            self.open.append(tag)
        self.loads += [v or "" for k, v in attrs if k in {"src", "href", "srcset"}]

    def handle_endtag(self, tag: str) -> None:
        """Match it."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep it."""
        self.text.append(data)


async def report_of(**more: Any) -> tuple[str, Page, Any]:
    """Run a small experiment and return its report, as text and parsed."""
    order = {
        "prompts": ["<b>hi</b>"],
        "agents": ["synthetic"],
        "settings": {"one<script>": QUICK, "two": QUICK},
        "repeats": 3,
        **more,
    }
    result = await Experiment(**order).run_async(embedded=True, progress=False)
    text = result.report().html
    page = Page()
    page.feed(text)
    assert page.open == []
    return text, page, result


async def test_it_needs_nothing_else(tmp_path: Path) -> None:
    """No load from anywhere, no script, labels escaped; written where it is told."""
    text, page, result = await report_of()
    assert all(load.startswith("data:image/svg+xml") for load in page.loads)
    assert len(page.loads) >= 6
    assert "<script" not in text
    assert "url(http" not in text
    shown = " ".join(page.text)
    for word in ("one<script>", "two", "wilcoxon", "Holm", "closed loop", "no warm-up", "NA"):
        assert word in shown
    assert result.report(tmp_path / "report.html").html == (tmp_path / "report.html").read_text()
    with pytest.raises(InvalidInputError, match="html"):
        result.report(tmp_path / "report.pdf")


async def test_blinded_it_names_no_arm() -> None:
    """Not in tables, figures' words or the order."""
    text, _, result = await report_of(blind=True, settings={"alpha": QUICK, "beta": QUICK})
    assert not re.search("alpha|beta", text)
    result.unblind()
    assert re.search("alpha", result.report().html)


async def test_an_experiment_in_which_all_fails_has_a_report() -> None:
    """Without figures, with the failures counted."""
    text, page, _ = await report_of(settings={"bad": BAD})
    assert "3 trials, 3 failed" in " ".join(page.text)
    assert "3 of 3 trials failed" in text


def seen(**more: Any) -> Observation:
    """Return an observation."""
    least: dict[str, Any] = {"trial": "x", "run": "r", "status": "completed", "clock_id": "c"}
    return Observation(**{**least, "t_request": 0, **more})


def told(spec: dict[str, Any], *observations: Observation, runs: int = 1, planned: int = 4) -> str:
    """Return the threats as one text."""
    order = {"prompts": ["a", "b"], "agents": ["e"], "warm_up": 1, "blind": True, **spec}
    made = [Run(run=str(i), started_us=0, provenance={"cores": i}) for i in range(runs)]
    return " ".join(threats(read_spec(order), observations, made, planned=planned))


def test_each_threat_is_told_where_it_applies_and_nowhere_else() -> None:
    """From the facts, not from a fixed list."""
    many = [seen()] * 400
    calm = told({"arrivals": "constant:1/s"}, *many, planned=400)
    for word in ("closed loop", "not made", "failed", "percentile", "one prompt", "left more than"):
        assert word not in calm
    assert "closed loop" in told({}, *many, planned=400)
    assert "1 of 401 trials were not made" in told({}, *many, planned=401)
    assert "1 of 401 trials failed" in told({}, *many, seen(status="failed"), planned=401)
    assert "368" in told({}, *[seen()] * 4)
    assert "one prompt" in told({"prompts": ["a"]}, *many, planned=400)
    assert "no warm-up" in told({"warm_up": 0}, *many, planned=400)
    assert "not blinded" in told({"blind": False, "agents": ["e", "f"]}, *many, planned=400)
    assert "2 runs" in told({}, *many, runs=2, planned=400)
    assert "different machines" in told({}, *many, runs=2, planned=400)
    late = [seen(t_intended=-5_000_000)] * 400
    assert "400 of 400 requests left" in told({"arrivals": "constant:1/s"}, *late, planned=400)

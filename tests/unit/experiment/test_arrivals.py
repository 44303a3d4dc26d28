"""When requests are sent."""

from __future__ import annotations

import hashlib
from itertools import islice, pairwise
from pathlib import Path
from statistics import fmean, stdev

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment.arrivals import Closed, Open, Trace, read_arrivals

NS = 1_000_000_000


def distances(text: str, n: int = 20_000, seed: int = 3) -> list[float]:
    """Return the first `n` distances in seconds."""
    arrivals = read_arrivals(text)
    assert isinstance(arrivals, Open)
    return [(b - a) / NS for a, b in pairwise(islice(arrivals.offsets(seed), n + 1))]


def test_the_forms() -> None:
    """Each form is read for what it says."""
    assert read_arrivals("closed") == Closed(1)
    assert read_arrivals("closed:8") == Closed(8)
    assert read_arrivals("constant:2/s") == Open(2.0, 0.0)
    assert read_arrivals("poisson:0.5/s") == Open(0.5, 1.0)
    assert read_arrivals("gamma:2/s,cv=3") == Open(2.0, 3.0)


@pytest.mark.parametrize(
    ("text", "cv"), [("constant:4/s", 0.0), ("poisson:4/s", 1.0), ("gamma:4/s,cv=2", 2.0)]
)
def test_rate_and_spread_are_what_was_ordered(text: str, cv: float) -> None:
    """Mean within 5 % and coefficient of variation within 10 % over 20,000 distances."""
    found = distances(text)
    assert fmean(found) == pytest.approx(0.25, rel=0.05)
    assert stdev(found) / fmean(found) == pytest.approx(cv, rel=0.1, abs=1e-6)
    assert min(found) >= 0


def test_a_seed_gives_the_same_schedule() -> None:
    """Reproducible, and another seed gives another."""
    assert distances("poisson:4/s", 50, 1) == distances("poisson:4/s", 50, 1)
    assert distances("poisson:4/s", 50, 1) != distances("poisson:4/s", 50, 2)


def test_a_trace_is_played_faster(tmp_path: Path) -> None:
    """``speed`` divides the distances."""
    file = tmp_path / "t.jsonl"
    file.write_text('{"timestamp": 0}\n{"timestamp": 1000}\n')
    arrivals = read_arrivals(f"trace:{file},speed=4")
    assert isinstance(arrivals, Trace)
    assert list(arrivals.offsets(0)) == [0, 250_000_000]


def test_a_trace_is_known_by_its_contents(tmp_path: Path) -> None:
    """By the SHA-256 of its bytes, wherever it is."""
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    for file in (one, two):
        file.write_bytes(b'{"timestamp": 0}\n')
    first, second = (read_arrivals(f"trace:{file}") for file in (one, two))
    assert isinstance(first, Trace)
    assert isinstance(second, Trace)
    assert first.sha256 == hashlib.sha256(b'{"timestamp": 0}\n').hexdigest()
    second.check(first.sha256)
    two.write_bytes(b'{"timestamp": 1}\n')
    changed = read_arrivals(f"trace:{two}")
    assert isinstance(changed, Trace)
    with pytest.raises(InvalidInputError, match=r"two\.jsonl has changed, or is another"):
        changed.check(first.sha256)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "closed:0",
        "closed:1.5",
        "closed:x",
        "poisson:2",
        "poisson:0/s",
        "poisson:-1/s",
        "poisson:nan/s",
        "poisson:inf/s",
        "poisson:2/s,cv=1",
        "gamma:2/s",
        "gamma:2/s,cv=0",
        "constant:1e9/s",
        "trace:missing.csv",
        "trace:missing.csv,speed=0",
    ],
)
def test_anything_else_is_refused_in_a_sentence(text: str) -> None:
    """The sentence repeats what was given."""
    with pytest.raises(InvalidInputError, match=r"arrivals|cannot be read"):
        read_arrivals(text)

"""What an experiment orders is checked before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment.spec import read_file, read_spec

LEAST: dict[str, Any] = {"prompts": ["Hi"], "agents": ["echo"]}


def test_what_is_left_out_has_its_default() -> None:
    """The least that makes an experiment."""
    spec = read_spec(LEAST)
    assert spec.prompts == {"p1": "Hi"}
    assert (spec.repeats, spec.arrivals, spec.transports) == (1, "closed", ("ws",))
    assert len(spec.trials()) == 1


def test_the_hash_names_the_configuration() -> None:
    """The same for the same order, another for another."""
    assert read_spec(LEAST).hash == read_spec(dict(reversed(LEAST.items()))).hash
    assert read_spec(LEAST).hash != read_spec({**LEAST, "seed": 1}).hash


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"promts": ["x"]}, "no 'promts'; did you mean \"prompts\""),
        ({"agents": []}, "agents is a list of names"),
        ({"agents": ["a", "a"]}, "twice"),
        ({"agents": [3]}, "not 3"),
        ({"prompts": []}, "prompts is empty"),
        ({"prompts": [""]}, "prompt p1"),
        ({"prompts": 3}, "prompts is a list"),
        ({"repeats": 0}, "repeats is a whole number from 1, not 0"),
        ({"repeats": True}, "repeats"),
        ({"repeats": 2.5}, "repeats"),
        ({"seed": -1}, "seed"),
        ({"warm_up": -1}, "warm_up"),
        ({"transports": ["carrier pigeon"]}, "no transport"),
        ({"settings": {}}, "settings is a mapping"),
        ({"settings": {"a": 3}}, "setting 'a'"),
        ({"settings": {"a": {"x": float("nan")}}}, "no JSON"),
        ({"arrivals": "now"}, "arrivals 'now'"),
        ({"blind": "yes"}, "blind is true or false"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"timeout_s": float("inf")}, "timeout_s"),
        ({"name": " "}, "name"),
        ({"trace_sha256": 12}, "trace_sha256 is 64 digits"),
        ({"trace_sha256": "ABC"}, "trace_sha256 is 64 digits"),
        ({"repeats": 2_000_000}, "2,000,000 trials"),
        ({"name": "a/b!"}, "a/b!"),
        ({"settings": {"a": {"generation": {"max_tokns": 8}}}}, "setting 'a': .*max_tokns"),
        ({"settings": {"a": {"generatoin": {}}}}, 'did you mean "generation"'),
        (
            {"agents": ["synthetic"], "settings": {"a": {"synthetic": {"icl_mss": 5}}}},
            "setting 'a': .*icl_mss",
        ),
        (
            {"agents": ["synthetic"], "settings": {"a": {"synthetc": {}}}},
            'did you mean "synthetic"',
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(change: dict[str, Any], says: str) -> None:
    """The sentence names the key."""
    with pytest.raises(InvalidInputError, match=says):
        read_spec({**LEAST, **change})


def test_a_missing_key_is_named() -> None:
    """Prompts and agents have no default."""
    with pytest.raises(InvalidInputError, match="needs agents"):
        read_spec({"prompts": ["x"]})


def test_a_trace_that_is_too_short_is_said_before_anything_runs(tmp_path: Path) -> None:
    """Two requests do not serve three trials."""
    file = tmp_path / "t.jsonl"
    file.write_text('{"timestamp": 0}\n{"timestamp": 5}\n')
    order = {**LEAST, "repeats": 3, "arrivals": f"trace:{file}"}
    with pytest.raises(InvalidInputError, match="fewer than the 3 trials"):
        read_spec(order)


def test_what_was_run_needs_its_trace_no_more(tmp_path: Path) -> None:
    spec = read_spec({**LEAST, "arrivals": f"trace:{tmp_path / 'gone'}"}, is_done=True)
    assert spec.is_open
    assert not read_spec({**LEAST, "arrivals": "closed:4"}).is_open


def test_the_hash_names_the_contents_of_the_trace(tmp_path: Path) -> None:
    """One path with other requests is another experiment; without a trace nothing is added."""
    file = tmp_path / "t.jsonl"
    file.write_text('{"timestamp": 0}\n{"timestamp": 5}\n')
    order = {**LEAST, "arrivals": f"trace:{file}"}
    first = read_spec(order)
    assert read_spec(order) == first == read_spec(first.order())
    file.write_text('{"timestamp": 0}\n{"timestamp": 6}\n')
    second = read_spec(order)
    assert second.hash != first.hash
    assert "trace_sha256" not in read_spec(LEAST).order()
    with pytest.raises(InvalidInputError, match="has changed, or is another"):
        read_spec(first.order())
    with pytest.raises(InvalidInputError, match="has changed, or is another"):
        first.schedule()
    assert read_spec(first.order(), is_done=True) == first
    with pytest.raises(InvalidInputError, match="arrivals names none"):
        read_spec({**LEAST, "trace_sha256": first.trace_sha256})


def test_a_file_is_read_and_named_in_errors(tmp_path: Path) -> None:
    """YAML in, the path in every complaint."""
    file = tmp_path / "spec.yaml"
    file.write_text("prompts: [Hi]\nagents: [echo]\nseed: 7\n")
    assert read_file(file).seed == 7
    for text, says in (
        ("prompts: [", "no YAML"),
        ("- a", "mapping"),
        ("prompts: [Hi]\nagents: [echo]\nsed: 1", 'spec.yaml.*did you mean "seed"'),
    ):
        file.write_text(text)
        with pytest.raises(InvalidInputError, match=says):
            read_file(file)
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_file(tmp_path / "none.yaml")

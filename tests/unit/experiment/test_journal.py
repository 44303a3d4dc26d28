"""What has been done is kept, whatever happens next."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_agentchat.errors import InvalidInputError, StoreError
from jupyter_agentchat.experiment.journal import TRIALS_FILE, Journal, Run
from jupyter_agentchat.experiment.observation import Observation
from jupyter_agentchat.experiment.spec import Spec, read_spec

SPEC = read_spec({"prompts": ["a", "b"], "agents": ["echo"]})
RUN = Run(run="r1", started_us=5, provenance={"cores": 2})


def seen(trial: str) -> Observation:
    """Return an observation of a trial."""
    return Observation(
        trial=trial, run="r1", status="completed", clock_id="c", t_request=1, t_chunks=[2, 3]
    )


def filled(folder: Path, spec: Spec = SPEC) -> Journal:
    """Return a journal of one run with two trials."""
    journal = Journal(spec, folder)
    journal.begin(RUN)
    journal.add(seen("x"))
    journal.add(seen("y"))
    return journal


def test_it_is_read_back_as_it_was(tmp_path: Path) -> None:
    """By the same spec, and from the folder alone."""
    filled(tmp_path)
    for again in (Journal(SPEC, tmp_path), Journal.load(tmp_path)):
        assert again.done == {"x": seen("x"), "y": seen("y")}
        assert again.runs == [RUN]
        assert again.spec == SPEC


@pytest.mark.parametrize("cut", range(1, 40, 7))
def test_a_line_that_a_crash_cut_off_is_made_anew(tmp_path: Path, cut: int) -> None:
    """At whatever byte; what follows is appended to a whole line."""
    filled(tmp_path)
    file = tmp_path / TRIALS_FILE
    file.write_bytes(file.read_bytes()[:-cut])
    again = Journal(SPEC, tmp_path)
    assert again.done == {"x": seen("x")}
    again.add(seen("y"))
    assert Journal(SPEC, tmp_path).done == {"x": seen("x"), "y": seen("y")}


def test_another_experiment_is_refused(tmp_path: Path) -> None:
    """Results of two designs must not mix."""
    filled(tmp_path)
    other = read_spec({"prompts": ["a", "b"], "agents": ["echo"], "seed": 1})
    with pytest.raises(InvalidInputError, match="another experiment"):
        Journal(other, tmp_path)


def test_a_changed_trace_is_refused_and_what_was_done_is_read_without_it(tmp_path: Path) -> None:
    """Trials of two schedules must not mix; the sentence says that it is the trace."""
    trace, folder = tmp_path / "t.jsonl", tmp_path / "made"
    order = {"prompts": ["a"], "agents": ["echo"], "arrivals": f"trace:{trace}"}
    trace.write_text('{"timestamp": 0}\n{"timestamp": 5}\n')
    spec = read_spec(order)
    filled(folder, spec)
    assert set(Journal(read_spec(order), folder).done) == {"x", "y"}
    trace.write_text('{"timestamp": 0}\n{"timestamp": 6}\n')
    with pytest.raises(InvalidInputError, match="The trace has changed since the experiment in"):
        Journal(read_spec(order), folder)
    with pytest.raises(InvalidInputError, match="another experiment"):
        Journal(read_spec({**order, "seed": 1}), folder)
    trace.unlink()
    assert Journal.load(folder).spec == spec


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    """A folder without one, files of others, a file in the folder's place."""
    with pytest.raises(InvalidInputError, match="no experiment in"):
        Journal.load(tmp_path)
    filled(tmp_path)
    (tmp_path / TRIALS_FILE).write_text("{}\n")
    with pytest.raises(InvalidInputError, match="Line 1"):
        Journal(SPEC, tmp_path)
    (tmp_path / "experiment.json").write_text("nonsense")
    with pytest.raises(InvalidInputError, match="no experiment of ours"):
        Journal.load(tmp_path)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        Journal(SPEC, blocked / "below").begin(RUN)


def test_without_a_folder_it_is_in_memory() -> None:
    """Nothing is written."""
    journal = Journal(SPEC)
    journal.begin(RUN)
    journal.add(seen("x"))
    assert set(journal.done) == {"x"}

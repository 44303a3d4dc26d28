"""``jupyter agentchat experiment``, in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.test_commands import run

SPEC = """
prompts: [Hello]
agents: [synthetic]
settings:
  fast: {synthetic: {chunks: 5, icl_ms: 1, ttft_ms: 1}}
  slow: {synthetic: {chunks: 5, icl_ms: 1, ttft_ms: 60}}
repeats: 2
"""


def test_trials_tables_and_a_report(tmp_path: Path) -> None:
    """Made again, it makes nothing anew."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    for _ in range(2):
        done = run(tmp_path, "experiment", str(tmp_path / "spec.yaml"))
        assert done.returncode == 0, done.stderr
        assert "4 of 4 trials, 0 failed" in done.stdout
        assert "slow" in done.stdout
    folder = tmp_path / "spec"
    assert (folder / "report.html").read_text().startswith("<!doctype html>")
    assert (folder / "log" / "chunks.parquet").is_file()
    assert (folder / "trials.jsonl").read_bytes().count(b"\n") == 4


@pytest.mark.parametrize(
    ("arguments", "text", "code", "says"),
    [
        ([], SPEC, 2, "Give one file"),
        (["missing.yaml"], SPEC, 1, "cannot be read"),
        (["spec.yaml"], SPEC + "repeat: 3\n", 1, 'did you mean "repeats"'),
        (["spec.yaml"], SPEC.replace("synthetic]", "synthesis]"), 1, 'did you mean "synthetic"'),
        (["spec.yaml"], SPEC.replace("repeats: 2", "repeats: 0"), 1, "repeats is a whole number"),
        (["spec.yaml", "--token", "t"], SPEC, 2, "--url"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, arguments: list[str], text: str, code: int, says: str
) -> None:
    """Before anything runs."""
    (tmp_path / "spec.yaml").write_text(text)
    places = [str(tmp_path / each) if each.endswith("yaml") else each for each in arguments]
    done = run(tmp_path, "experiment", *places)
    assert done.returncode == code
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "spec").exists()

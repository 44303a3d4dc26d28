"""The latency study runs, with the model or plainly without, and is saved as it was made."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from docs.generate.study import FIGURES, IMAGES, NOTEBOOK, figures
from tests.notebooks.test_notebooks import execute, printed, read

LARGEST = 700_000
"""Bytes: four figures, and no more."""
LOADS = ["1 at a time", "4 at a time", "16 at a time"]

pytestmark = [
    pytest.mark.xdist_group("notebooks"),
    pytest.mark.timeout(240),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # jupyter_client's own sockets
]


def emptied() -> NotebookNode:
    notebook = read(NOTEBOOK)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def table(notebook: NotebookNode, column: str) -> dict[str, list[str]]:
    """Return the cells of the first table that has a column of that name, by load."""
    shown = next(
        text
        for cell in notebook.cells
        if column in (text := printed(NotebookNode(cells=[cell])))  # type: ignore[no-untyped-call]
    )
    lines = [re.split(r"\s{2,}", line.strip()) for line in shown.splitlines()]
    return {line[0]: line[1:] for line in lines if line[0] in LOADS}


def test_it_runs_in_its_short_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTCHAT_STUDY", "short")
    notebook = emptied()
    execute(notebook, tmp_path, monkeypatch)
    assert set(figures(notebook)) == set(FIGURES)
    assert table(notebook, "answers") == {load: ["4", "0"] for load in LOADS}
    assert "The most that a hop of the server is wrong by" in printed(notebook)


def test_without_the_model_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first cell alone, for the rest is the same."""
    notebook = emptied()
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"][:1]
    hide = "import importlib.util\nimportlib.util.find_spec = lambda name: None\n"
    notebook.cells[0].source = hide + notebook.cells[0].source
    execute(notebook, tmp_path, monkeypatch)
    assert "The small model is not installed, so this run asks synthetic" in printed(notebook)


def test_it_is_saved_with_what_the_model_showed() -> None:
    notebook = read(NOTEBOOK)
    nbformat.validate(notebook)
    assert "The agent is local" in printed(notebook)
    assert table(notebook, "answers") == {load: ["64", "0"] for load in LOADS}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    names = {o.get("name", "stdout") for cell in code for o in cell.outputs}
    assert names == {"stdout"}
    assert NOTEBOOK.stat().st_size < LARGEST
    pages = [
        o.data["text/html"] for c in code for o in c.outputs if "image/png" in o.get("data", {})
    ]
    assert not re.findall(r'(?:src|href)="(?!data:)', "".join(pages))


def test_the_saved_numbers_say_what_the_text_says() -> None:
    """The wait jumps where the queue begins; the gaps between tokens do not."""
    notebook = read(NOTEBOOK)
    ttft, tpot = (
        [float(cells[0].split()[0]) for cells in table(notebook, column).values()]
        for column in ("TTFT p50", "TPOT p50")
    )
    assert ttft[2] > 4 * ttft[1]
    assert tpot[2] < 2 * tpot[1]


def test_the_figures_of_the_docs_are_the_notebooks() -> None:
    for name, picture in figures(read(NOTEBOOK)).items():
        assert (IMAGES / f"{name}.png").read_bytes() == picture


def test_a_missing_figure_is_noticed() -> None:
    notebook = read(NOTEBOOK)
    notebook.cells = notebook.cells[:-6]
    with pytest.raises(ValueError, match="shorter"):
        figures(notebook)
    assert json.dumps(notebook) != json.dumps(read(NOTEBOOK))

"""The published demonstration gives what it shows, and shows what it says."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tests.notebooks.test_notebooks import execute, printed, read
from tests.processes import ROOT

FILE = ROOT / "notebooks/05_three_streams.ipynb"
LARGEST = 500_000
"""Bytes: three figures, and no more."""

pytestmark = [
    pytest.mark.xdist_group("notebooks"),
    pytest.mark.timeout(180),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # jupyter_client's own sockets
]


def words(notebook: NotebookNode) -> list[str]:
    """Return what the outputs say, without the spaces and dashes of tables."""
    return re.findall(r"[^\s-]+", printed(notebook))


def test_it_gives_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, fresh = read(FILE), read(FILE)
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    execute(fresh, tmp_path, monkeypatch)
    assert words(fresh) == words(saved)
    assert "0.174" in words(saved)


def test_a_changed_number_is_noticed() -> None:
    one, two = read(FILE), read(FILE)
    output = next(c for c in two.cells if c.get("outputs") and "13.0" in printed_cell(c)).outputs[0]
    output.data["text/plain"] = output.data["text/plain"].replace("13.0", "12.9", 1)
    assert words(one) != words(two)


def printed_cell(cell: NotebookNode) -> str:
    return printed(NotebookNode(cells=[cell]))  # type: ignore[no-untyped-call]


def test_tpot_ranks_them_wrongly_and_qoe_rightly() -> None:
    table = next(printed_cell(c) for c in read(FILE).cells if "by TPOT" in printed_cell(c))
    best, worst = (
        re.split(r"\s{2,}", line.strip())[1:]
        for line in table.splitlines()
        if line.startswith(("best", "worst"))
    )
    assert best == ["long wait", "just right", "just right"]
    assert worst == ["just right", "long wait", "long wait"]


def test_its_saved_form_is_whole_and_small() -> None:
    notebook = read(FILE)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [o for cell in code for o in cell.outputs if o.output_type in {"error", "stream"}
                and o.get("name") != "stdout"]  # fmt: skip
    assert FILE.stat().st_size < LARGEST
    figures = [
        o.data["text/html"] for c in code for o in c.outputs if "image/png" in o.get("data", {})
    ]
    assert len(figures) == 3
    assert not re.findall(r'(?:src|href)="(?!data:)', "".join(figures))

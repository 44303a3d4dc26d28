"""Every notebook runs from its first cell to its last, on a server and without one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from jupyter_agentchat.protocol.announcement import SECRET_VARIABLE, URL_VARIABLE
from tests.processes import ROOT, TOKEN, environment, jupyter_server

STUDIES = {"05_three_streams", "06_latency_study"}
"""Notebooks that show results; they are saved with them, and tested by files of their own."""
NOTEBOOKS = sorted(
    file for file in (ROOT / "notebooks").glob("*.ipynb") if file.stem not in STUDIES
)

pytestmark = [
    pytest.mark.xdist_group("notebooks"),
    pytest.mark.timeout(180),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # jupyter_client's own sockets
]


@pytest.fixture(params=NOTEBOOKS, ids=lambda file: file.stem)
def notebook(request: pytest.FixtureRequest) -> NotebookNode:
    return read(request.param)


def read(file: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def execute(notebook: NotebookNode, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (URL_VARIABLE, SECRET_VARIABLE, "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment(folder).items():
        monkeypatch.setenv(name, value)
    NotebookClient(
        notebook, timeout=90, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()


def printed(notebook: NotebookNode) -> str:
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    texts = [
        out.get("text", "") or str(out.get("data", {}).get("text/plain", "")) for out in outputs
    ]
    return "\n".join(texts)


def test_it_runs_embedded(
    notebook: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(notebook, tmp_path, monkeypatch)
    shown = printed(notebook)
    assert "Chat(embedded)" in shown
    assert "completed" in shown


def test_it_runs_on_a_real_server(
    notebook: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with jupyter_server(tmp_path / "server") as server:
        info = {"pid": os.getpid(), "url": server.url, "token": TOKEN}  # the kernel's parent
        (tmp_path / "runtime").mkdir()
        (tmp_path / "runtime" / f"jpserver-{os.getpid()}.json").write_text(json.dumps(info))
        execute(notebook, tmp_path, monkeypatch)
    shown = printed(notebook)
    assert "Chat('http://" in shown
    assert TOKEN not in shown
    assert "completed" in shown
    images = [
        out for cell in notebook.cells for out in cell.get("outputs", ())
        if "image/png" in out.get("data", {})
    ]  # fmt: skip
    assert images


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_it_is_saved_without_outputs(file: Path) -> None:
    notebook = read(file)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_the_panel_comes_first() -> None:
    notebook = read(NOTEBOOKS[0])
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert 'ac.ChatPanel(channel="lab", agents=["eliza"])' in first.source


def test_a_broken_cell_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = read(NOTEBOOKS[0])
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"][:1]
    notebook.cells[0].source = "1 / 0"
    with pytest.raises(CellExecutionError):
        execute(notebook, tmp_path, monkeypatch)


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS

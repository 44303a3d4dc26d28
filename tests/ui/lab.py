"""A real JupyterLab, and notebooks in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.processes import ROOT, TOKEN, ServerProcess, jupyter_server

LABEXTENSION = ROOT / "jupyter_agentchat/labextension"
PANEL_CELL = """import jupyter_agentchat as ac
panel = ac.ChatPanel(channel={channel!r}, agents={agents!r})
panel"""
CELL: dict[str, object] = {
    "cell_type": "code",
    "metadata": {},
    "outputs": [],
    "execution_count": None,
}


@contextmanager
def lab_server(
    folder: Path, *options: str, token: str = TOKEN, port: int = 0
) -> Iterator[ServerProcess]:
    """Run JupyterLab with the extension, and the sidebar if it was built."""
    extensions = folder / "data" / "labextensions"
    if LABEXTENSION.is_dir() and not extensions.exists():
        extensions.mkdir(parents=True)
        (extensions / "jupyter-agentchat").symlink_to(LABEXTENSION)
    expose = "--LabApp.expose_app_in_browser=True"
    with jupyter_server(folder, expose, *options, token=token, port=port) as server:
        yield server


def write_notebook(folder: Path, channel: str, *cells: str, agents: Sequence[str] = ()) -> str:
    """Write a notebook that begins with a panel; returns its name."""
    sources = (PANEL_CELL.format(channel=channel, agents=list(agents)), *cells)
    notebook = {
        "cells": [{**CELL, "id": f"c{n}", "source": each} for n, each in enumerate(sources)],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    name = f"{channel}.ipynb"
    (folder / name).write_text(json.dumps(notebook))
    return name

"""Run the latency study again: ``python -m docs.generate.study [--short]``.

It runs ``notebooks/06_latency_study.ipynb`` from its first cell to its last, saves what the cells
show, and writes the figures beside the documentation's images. With ``--short`` it asks less, in
about a minute, and saves nothing: that is what the tests do.
"""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks/06_latency_study.ipynb"
IMAGES = ROOT / "docs/images/study"
VARIABLE = "AGENTCHAT_STUDY"
"""What the notebook asks whether to be short."""
FIGURES = ("tpot", "ttft", "one-round", "hops")
"""Names of the figures in the order in which the notebook draws them."""
LONGEST_S = 1800


def execute(*, short: bool) -> NotebookNode:
    """Return the notebook with fresh outputs; it is run in a folder of its own."""
    notebook: NotebookNode = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    environment = {**os.environ, VARIABLE: "short" if short else "", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(
            notebook,
            timeout=LONGEST_S,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": folder}},
        ).execute(env=environment)
    return notebook


def figures(notebook: NotebookNode) -> dict[str, bytes]:
    """Return the figures' pictures by name."""
    found = [
        base64.b64decode(output.data["image/png"])
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    return dict(zip(FIGURES, found, strict=True))


def main() -> int:
    """Run, and save unless it was the short form."""
    short = "--short" in sys.argv[1:]
    notebook = execute(short=short)
    pictures = figures(notebook)
    if short:
        return 0
    nbformat.write(notebook, NOTEBOOK)  # type: ignore[no-untyped-call]
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (IMAGES / f"{name}.png").write_bytes(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())

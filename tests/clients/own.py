"""Our own TypeScript clients, bundled for Node."""

from __future__ import annotations

from pathlib import Path

from tests.clients.node import HERE, installed, run

SOURCE = HERE.parents[1] / "labextension/packages/clients/src/index.ts"


def bundled(folder: Path) -> str:
    """Return the address of our clients as one module; skip where npm is out of reach."""
    where = folder / "clients.mjs"
    esbuild = installed() / "node_modules/.bin/esbuild"
    options = ("--bundle", "--format=esm", "--platform=node", "--log-level=error")
    run(str(esbuild), str(SOURCE), *options, f"--outfile={where}")
    return where.as_uri()

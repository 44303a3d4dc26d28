"""The layers of imports are checked, and the checker can go red."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FAULTS = {
    "upward": ("protocol/planted.py", "import jupyter_agentchat.bus", "imports flow one way"),
    "sibling": ("bus/planted.py", "import jupyter_agentchat.store", "imports flow one way"),
    "framework": ("runtime/planted.py", "import tornado", "no framework below"),
    "ground": ("protocol/planted.py", "import numpy", "the protocol stands on"),
    "homeless": ("planted/__init__.py", "", "imports flow one way"),
}


def lint(package_root: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package below `package_root`."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"]
    environment = os.environ | {"PYTHONPATH": str(package_root)}
    return subprocess.run(
        command, cwd=package_root, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a copy of the sources that may be spoilt."""
    ignored = shutil.ignore_patterns("__pycache__", "static", "labextension")
    shutil.copytree(ROOT / "jupyter_agentchat", tmp_path / "jupyter_agentchat", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_layers_hold(package: Path) -> None:
    done = lint(package)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_import_is_found(package: Path, fault: str) -> None:
    path, line, contract = FAULTS[fault]
    planted = package / "jupyter_agentchat" / path
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(line + "\n")
    done = lint(package)
    assert done.returncode == 1
    broken = [row for row in done.stdout.splitlines() if "BROKEN" in row]
    assert any(row.startswith(contract) for row in broken), done.stdout

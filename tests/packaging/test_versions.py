"""One version everywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from jupyter_agentchat import __version__

ROOT = Path(__file__).parents[2]
FRONT_END = ROOT / "labextension"


@pytest.mark.parametrize("package", ["core", "ui", "widget", "lab"])
def test_front_end_package_has_the_version(package: str) -> None:
    manifest = json.loads((FRONT_END / "packages" / package / "package.json").read_text())
    assert manifest["version"] == __version__


def test_front_end_code_has_the_version() -> None:
    source = (FRONT_END / "packages/core/src/version.ts").read_text()
    assert re.findall(r'VERSION = "(.+)"', source) == [__version__]


def test_lock_file_names_no_registry() -> None:
    lock = json.loads((FRONT_END / "package-lock.json").read_text())
    remote = [p for p in lock["packages"].values() if "//" in p.get("resolved", "")]
    assert remote == []


def test_lock_file_covers_every_platform() -> None:
    locked = (FRONT_END / "package-lock.json").read_text()
    for platform in ("linux-x64-gnu", "linux-arm64-gnu", "darwin-arm64", "win32-x64-msvc"):
        assert f"node_modules/@rspack/binding-{platform}" in locked

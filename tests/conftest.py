"""What every test may use: Jupyter's fixtures, plain ``async def`` tests, and the browser."""

from __future__ import annotations

import os
import shutil

import pytest

pytest_plugins = ["pytest_jupyter.jupyter_server"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the browser's path; without one the test is skipped, and on CI it fails."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    reason = "no Chromium on this machine: install Debian's 'chromium'"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)

"""What every test may use: Jupyter's fixtures, and plain ``async def`` tests."""

from __future__ import annotations

pytest_plugins = ["pytest_jupyter.jupyter_server"]

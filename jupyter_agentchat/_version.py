"""The one place of the version; the front end's package.json repeats it (a test compares)."""

from __future__ import annotations

__version__ = "0.1.0"

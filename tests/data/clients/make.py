"""Makes the fixtures of this folder, which the clients of both languages run.

``python -m tests.data.clients.make`` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.data.clients import inboxes, streams, webui

HERE = Path(__file__).parent
FIXTURES = {"inbox": inboxes.cases, "channels": webui.cases, "streams": streams.cases}


def text_of(name: str) -> str:
    """Return the file of a fixture."""
    return json.dumps(FIXTURES[name](), separators=(",", ":")) + "\n"


def main() -> None:
    """Write the fixtures."""
    for name in FIXTURES:
        (HERE / f"{name}.json").write_text(text_of(name), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Write the generated files, or with ``--check`` say which are stale."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.generate.reference import reference
from docs.generate.states import states
from docs.generate.typescript import typescript
from jupyter_agentchat.protocol.frames import PROTOCOL_VERSION

ROOT = Path(__file__).parents[2]


def files() -> dict[Path, str]:
    """Return each generated file with its text."""
    return {
        ROOT / "docs/reference/protocol.md": reference(PROTOCOL_VERSION),
        ROOT / "labextension/packages/core/src/protocol.ts": typescript(PROTOCOL_VERSION),
        ROOT / "labextension/packages/core/src/states.ts": states(),
    }


def stale() -> list[Path]:
    """Return the files that are not what the code says."""
    return [
        file
        for file, text in files().items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Write, or check."""
    if "--check" in sys.argv[1:]:
        for file in stale():
            sys.stdout.write(f"{file.relative_to(ROOT)} is stale; run python -m docs.generate\n")
        return 1 if stale() else 0
    for file, text in files().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

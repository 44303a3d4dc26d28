"""What the commands share: exit codes and one line that says what to do."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from jupyter_core.application import JupyterApp

WRONG_USE = 2
FAILED = 1


def leave(code: int, sentence: str) -> NoReturn:
    """Print one line to stderr and exit."""
    sys.stderr.write(f"{sentence}\n")
    sys.exit(code)


class Command(JupyterApp):
    """A command that refuses what it does not know with exit code 2."""

    def parse_command_line(self, argv: Any = None) -> None:  # noqa: ANN401 - JupyterApp's own
        """Parse, turning wrong use into exit code 2 and one line."""
        try:
            super().parse_command_line(argv)
        except SystemExit as error:
            if error.code not in {0, None}:
                leave(WRONG_USE, f"Wrong use; see {self.name.replace('-', ' ')} --help.")
            raise

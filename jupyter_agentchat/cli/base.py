"""What the commands share: exit codes and one line that says what to do."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr
from typing import Any, NoReturn

from jupyter_core.application import JupyterApp

WRONG_USE = 2
FAILED = 1
HELP = frozenset({"help", "help-all", "version"})


def leave(code: int, sentence: str) -> NoReturn:
    """Print one line to stderr and exit."""
    sys.stderr.write(f"{sentence}\n")
    sys.exit(code)


class Command(JupyterApp):
    """A command that refuses what it does not know with exit code 2.

    Traitlets alone would warn of an unknown option and go on without it.
    """

    def parse_command_line(self, argv: Any = None) -> None:  # noqa: ANN401 - JupyterApp's own
        """Parse, turning wrong use into exit code 2 and one line."""
        given = list(sys.argv[1:] if argv is None else argv)
        if not (given and given[0] in self.subcommands):
            for name in _options(given):
                if not self._knows(name):
                    self._refuse(f"there is no option --{name}")
        said = io.StringIO()
        try:
            with redirect_stderr(said):
                super().parse_command_line(given)
        except SystemExit as error:
            if error.code in {0, None}:
                raise
            self._refuse(said.getvalue().strip().rpartition("\n")[2].rpartition("error: ")[2])

    def _refuse(self, reason: str) -> NoReturn:
        command = self.name.replace("-", " ")
        leave(
            WRONG_USE, f"Wrong use: {reason or 'see above'}; {command} --help says what is right."
        )

    def _knows(self, name: str) -> bool:
        if "." not in name:
            return name in HELP or name in _names(self.aliases) or name in _names(self.flags)
        kind, _, trait = name.partition(".")
        return any(
            each.__name__ == kind and trait in each.class_trait_names(config=True)
            for each in (type(self), *type(self).mro(), *self.classes)
            if hasattr(each, "class_trait_names")
        )


def _options(arguments: Iterable[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == "--":
            return
        if argument.startswith("--"):
            yield argument[2:].partition("=")[0]


def _names(table: Iterable[str | tuple[str, ...]]) -> set[str]:
    return {name for key in table for name in ((key,) if isinstance(key, str) else key)}

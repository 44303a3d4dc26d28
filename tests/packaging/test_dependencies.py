"""What the package imports is what it declares."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "jupyter_agentchat"
SHIPPED_EXTRAS_EXCEPT = {"test"}  # tests may need more than users


def declared() -> set[str]:
    """Return the distributions that pyproject.toml names, in normal form."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"]]
    lines += [line for extra in extras.keys() - SHIPPED_EXTRAS_EXCEPT for line in extras[extra]]
    return {normal(re.split(r"[\s\[<>=!~;]", line)[0]) for line in lines}


def normal(name: str) -> str:
    """Return a distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(source: str) -> set[str]:
    """Return the top-level packages that `source` imports from elsewhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"jupyter_agentchat"}


def undeclared(modules: Iterable[str]) -> set[str]:
    """Return those of `modules` that no declared distribution brings."""
    brought_by = packages_distributions()
    known = declared()
    return {
        module
        for module in modules
        if not known & {normal(name) for name in brought_by.get(module, [module])}
    }


def test_every_import_is_declared() -> None:
    modules = {m for path in PACKAGE.rglob("*.py") for m in imported(path.read_text())}
    assert {"msgspec", "tornado"} <= modules
    assert undeclared(modules) == set()


def test_an_undeclared_import_is_found() -> None:
    source = "import msgspec, planted.thing\nfrom pytest import raises\nimport os"
    assert undeclared(imported(source)) == {"planted", "pytest"}

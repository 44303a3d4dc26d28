"""`import jupyter_agentchat` is light, and its lazy names are complete and real."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import pytest

import jupyter_agentchat as ac

HEAVY = (
    "IPython",
    "anywidget",
    "httpx",
    "jupyter_server",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "sqlalchemy",
    "tornado",
    "traitlets",
)


def loaded_by(statement: str) -> set[str]:
    """Return the heavy modules that a fresh interpreter holds after `statement`."""
    code = f"import sys; {statement}; print(*({HEAVY!r} & sys.modules.keys()))"
    code = code.replace(repr(HEAVY), repr(set(HEAVY)))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_is_light() -> None:
    assert loaded_by("import jupyter_agentchat") == set()


@pytest.mark.parametrize("module", ["protocol", "errors"])
def test_ground_floor_is_light(module: str) -> None:
    assert loaded_by(f"import jupyter_agentchat.{module}") == set()


@pytest.mark.parametrize("module", ["tornado", "traitlets", "httpx"])
def test_a_heavy_import_is_seen(module: str) -> None:
    assert module in loaded_by(f"import jupyter_agentchat, {module}")


def test_every_public_name_is_there() -> None:
    for name in ac.__all__:
        assert getattr(ac, name) is not None
    assert set(ac.__all__) <= set(dir(ac))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'conect'"):
        ac.conect  # noqa: B018


def imported_for_type_checkers() -> set[str]:
    """Return the names under ``if TYPE_CHECKING:`` that are re-exported."""
    blocks = (n for n in ast.parse(inspect.getsource(ac)).body if isinstance(n, ast.If))
    imports = (n for block in blocks for n in block.body if isinstance(n, ast.ImportFrom))
    return {
        alias.asname or alias.name
        for node in imports
        if (node.module or "").partition(".")[0] == "jupyter_agentchat"
        for alias in node.names
    }


def test_the_three_lists_of_public_names_agree() -> None:
    lazy = set(ac._PUBLIC)
    assert set(ac.__all__) == lazy | {"__version__"}
    assert imported_for_type_checkers() == lazy

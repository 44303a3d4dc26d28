"""The sdist and the wheel are complete, and the wheel works on a machine without Node.

The wheel is built from the sdist, as an installer without a wheel would do, and installed into an
empty environment. To stay fast, neither step fetches Python packages again: the builders run in
this environment (``--no-isolation``), and the empty one sees this one's packages through a
``.pth`` file. Its prefix is its own, so what is enabled there is what our wheel enabled.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("jupyter_agentchat", "labextension", "notebooks", "tests")
IGNORED = shutil.ignore_patterns(
    "node_modules", "__pycache__", "lib", "static", ".ipynb_checkpoints", "*.tsbuildinfo"
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("wheel"),  # one worker builds it once
]


def run(
    command: Sequence[str | Path], cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `command` with this environment's variables, changed by `variables`."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHON"))}
    return subprocess.run(
        command, cwd=cwd, env=inherited | variables, capture_output=True, text=True, check=False
    )


def build(what: str, source: Path, target: Path, **variables: str) -> Path:
    """Build an ``sdist`` or ``wheel`` of `source` and return the file."""
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(scripts), os.environ["PATH"]])
    command = [sys.executable, "-m", "build", f"--{what}", "--no-isolation", "-o", str(target)]
    done = run(command, source, PATH=path, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the sources without anything built."""
    copy = tmp_path_factory.mktemp("checkout")
    for entry in ROOT.iterdir():
        if entry.is_file():
            shutil.copy(entry, copy)
        elif entry.name in SOURCES:
            shutil.copytree(entry, copy / entry.name, ignore=IGNORED)
    shutil.rmtree(copy / "jupyter_agentchat/labextension", ignore_errors=True)
    return copy


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source distribution."""
    return build("sdist", checkout, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from nothing but the sdist."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (source,) = unpacked.iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


class Environment:
    """An empty environment with nothing but the wheel, and no Node on its path."""

    def __init__(self, root: Path) -> None:
        venv.create(root, with_pip=False)
        self.root = root
        self.python = root / "bin/python"
        (packages,) = root.glob("lib/python*/site-packages")
        ours = [entry for entry in sys.path if entry.endswith("site-packages")]
        (packages / "dependencies.pth").write_text("\n".join(ours) + "\n")

    def __call__(self, *arguments: str) -> str:
        """Run Python with `arguments` and return what it said, without colours."""
        alone = {"PATH": str(self.root / "bin"), "HOME": str(self.root)}
        done = run([self.python, *arguments], self.root, **alone)
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        assert done.returncode == 0, said
        return said


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an environment into which the wheel was installed."""
    environment = Environment(tmp_path_factory.mktemp("installed"))
    pip = [sys.executable, "-m", "pip", "--python", str(environment.python), "install"]
    done = run([*pip, "--no-deps", "--no-index", "--ignore-installed", wheel], environment.root)
    assert done.returncode == 0, done.stdout + done.stderr
    return environment


def members(wheel: Path) -> set[str]:
    """Return the names of the files in `wheel`."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_sdist_has_licence_sources_and_built_front_end(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "pyproject.toml",
        "jupyter_agentchat/__init__.py",
        "jupyter_agentchat/panel/static/widget.js",
        "jupyter_agentchat/labextension/package.json",
        "labextension/.npmrc",
        "labextension/package-lock.json",
        "labextension/packages/core/src/index.ts",
        "tests/packaging/test_wheel.py",
    }
    assert wanted <= names
    assert not [name for name in names if "node_modules" in name or name.endswith(".pyc")]


def test_wheel_has_every_module_and_no_more(checkout: Path, wheel: Path) -> None:
    package = checkout / "jupyter_agentchat"
    sources = {str(p.relative_to(checkout)) for p in package.rglob("*.py")}
    shipped = {name for name in members(wheel) if name.endswith(".py")}
    assert {name for name in shipped if "/_notebooks/" not in name} == sources
    assert "jupyter_agentchat/py.typed" in members(wheel)


def test_wheel_has_one_copy_of_the_lab_plug_in(wheel: Path) -> None:
    entries = [name for name in members(wheel) if "remoteEntry" in name]
    assert len(entries) == 1
    assert "/share/jupyter/labextensions/jupyter-agentchat/static/" in entries[0]


def test_wheel_has_every_notebook(checkout: Path, wheel: Path) -> None:
    sources = {path.name for path in checkout.glob("notebooks/*.ipynb")}
    assert {f"jupyter_agentchat/_notebooks/{name}" for name in sources} <= members(wheel)


def test_wheel_has_the_licence(wheel: Path) -> None:
    assert [name for name in members(wheel) if name.endswith(".dist-info/licenses/LICENSE")]


def test_front_end_cannot_be_forgotten(checkout: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(checkout, bare, ignore=IGNORED)
    shutil.rmtree(bare / "jupyter_agentchat/labextension", ignore_errors=True)
    with pytest.raises(AssertionError, match="Ensured target"):
        build("wheel", bare, tmp_path / "out", HATCH_JUPYTER_BUILDER_SKIP_NPM="1")


def test_installed_package_is_the_wheels(installed: Environment) -> None:
    where = installed("-c", "import jupyter_agentchat as ac; print(ac.__file__, ac.__version__)")
    assert where.startswith(str(installed.root))


def test_panel_module_is_installed(installed: Environment) -> None:
    size = installed(
        "-c",
        "from importlib.resources import files;"
        "print(len(files('jupyter_agentchat').joinpath('panel/static/widget.js').read_bytes()))",
    )
    assert int(size) > 1_000


def test_server_extension_is_enabled_and_valid(installed: Environment) -> None:
    said = installed("-m", "jupyter_server.extension.serverextension", "list")
    assert re.findall(r"^\s*(\w+) enabled$", said, re.MULTILINE) == ["jupyter_agentchat"]
    assert re.search(r"jupyter_agentchat \S+ OK$", said, re.MULTILINE), said


def test_lab_extension_is_enabled_and_valid(installed: Environment) -> None:
    said = installed("-m", "jupyterlab.labextensions", "list")
    assert re.findall(r"^\s*(\S+) v\S+ enabled OK", said, re.MULTILINE) == ["jupyter-agentchat"]

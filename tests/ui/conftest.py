"""One browser and one JupyterLab for all tests here; a page of its own for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import jupyter_agentchat as ac
from jupyter_agentchat.client.sync import Chat
from tests.processes import TOKEN, ServerProcess
from tests.ui.lab import lab_server
from tests.ui.panel import Faults
from tests.ui.renderers import bundle

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    # a page that the test itself answers counts as one of the open internet
    "--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessChecks",
]
ROOM = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares one server and one browser in one process."""
    for item in items:
        if item.path.is_relative_to(ROOM):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("ui"))


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Make no loop of pytest-jupyter's here: playwright runs its own in this thread."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Clean no server of pytest-jupyter's up: the servers here are processes."""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Yield a browser; it goes with its module, and with it the loop that others would meet."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Yield a page of a new visitor; an exception that nothing caught fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults = Faults(page)
    yield page
    context.close()
    assert faults.errors == []


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="session")
def lab(lab_folder: Path, chromium: str) -> Iterator[ServerProcess]:  # noqa: ARG001 - or skip first
    with lab_server(lab_folder) as server:
        yield server


@pytest.fixture
def chat(lab: ServerProcess) -> Iterator[Chat]:
    with ac.connect(url=lab.url, token=TOKEN) as chat:
        yield chat


@pytest.fixture(scope="session")
def renderers(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a script that puts the renderers into a page's `window.renderers`."""
    return bundle(tmp_path_factory.mktemp("bundle"))

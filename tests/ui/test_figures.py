"""Figures of a saved notebook: in JupyterLab that does not trust it, by theme, and on paper."""

from __future__ import annotations

import shutil
import time
from io import BytesIO
from pathlib import Path

import pytest
from matplotlib.image import imread
from playwright.sync_api import Browser, Locator, Page

from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.plot import waterfall
from tests.processes import ROOT, TOKEN, ServerProcess
from tests.ui.panel import WAIT_MS

NOTEBOOK = ROOT / "notebooks/05_three_streams.ipynb"
FIGURE = waterfall([Timeline(0, [1_000_000_000, 2_000_000_000])])


def ground(image: Locator) -> float:
    """Return how bright the image is in its corner, 0 to 1."""
    pixels = imread(BytesIO(image.screenshot()), "png")
    return float(pixels[2, 2, :3].mean())


def wait_for(image: Locator, *, dark: bool) -> None:
    end = time.monotonic() + WAIT_MS / 1000
    while (ground(image) < 0.5) != dark and time.monotonic() < end:
        image.page.wait_for_timeout(100)
    assert (ground(image) < 0.5) == dark


@pytest.mark.timeout(120)
def test_lab_shows_them_in_a_notebook_that_it_does_not_trust(
    page: Page, lab: ServerProcess, lab_folder: Path
) -> None:
    shutil.copy(NOTEBOOK, lab_folder / "three.ipynb")
    page.goto(f"{lab.url}lab/tree/three.ipynb?token={TOKEN}&reset", timeout=60_000)
    image = page.locator('img[alt^="Waterfall of 3 streams"]')
    image.scroll_into_view_if_needed(timeout=WAIT_MS)
    assert image.evaluate("image => image.complete && image.naturalWidth > 500")
    wait_for(image, dark=False)


@pytest.mark.parametrize("prefers", ["light", "dark"])
@pytest.mark.parametrize("theme", ["light", "dark", None])
def test_the_theme_around_decides_and_else_the_reader(
    browser: Browser, theme: str | None, prefers: str
) -> None:
    page = browser.new_page(color_scheme=prefers)  # type: ignore[arg-type]
    light = {"light": "true", "dark": "false", None: "unknown"}[theme]
    page.set_content(f'<body data-jp-theme-light="{light}">{FIGURE.html()}</body>')
    image = page.locator("img")
    wait_for(image, dark=(theme or prefers) == "dark")
    page.emulate_media(media="print")
    wait_for(image, dark=False)
    page.close()


def test_nothing_is_fetched_and_nothing_runs(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(FIGURE.html())
    wait_for(page.locator("img"), dark=False)
    assert not [url for url in asked if not url.startswith("data:")]
    context.close()

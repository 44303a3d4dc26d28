"""Pictures of the panel's states, light and dark, narrow and wide: ``make screenshots``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
STAGE = "packages/ui/stage/stage.ts"
WIDTHS = (320, 900)
THEMES = ("light", "dark")
SHOWN = "conversation"
"""The state that the README shows."""
CHROMIUM = "/usr/bin/chromium"
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


def theme_css(theme: str) -> str:
    """Return the variables of a JupyterLab theme, as the installed JupyterLab has them."""
    name = f"share/jupyter/lab/themes/@jupyterlab/theme-{theme}-extension/index.css"
    return (Path(sys.prefix) / name).read_text(encoding="utf-8")


def bundle(folder: Path) -> Path:
    """Bundle the stage."""
    target = folder / "stage.js"
    esbuild = ROOT / "labextension/node_modules/esbuild/lib/main.js"
    script = (
        f"import {{ build }} from {str(esbuild)!r};"
        f"await build({{ entryPoints: [{STAGE!r}], bundle: true, format: 'iife',"
        f" outfile: {str(target)!r} }});"
    )
    command = ["node", "--input-type=module", "-e", script]
    subprocess.run(command, cwd=ROOT / "labextension", check=True)  # noqa: S603 - our own bundler
    return target


def page(folder: Path, theme: str, script: Path) -> Path:
    """Write the page that hosts the panel in a theme."""
    html = folder / f"{theme}.html"
    html.write_text(
        f"<!doctype html><meta charset=utf-8><style>{theme_css(theme)}\n"
        "body {{ margin: 12px; background: var(--jp-layout-color0); }}</style>"
        f"<body data-jp-theme-light={'true' if theme == 'light' else 'false'}>"
        f"<script src={script.name}></script>".replace("{{", "{").replace("}}", "}"),
        encoding="utf-8",
    )
    return html


def take(browser: Browser, html: Path, theme: str, images: Path) -> None:
    """Take every state of a theme at every width."""
    for width in WIDTHS:
        tab = browser.new_page(viewport={"width": width + 24, "height": 504})
        tab.goto(html.as_uri())
        for state in tab.evaluate("states"):
            tab.evaluate("name => show(name)", state)
            tab.wait_for_timeout(1200 if state == "reconnecting" else 250)
            tab.screenshot(path=images / f"{state}-{theme}-{width}.png")
        tab.close()


def main() -> int:
    """Write the states into docs/images/states, and the README's pictures beside them."""
    images = ROOT / "docs/images/states"
    images.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        script = bundle(folder)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        for theme in THEMES:
            take(browser, page(folder, theme, script), theme, images)
        browser.close()
    for theme in THEMES:
        shutil.copy(images / f"{SHOWN}-{theme}-900.png", images.parent / f"panel-{theme}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())

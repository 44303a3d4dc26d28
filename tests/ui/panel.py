"""What tests see and do of a panel: in a notebook, or alone on a page of the same server."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, Route, expect

from tests.processes import ROOT

WIDGET = ROOT / "jupyter_agentchat/panel/static/widget.js"
WAIT_MS = 15_000
HOST = """<!doctype html><meta charset="utf-8"><title>panel</title><body>
<script id="jupyter-config-data" type="application/json">{config}</script>
<script type="module">
import widget from "{base}agentchat-test/widget.js";
const values = {{ channel: {channel}, base_url: {base!r}, height: 480 }};
const model = {{ get: (name) => values[name], on() {{}}, off() {{}} }};
widget.render({{ model, el: document.body }});
</script>"""


class Faults:
    """Exceptions of a page that nothing caught."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        page.on("pageerror", self._heard)

    def _heard(self, error: PlaywrightError) -> None:
        # JupyterLab's own, when its server is not there
        if not any(own in str(error) for own in ("Canceled", "Failed to fetch", "ResizeObserver")):
            self.errors.append(str(error))


class Panel:
    """The panel of a page; `panel` is its element."""

    def __init__(self, page: Page, within: str = "") -> None:
        self.page = page
        self.element = page.locator(f"{within} agentchat-panel".strip())
        self.box = self.element.locator("textarea")
        self.messages = self.element.locator("agentchat-message")
        self.answers = self.element.locator("article.agent .text")
        self.live = self.element.locator("article.live")
        self.connection = self.element.locator(".connection")

    def ready(self) -> Panel:
        """Wait until the channel is shown; returns itself."""
        self.page.wait_for_function(
            "element => element.session?.fold != null",
            arg=self.element.element_handle(timeout=WAIT_MS),
            timeout=WAIT_MS,
        )
        return self

    def ask(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def button(self, name: str) -> Locator:
        return self.element.get_by_role("button", name=name, exact=True)

    def done(self, n_answers: int = 1) -> Panel:
        """Wait until so many answers stand and none is live; returns itself."""
        expect(self.element.locator("article.agent")).to_have_count(n_answers, timeout=WAIT_MS)
        expect(self.live).to_have_count(0, timeout=WAIT_MS)
        return self

    def texts(self) -> list[str]:
        """Return what stands on the screen, message by message, without the markup's blanks."""
        return [squeezed(text) for text in self.element.locator("article .text").all_inner_texts()]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def run_cell(page: Page, index: int) -> None:
    """Run a cell; does not wait for its end."""
    page.evaluate(RUN_CELL, index)


def open_notebook(page: Page, base: str, name: str, token: str) -> Panel:
    """Open a notebook in JupyterLab and run its first cell."""
    page.goto(f"{base}lab/tree/{name}?token={token}&reset", timeout=60_000)
    page.wait_for_function(KERNEL_IDLE, timeout=60_000)
    run_cell(page, 0)
    return Panel(page, ".jp-Notebook").ready()


RUN_CELL = """(index) => {
  window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
  void window.jupyterapp.commands.execute("notebook:run-cell");
}"""
KERNEL_IDLE = """() => {
  const shown = window.jupyterapp?.shell.currentWidget;
  return shown?.content?.widgets?.length > 0
    && shown.sessionContext?.session?.kernel?.status === "idle";
}"""


def open_alone(page: Page, base: str, channel: str, token: str) -> Panel:
    """Show the shipped widget alone on a page of the server's own origin."""
    path = "/" + base.split("/", 3)[3]
    config = json.dumps({"baseUrl": path, "token": token})
    html = HOST.format(config=config, base=path, channel=json.dumps(channel))
    page.route(f"{base}agentchat-test/page", _answer(html, "text/html"))
    page.route(f"{base}agentchat-test/widget.js", _answer(WIDGET.read_text(), "text/javascript"))
    page.goto(f"{base}agentchat-test/page")
    return Panel(page).ready()


def _answer(body: str, kind: str) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type=kind)

    return answer

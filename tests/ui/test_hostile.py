"""Hostile messages, judged by the browser: what runs, what is fetched, what stands in the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from jupyter_agentchat.client.sync import Chat
from tests.processes import TOKEN, ServerProcess
from tests.ui.panel import open_alone
from tests.ui.payloads import payloads
from tests.ui.renderers import serving

SETTLE_MS = 500
RUN = """([name, texts]) => {
  const found = new Set();
  for (const text of texts) {
    const place = document.body.appendChild(document.createElement("div"));
    const check = () => window.scan(place).forEach((each) => found.add(each));
    window.renderers[name](text)(place, check);
    check();
  }
  return [...found];
}"""
SCAN = """
window.scan = (place) => {
  const allowed = new Set(("a blockquote br button code del div em h1 h2 h3 h4 h5 h6 hr input li "
    + "ol p pre span strong sub sup table tbody td th thead tr ul").split(" "));
  const active = /^(on|data-|srcdoc$|style$|id$|name$|src$|srcset$|action$)/i;
  const found = [];
  for (const each of place.querySelectorAll("*")) {
    if (!allowed.has(each.localName)) found.push("element " + each.localName);
    for (const { name, value } of each.attributes) {
      if (active.test(name)) found.push("attribute " + name);
      if (name === "href" && !/^(https?|mailto):/i.test(value)) found.push("link " + value);
    }
    if (each.localName === "a" && each.rel !== "noopener noreferrer") found.push("rel");
  }
  return found;
};
"""


class Verdict:
    """What a page did that it must not."""

    def __init__(self, page: Page, own: str) -> None:
        self.page = page
        self.events: list[str] = []
        page.on("request", lambda each: self._fetched(each.url, own))
        page.on("dialog", self._asked)
        page.on("popup", lambda each: self.events.append(f"popup {each.url}"))
        page.on("framenavigated", lambda each: self.events.append(f"navigated {each.url}"))

    def _asked(self, dialog: Dialog) -> None:
        self.events.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _fetched(self, url: str, own: str) -> None:
        if not url.startswith((own, own.replace("http", "ws", 1))):
            self.events.append(f"fetched {url}")

    def settled(self) -> list[str]:
        """Wait for what comes late; returns everything."""
        self.page.wait_for_timeout(SETTLE_MS)
        pwned = self.page.evaluate("window.__pwned !== undefined")
        return self.events + (["executed"] if pwned else [])


class Attacker:
    """An origin of its own that counts who comes."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.origin = ""

    def answer(self, path: str) -> bytes:
        self.hits.append(path)
        return b"window.__pwned = 1"


@pytest.fixture
def attacker() -> Iterator[Attacker]:
    attacker = Attacker()
    with serving(attacker.answer) as attacker.origin:
        yield attacker


@pytest.fixture
def site(renderers: bytes) -> Iterator[str]:
    html = f"<!doctype html><script>{SCAN}</script><script src=/r.js></script><body>".encode()
    with serving(lambda path: renderers if path == "/r.js" else html) as origin:
        yield origin


def shown(browser: Browser, site: str, how: str, texts: list[str]) -> list[str]:
    """Show `texts` by the renderer `how`; returns all that is wrong."""
    page = browser.new_page()
    page.goto(site)
    verdict = Verdict(page, site)
    found: list[str] = page.evaluate(RUN, [how, texts])
    events = verdict.settled()
    page.close()
    return found + events


@pytest.mark.parametrize("how", ["whole", "split"])
def test_nothing_runs_and_nothing_is_fetched(
    browser: Browser, site: str, attacker: Attacker, how: str
) -> None:
    texts = payloads(attacker.origin)
    assert len(set(texts)) >= 60
    assert shown(browser, site, how, texts) == []
    assert attacker.hits == []


def test_the_check_goes_red_where_nothing_is_sanitised(
    browser: Browser, site: str, attacker: Attacker
) -> None:
    texts = [each for each in payloads(attacker.origin) if "http-equiv" not in each]
    wrong = shown(browser, site, "unsafe", texts)
    assert "executed" in wrong
    assert "attribute onerror" in wrong
    assert any(each.startswith(f"fetched {attacker.origin}") for each in wrong)
    assert attacker.hits


def test_the_panel_shows_them_harmlessly(
    page: Page, lab: ServerProcess, chat: Chat, attacker: Attacker
) -> None:
    chat.join("hostile", ["echo"])
    texts = payloads(attacker.origin)
    for text in texts[::2]:
        chat.send(text, channel="hostile")
    panel = open_alone(page, lab.url, "hostile", TOKEN)
    verdict = Verdict(page, lab.url)
    for text in texts[1::2]:
        chat.send(text, channel="hostile")
    chat.send("the last one", channel="hostile")
    expect(panel.element.locator("article.user").last).to_contain_text("the last one")
    expect(panel.live).to_have_count(0)
    page.add_script_tag(content=SCAN)
    places = panel.element.locator(".text")
    assert places.count() >= len(texts) // 2
    assert places.evaluate_all("places => places.flatMap((each) => window.scan(each))") == []
    assert verdict.settled() == []
    assert attacker.hits == []

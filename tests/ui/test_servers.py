"""Servers that restart, ask for a password, or live under a prefix."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jupyter_server.auth.security import passwd
from playwright.sync_api import Page, expect

import jupyter_agentchat as ac
from tests.processes import TOKEN
from tests.ui.lab import lab_server, write_notebook
from tests.ui.panel import WAIT_MS, Panel, open_alone, open_notebook, run_cell, squeezed

pytestmark = pytest.mark.timeout(150)
ENDLESS = {"synthetic": {"chunks": 4000, "icl_ms": 20, "ttft_ms": 20}}


def test_a_restart_under_the_open_page(page: Page, tmp_path: Path) -> None:
    with lab_server(tmp_path) as server:
        with ac.connect(url=server.url, token=TOKEN) as chat:
            chat.join("lab", ["synthetic", "echo"])
            panel = open_alone(page, server.url, "lab", TOKEN)
            chat.send("go", channel="lab", agents=["synthetic"], metadata=ENDLESS)
            expect(panel.live).to_have_count(1, timeout=WAIT_MS)
            page.wait_for_timeout(300)
        server.kill()
        expect(panel.connection).to_contain_text("Reconnecting", timeout=WAIT_MS)
        panel.ask("typed while it was away")
        expect(panel.element.locator(".outgoing")).to_contain_text("sending", timeout=WAIT_MS)
    with (
        lab_server(tmp_path, port=urlsplit(server.url).port or 0) as server,
        ac.connect(url=server.url, token=TOKEN) as chat,
    ):
        expect(panel.connection).to_have_count(0, timeout=WAIT_MS)
        expect(panel.element.locator(".outgoing")).to_have_count(0, timeout=WAIT_MS)
        expect(panel.element.locator(".note.interrupted")).to_have_count(1, timeout=WAIT_MS)
        panel.done(3)
        messages = chat.messages("lab")
        typed = [each.text for each in messages if each.author.kind == "user"]
        assert typed == ["go", "typed while it was away"]
        assert panel.texts() == [squeezed(each.text) for each in messages if each.text]


def test_what_waits_to_be_sent_survives_a_reload_and_is_sent_once(
    page: Page, tmp_path: Path
) -> None:
    with lab_server(tmp_path) as server:
        with ac.connect(url=server.url, token=TOKEN) as chat:
            chat.join("lab", ["echo"])
        panel = open_alone(page, server.url, "lab", TOKEN)
        server.kill()
        expect(panel.connection).to_contain_text("Reconnecting", timeout=WAIT_MS)
        panel.ask("first of two")
        panel.ask("second of two")
        expect(panel.element.locator(".outgoing")).to_have_count(2)
        page.reload()  # the page itself is the test's
    with (
        lab_server(tmp_path, port=urlsplit(server.url).port or 0) as server,
        ac.connect(url=server.url, token=TOKEN) as chat,
    ):
        panel = Panel(page).ready().done(2)
        expect(panel.element.locator(".outgoing")).to_have_count(0)
        typed = [each.text for each in chat.messages("lab") if each.author.kind == "user"]
        assert typed == ["first of two", "second of two"]
        page.reload()
        Panel(page).ready().done(2)


def test_a_server_that_no_longer_knows_the_page_says_so_and_offers_the_way_back(
    page: Page, tmp_path: Path
) -> None:
    with lab_server(tmp_path) as server:
        with ac.connect(url=server.url, token=TOKEN) as chat:
            chat.join("lab", ["echo"])
        panel = open_alone(page, server.url, "lab", TOKEN)
        server.kill()
    port = urlsplit(server.url).port or 0
    with lab_server(tmp_path, port=port, token="another"):
        expect(panel.connection).to_contain_text("sign in to Jupyter again", timeout=WAIT_MS)
        expect(panel.box).to_be_disabled()
    with lab_server(tmp_path, port=port):
        panel.button("Try again").click()
        expect(panel.connection).to_have_count(0, timeout=WAIT_MS)
        expect(panel.box).to_be_enabled()


def test_a_password_and_a_prefix(page: Page, tmp_path: Path) -> None:
    hashed = passwd("open sesame", algorithm="sha1")  # type: ignore[no-untyped-call]
    options = (
        f"--PasswordIdentityProvider.hashed_password={hashed}",
        "--ServerApp.base_url=/deep/er/",
    )
    with lab_server(tmp_path, *options, token="") as server:
        assert server.url.endswith("/deep/er/")
        page.goto(f"{server.url}login")
        page.locator("input[type=password]").fill("open sesame")
        page.locator("button[type=submit]").click()
        page.wait_for_url(lambda url: "login" not in url)
        name = write_notebook(tmp_path, "lab", SEND_CELL, agents=["eliza"])
        panel = open_notebook(page, server.url, name, "")
        assert page.evaluate(PAGE_TOKEN) == ""
        panel.ask("under a password")
        panel.done()
        run_cell(page, 1)
        panel.done(2)
        typed = panel.element.locator("article.user .text")
        expect(typed).to_have_text(["under a password", "from the kernel"])


SEND_CELL = "panel.send('from the kernel').streams"
PAGE_TOKEN = "JSON.parse(document.getElementById('jupyter-config-data').textContent).token"

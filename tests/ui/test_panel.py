"""The panel alone on a page: the shipped widget against a real server."""

from __future__ import annotations

import random
import re

import pytest
from playwright.sync_api import Page, expect

from jupyter_agentchat.client.sync import Chat
from tests.processes import TOKEN, ServerProcess
from tests.ui.panel import WAIT_MS, open_alone, squeezed

RELOADS = 10
ENDLESS = {"synthetic": {"chunks": 4000, "icl_ms": 20, "ttft_ms": 20}}


@pytest.mark.parametrize("way", ["button", "escape"])
def test_stop(page: Page, lab: ServerProcess, chat: Chat, way: str) -> None:
    channel = f"stop-{way}"
    chat.join(channel, ["synthetic"])
    panel = open_alone(page, lab.url, channel, TOKEN)
    chat.send("go", channel=channel, metadata=ENDLESS)
    expect(panel.answers).to_have_text(re.compile(r"[a-z ]{20}"), timeout=WAIT_MS)
    if way == "button":
        panel.button("Stop").click()
    else:
        panel.box.press("Escape")
    panel.done()
    expect(panel.element.locator(".note.cancelled")).to_have_text(re.compile("Stopped"))
    expect(panel.button("Send")).to_be_visible()
    (answer,) = [each for each in chat.messages(channel) if each.author.kind == "agent"]
    assert answer.status == "cancelled"
    assert panel.texts() == ["go", squeezed(answer.text)]


def test_several_live_answers_have_a_stop_each(page: Page, lab: ServerProcess, chat: Chat) -> None:
    chat.join("two", ["synthetic"])
    panel = open_alone(page, lab.url, "two", TOKEN)
    for _ in range(2):
        chat.send("go", channel="two", metadata=ENDLESS)
    expect(panel.live).to_have_count(2, timeout=WAIT_MS)
    panel.messages.nth(1).get_by_role("button", name="Stop synthetic").click()
    expect(panel.live).to_have_count(1, timeout=WAIT_MS)
    first, second = (each for each in chat.messages("two") if each.author.kind == "agent")
    assert (first.status, second.status) == ("cancelled", "streaming")
    panel.button("Stop").click()
    panel.done(2)


@pytest.mark.timeout(120)
def test_reloaded_at_ten_random_moments_nothing_is_lost_and_nothing_twice(
    page: Page, lab: ServerProcess, chat: Chat
) -> None:
    chat.join("reload", ["synthetic"])
    panel = open_alone(page, lab.url, "reload", TOKEN)
    chances = random.Random(3)
    accepted = chat.send("go", channel="reload", metadata=ENDLESS)
    (stream,) = accepted.streams
    shown = 0
    for _ in range(RELOADS):
        page.wait_for_timeout(chances.uniform(30, 900))
        before = "".join(panel.answers.all_inner_texts())
        page.reload()
        panel.ready()
        expect(panel.live).to_have_count(1)
        after = "".join(panel.answers.all_inner_texts())
        assert after.startswith(before)
        shown = max(shown, len(before))
    assert shown > 100, "there was nothing to lose"
    chat.cancel(stream)
    panel.done()
    assert panel.texts() == [squeezed(each.text) for each in chat.messages("reload")]


def test_the_keyboard_alone(page: Page, lab: ServerProcess, chat: Chat) -> None:
    chat.join("keys", ["echo"])
    panel = open_alone(page, lab.url, "keys", TOKEN)
    keys = page.keyboard
    for _ in range(12):
        keys.press("Tab")
        if panel.box.evaluate("box => box.getRootNode().activeElement === box"):
            break
    expect(panel.box).to_be_focused()
    keys.type("one")
    keys.press("Shift+Enter")
    keys.type("two")
    assert panel.box.input_value() == "one\ntwo"
    keys.press("Enter")
    panel.done()
    assert panel.texts() == ["one two", "one two"]
    expect(panel.box).to_have_value("")
    expect(panel.box).to_be_focused()
    keys.press("ArrowUp")
    expect(panel.box).to_have_value("one\ntwo")
    keys.press("Enter")
    panel.done(2)
    keys.press("Tab")
    expect(panel.button("Send")).to_be_focused()
    assert [each.text for each in chat.messages("keys")] == ["one\ntwo"] * 4


def test_the_log_says_what_it_is(page: Page, lab: ServerProcess, chat: Chat) -> None:
    chat.join("aria", ["synthetic"])
    panel = open_alone(page, lab.url, "aria", TOKEN)
    log = panel.element.get_by_role("log")
    expect(log).to_have_attribute("aria-busy", "false")
    (stream,) = chat.send("go", channel="aria", metadata=ENDLESS).streams
    expect(log).to_have_attribute("aria-busy", "true")
    chat.cancel(stream)
    expect(log).to_have_attribute("aria-busy", "false")


def test_a_failure_says_what_happened_and_keeps_what_came(
    page: Page, lab: ServerProcess, chat: Chat
) -> None:
    chat.join("fails", ["synthetic"])
    panel = open_alone(page, lab.url, "fails", TOKEN)
    order = {"synthetic": {"chunks": 5, "fail_at": 3, "icl_ms": 1, "ttft_ms": 1}}
    chat.send("go", channel="fails", metadata=order)
    panel.done()
    note = panel.element.locator(".note.failed")
    expect(note).to_have_text(re.compile(r"\w+.*Try again", re.DOTALL))
    (answer,) = [each for each in chat.messages("fails") if each.author.kind == "agent"]
    assert panel.texts()[-1] == squeezed(answer.text) != ""


def test_a_draft_survives_a_reload(page: Page, lab: ServerProcess, chat: Chat) -> None:
    chat.join("draft", [])
    panel = open_alone(page, lab.url, "draft", TOKEN)
    panel.box.fill("not yet said")
    page.reload()
    expect(panel.ready().box).to_have_value("not yet said")


def test_code_can_be_copied(page: Page, lab: ServerProcess, chat: Chat) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.join("code", ["echo"])
    panel = open_alone(page, lab.url, "code", TOKEN)
    panel.ask("```python\nprint(1 < 2)\n```")
    panel.done()
    panel.messages.last.locator(".ac-copy").click()
    expect(panel.messages.last.locator(".ac-copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "print(1 < 2)"


def test_out_of_the_page_and_back_nothing_is_missed(
    page: Page, lab: ServerProcess, chat: Chat
) -> None:
    chat.join("away", ["synthetic"])
    panel = open_alone(page, lab.url, "away", TOKEN)
    accepted = chat.send("go", channel="away", metadata=ENDLESS)
    expect(panel.answers).to_have_text(re.compile(r"[a-z ]{20}"), timeout=WAIT_MS)
    page.evaluate("(window.away = document.querySelector('agentchat-panel')).remove()")
    page.wait_for_timeout(300)
    chat.cancel(accepted.streams[0])
    chat.send("and more", channel="away", agents=[])
    page.wait_for_function("[...window.away.session.fold.messages.values()].length === 3")
    page.evaluate("document.body.append(window.away)")
    panel.done()
    expect(panel.messages).to_have_count(3)
    assert panel.texts() == [squeezed(each.text) for each in chat.messages("away")]


def test_the_end_stays_in_sight_only_while_the_reader_is_there(
    page: Page, lab: ServerProcess, chat: Chat
) -> None:
    chat.join("end", ["synthetic"])
    panel = open_alone(page, lab.url, "end", TOKEN)
    chat.send("word\n\n" * 60, channel="end", agents=[])
    accepted = chat.send("go", channel="end", metadata=ENDLESS)
    expect(panel.answers).to_have_text(re.compile(r"[a-z ]{20}"), timeout=WAIT_MS)
    scroll = panel.element.locator(".scroll")
    left = "box => box.scrollHeight - box.scrollTop - box.clientHeight"
    assert scroll.evaluate(left) <= 1
    scroll.evaluate("box => { box.scrollTop = 40; }")
    page.wait_for_timeout(300)
    assert scroll.evaluate("box => box.scrollTop") == 40
    chat.send("and more", channel="end", agents=[])
    panel.button("1 new ↓").click()
    expect(panel.element.locator(".pill")).to_have_count(0)
    assert scroll.evaluate(left) <= 1
    chat.cancel(accepted.streams[0])
    panel.done()

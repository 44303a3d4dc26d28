"""The sidebar of JupyterLab, with the plug-in as it was built."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from jupyter_agentchat.client.sync import Chat
from tests.processes import TOKEN, ServerProcess
from tests.ui.lab import LABEXTENSION
from tests.ui.panel import Panel

OPEN = "void window.jupyterapp.commands.execute('agentchat:open')"


@pytest.mark.timeout(120)
def test_the_command_opens_a_panel_that_answers(page: Page, lab: ServerProcess, chat: Chat) -> None:
    assert LABEXTENSION.is_dir(), "not built: npm run build in labextension/"
    page.goto(f"{lab.url}lab?token={TOKEN}&reset", timeout=60_000)
    # the last thing that JupyterLab restores, and it takes the keyboard
    page.locator(".jp-Launcher").wait_for(timeout=60_000)
    page.evaluate(OPEN)
    panel = Panel(page, "#jupyter-agentchat-sidebar").ready()
    page.wait_for_function("document.activeElement?.localName === 'agentchat-panel'")
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    panel.done()
    question, answer = chat.messages("lab")
    assert (question.text, answer.author.kind) == ("Hello", "agent")

"""The panel in a real notebook of a real JupyterLab."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jupyter_agentchat.client.sync import Chat
from tests.processes import TOKEN, ServerProcess
from tests.ui.lab import write_notebook
from tests.ui.panel import WAIT_MS, Panel, open_notebook, run_cell, squeezed

LONG = {"synthetic": {"chunks": 250, "icl_ms": 20, "ttft_ms": 50}}

SECOND_NS = 1_000_000_000
DARK = """void window.jupyterapp.commands.execute(
  "apputils:change-theme", { theme: "JupyterLab Dark" })"""

pytestmark = pytest.mark.timeout(120)


def lengths_while_live(panel: Panel) -> set[int]:
    """Look at the answers until they end; returns the lengths that were seen."""
    expect(panel.live).not_to_have_count(0, timeout=WAIT_MS)
    lengths = set()
    while panel.live.count():
        lengths.add(sum(map(len, panel.answers.all_inner_texts())))
    return lengths - {0}


def test_an_answer_grows_and_its_paint_is_in_the_log(
    page: Page, lab: ServerProcess, lab_folder: Path, chat: Chat
) -> None:
    chat.join("typed", ["eliza"])
    panel = open_notebook(page, lab.url, write_notebook(lab_folder, "typed"), TOKEN)
    panel.ask("I am unhappy with my results, and my plots make me sad every single day.")
    assert len(lengths_while_live(panel)) > 1, "the answer did not grow"
    panel.done()
    assert panel.texts() == [squeezed(each.text) for each in chat.messages("typed")]

    hops = chat.log("typed").hops()
    page_hops = hops[hops["hop"].isin(["client", "dom", "paint"])]
    assert set(page_hops["hop"]) == {"client", "dom", "paint"}
    assert (page_hops["uncertainty_ns"] > 0).all()
    stream = chat.log("typed").streams().iloc[0]
    painted, first = int(stream["t_first_paint"]), int(stream["t_first_chunk"])
    uncertainty = int(page_hops["uncertainty_ns"].max())
    assert first - uncertainty <= painted <= first + SECOND_NS
    readers = chat.log("typed").connections()
    (reader,) = readers[readers["conn_id"].isin(page_hops["conn_id"])].to_dict("records")
    assert 1_000 <= reader["resolution_ns"] <= 1_000_000, "Chromium ticks every 5 or 100 µs"
    assert 0 < reader["rtt_p50_ms"] < 1000
    assert not page_hops["is_hidden"].any()
    same_clock = page_hops[page_hops["hop"] == "paint"]
    told = same_clock["duration_ns"] >= reader["resolution_ns"]
    assert (same_clock["is_uncertain"] == ~told).all()


def test_a_busy_kernel_does_not_stop_the_stream_and_a_reload_finds_it_all(
    page: Page, lab: ServerProcess, lab_folder: Path, chat: Chat
) -> None:
    chat.join("busy", ["synthetic"])
    name = write_notebook(lab_folder, "busy", "import time; time.sleep(8)")
    panel = open_notebook(page, lab.url, name, TOKEN)
    page.evaluate("void window.jupyterapp.commands.execute('docmanager:save')")
    run_cell(page, 1)
    page.wait_for_function(KERNEL_BUSY, timeout=WAIT_MS)
    chat.send("go", channel="busy", metadata=LONG)
    seen = lengths_while_live(panel)
    assert page.evaluate(KERNEL_BUSY), "the kernel had come to rest"
    assert len(seen) > 20
    panel.done()

    page.reload(timeout=60_000)
    panel = Panel(page, ".jp-Notebook").ready().done()
    assert panel.texts() == [squeezed(each.text) for each in chat.messages("busy")]


def test_the_dark_theme_is_followed(
    page: Page, lab: ServerProcess, lab_folder: Path, chat: Chat
) -> None:
    chat.join("dark", ["echo"])
    panel = open_notebook(page, lab.url, write_notebook(lab_folder, "dark"), TOKEN)
    panel.ask("light first")
    panel.done()
    light = brightness(panel)
    page.evaluate(DARK)
    page.wait_for_function("document.body.dataset.jpThemeLight === 'false'", timeout=WAIT_MS)
    end = time.monotonic() + 10
    while (dark := brightness(panel)) == light and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert light["text"] < 128 < light["ground"]
    assert dark["ground"] < 128 < dark["text"]


def brightness(panel: Panel) -> dict[str, float]:
    """Return how bright an answer's text and the panel's ground are, 0 to 255."""
    found: dict[str, float] = panel.element.evaluate(BRIGHTNESS)
    return found


KERNEL_BUSY = """() =>
  window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === "busy" """
BRIGHTNESS = """(panel) => {
  const over = (color, ground) => {
    const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number);
    return a * (r + g + b) / 3 + (1 - a) * ground;
  };
  const ground = over(getComputedStyle(panel).backgroundColor, 0);
  const message = panel.renderRoot.querySelector("agentchat-message:last-of-type");
  const text = message.renderRoot.querySelector(".text");
  return { ground, text: over(getComputedStyle(text).color, ground) };
}"""

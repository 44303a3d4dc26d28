"""Markdown as the browser shows it, whole and grown."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Page

PIECES = [
    *("word ", "*em* ", "**bold", "** ", "`code` ", "\n", "\n\n", "\n\n", "# head\n", "> quote\n"),
    *(
        "```py\n",
        "```\n",
        "~~~\n",
        "x = 1\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "<b>",
        "- item\n",
    ),
    *("[x](https://a.example) ", "![i](https://a.example/i) "),
]
BLOCKS = """([text, cuts]) => {
  const blocks = (place) => {
    const tail = place.querySelector(":scope > .ac-tail");
    tail?.replaceWith(...tail.childNodes);
    return [...place.children].map((each) => each.outerHTML);
  };
  const whole = document.createElement("div");
  window.renderers.whole(text)(whole);
  const grown = document.createElement("div");
  window.renderers.grown(text, cuts)(grown);
  return [blocks(whole), blocks(grown)];
}"""


@pytest.fixture
def bare(page: Page, renderers: bytes) -> Page:
    page.add_script_tag(content=renderers.decode())
    return page


def html(page: Page, text: str) -> str:
    whole, _ = page.evaluate(BLOCKS, [text, []])
    return "\n".join(whole)


def test_a_grown_text_ends_like_the_whole_one_wherever_it_was_cut(bare: Page) -> None:
    chances = random.Random(11)
    for _ in range(300):
        text = "".join(chances.choices(PIECES, k=chances.randrange(1, 16)))
        if "- item" in text:  # blank lines join the items of a list, which growth shows apart
            text = text.replace("\n\n", "\n")
        cuts = sorted(chances.choices(range(len(text) + 1), k=6))
        whole, grown = bare.evaluate(BLOCKS, [text, cuts])
        assert grown == whole, (text, cuts)


def test_links_open_outside_and_have_no_opener(bare: Page) -> None:
    shown = html(bare, "[x](https://a.example/?q=1&r=2) <a@b.example>")
    assert shown.count('rel="noopener noreferrer"') == 2
    assert shown.count('target="_blank"') == 2
    assert 'href="https://a.example/?q=1&amp;r=2"' in shown
    assert 'href="mailto:a@b.example"' in shown


def test_tables_and_code_stand_in_boxes_of_their_own(bare: Page) -> None:
    shown = html(bare, "| a | b |\n|:--|--:|\n| 1 | **2** |")
    assert shown.startswith('<div class="ac-table"><table>')
    assert '<td align="right"><strong>2</strong></td>' in shown
    shown = html(bare, "```python\nif a < b: '&amp;'\n```")
    assert "<code class=\"language-python\">if a &lt; b: '&amp;amp;'</code>" in shown
    assert 'class="ac-copy"' in shown


def test_task_lists_show_boxes_that_cannot_be_changed(bare: Page) -> None:
    shown = html(bare, "- [x] done\n- [ ] open")
    assert shown.count('type="checkbox"') == 2
    assert shown.count("disabled") == 2

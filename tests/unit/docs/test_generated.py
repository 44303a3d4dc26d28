"""What is generated is fresh, what is quoted is true, and links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.generate import __main__ as generate
from jupyter_agentchat.protocol import lifecycle

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def broken(page: Path, text: str) -> list[str]:
    return [link for link in LINK.findall(text) if not (page.parent / link).exists()]


def test_generated_files_are_what_the_code_says() -> None:
    assert generate.stale() == []


def test_a_stale_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, old, missing = tmp_path / "fresh.md", tmp_path / "old.md", tmp_path / "missing.md"
    fresh.write_text("now", encoding="utf-8")
    old.write_text("then", encoding="utf-8")
    monkeypatch.setattr(generate, "files", lambda: dict.fromkeys((fresh, old, missing), "now"))
    assert generate.stale() == [old, missing]


def test_the_architecture_shows_the_life_cycle_as_it_is() -> None:
    page = (ROOT / "docs/topics/architecture.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{lifecycle.diagram()}\n```" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(page: Path) -> None:
    assert broken(page, page.read_text(encoding="utf-8")) == []


def test_a_broken_link_is_noticed() -> None:
    assert broken(ROOT / "README.md", "see [this](docs/nowhere.md#x)") == ["docs/nowhere.md"]

"""The fixtures that both languages run are what our code says today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.clients import make


@pytest.mark.parametrize("name", make.FIXTURES)
def test_fixtures_are_as_they_are_made(name: str) -> None:
    file = Path(make.__file__).with_name(f"{name}.json")
    assert file.read_text(encoding="utf-8") == make.text_of(name), (
        "run python -m tests.data.clients.make"
    )

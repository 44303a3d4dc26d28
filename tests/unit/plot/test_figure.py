from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.plot import Figure, staircase, theme, waterfall
from tests.unit.plot.drawn import log, sound, timelines

FIGURE = waterfall(timelines())


def test_it_shows_itself_as_an_image_and_as_words() -> None:
    bundle = FIGURE._repr_mimebundle_()
    assert list(bundle) == ["text/plain", "text/html", "image/png"]
    assert bundle["text/plain"] == FIGURE.alt
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert f'alt="{FIGURE.alt}"' in bundle["text/html"]
    (data,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', bundle["text/html"])
    assert base64.b64decode(data).decode() == FIGURE.svg()
    assert "<script" not in bundle["text/html"]
    assert repr(FIGURE) == f"<Figure: {FIGURE.alt}>"


def test_words_survive_what_stands_in_names() -> None:
    figure = waterfall({'<b>"&': next(iter(timelines().values()))})
    sound(figure)
    assert "<b>" not in figure.html()


def test_every_colour_has_its_dark_partner() -> None:
    figure = staircase(log())
    svg = figure.svg()
    sheet, drawn = svg.split("</style>", 1)
    used = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", drawn))
    assert used
    assert not [colour for colour in used if f": {colour}" not in sheet]


def test_a_colour_without_partner_would_be_seen() -> None:
    drawn, sheet = '<path style="fill: #123456"/>', theme.style_sheet([])
    used = set(re.findall(r"fill: (#[0-9a-f]{6})", drawn))
    assert [colour for colour in used if f": {colour}" not in sheet] == ["#123456"]


def test_a_label_keeps_its_digits() -> None:
    assert "QoE 1.000" in staircase(timelines(), ttft_expected=1, tds_expected=1).svg()


@pytest.mark.parametrize(
    ("suffix", "begin"),
    [("svg", b"<svg "), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("html", b"<!doctype html>")],
)
def test_it_is_saved_by_suffix(suffix: str, begin: bytes, tmp_path: Path) -> None:
    file = FIGURE.save(tmp_path / f"figure.{suffix}")
    assert file.read_bytes().startswith(begin)


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"'figure.doc' is no picture; end it in \.svg"):
        FIGURE.save(tmp_path / "figure.doc")


def test_it_is_small_enough_for_a_notebook() -> None:
    assert isinstance(FIGURE, Figure)
    assert len(waterfall(log()).html()) < 60_000

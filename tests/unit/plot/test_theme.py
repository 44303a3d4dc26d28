from __future__ import annotations

import re
from pathlib import Path

import pytest

from jupyter_agentchat.plot.theme import DASHES, STEPS, colour, hue, style_sheet

NAMES = Path(__file__).parents[3] / "labextension/packages/ui/src/names.ts"


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_participant_has_the_hue_of_its_mark() -> None:
    source = NAMES.read_text()
    assert "2166136261" in source
    assert "16777619" in source
    # FNV-1a of 32 bits: its published offset basis, and its hash of "a"
    assert (hue(""), hue("a")) == (2166136261 % 360, 0xE40C292C % 360)


@pytest.mark.parametrize("id", ["eliza", "echo", "local", "synthetic", "ann", "é"])
def test_lines_are_seen_on_both_grounds(id: str) -> None:
    light = colour(id)
    (dark,) = re.findall(rf'fill: {light}"\]{{fill:(#[0-9a-f]{{6}})!', style_sheet([id]))
    assert contrast(light, "#ffffff") >= 3
    assert contrast(dark, "#111111") >= 3


def test_text_is_read_on_both_grounds() -> None:
    pairs = dict(re.findall(r'fill: (#[0-9a-f]{6})"\]{fill:(#[0-9a-f]{6})!', style_sheet([])))
    for ink in ("#212121", "#616161", "#c25700"):
        assert contrast(ink, "#ffffff") >= 4.5
        assert contrast(pairs[ink], "#111111") >= 4.5
    assert pairs["#ffffff"] == "#111111"


def test_groups_differ_in_more_than_colour() -> None:
    assert len(set(map(str, DASHES))) == len(DASHES) == 4
    assert len(set(STEPS)) == 7

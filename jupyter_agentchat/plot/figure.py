"""A figure that carries what it drew, and what it shows in words."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.plot import theme

WIDTH = 7.2
"""Inches, of 96 px: a notebook's column."""
_PX = 96
_PT = 72
_PNG_DPI = 144
_TAG = re.compile(r"<[^>]+>")
_DIGITS = re.compile(r"(\d\.\d\d)\d+")
"""A hundredth of a point is finer than any screen."""
_MARKS = re.compile(r'(<g clip-path="[^"]*")>((?:\s*<use [^>]*/>)+)')
_STYLE = re.compile(r' style="([^"]*)"')
_SHEET = (
    ".ac-plot{color-scheme:light dark;max-width:100%;height:auto}"
    '[data-jp-theme-light="true"] .ac-plot,.vscode-light .ac-plot{color-scheme:light}'
    '[data-jp-theme-light="false"] .ac-plot,.vscode-dark .ac-plot{color-scheme:dark}'
    "@media print{.ac-plot.ac-plot{color-scheme:light!important}}"
)
"""Tells the image which theme surrounds it; where it is stripped, the reader's own one holds."""


class Figure:
    """What a plot function returns; it shows itself in a notebook.

    As SVG in an ``<img>``: nothing is loaded from elsewhere, no script runs, and JupyterLab keeps
    it in notebooks that it does not trust. It follows the theme around it and is light on paper.

    Attributes
    ----------
    frame : DataFrame
        What is drawn, in seconds unless a column's name says otherwise.
    alt : str
        What it shows, in words.
    drawing : matplotlib.figure.Figure
        To add to before it is shown.
    """

    def __init__(
        self, drawing: Drawing, frame: pd.DataFrame, alt: str, participants: Iterable[str] = ()
    ) -> None:
        self.drawing = drawing
        self.frame = frame
        self.alt = alt
        self._participants = tuple(dict.fromkeys(participants))

    def svg(self) -> str:
        """Return the figure as an SVG document for both themes."""
        out = StringIO()
        with mpl.rc_context(theme.RC):
            self.drawing.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        text = out.getvalue()
        text = text[text.index("<svg ") :]
        text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
        # Widths come from DejaVu, which matplotlib brings; a system's own face is narrower.
        text = re.sub(r"'DejaVu Sans'[^;\"]*", theme.FONTS, text)
        text = _TAG.sub(lambda tag: _DIGITS.sub(r"\1", tag[0]), text)
        text = _MARKS.sub(_hoist, text)
        label = html.escape(self.alt, quote=True)
        opening, rest = text.split(">", 1)
        sheet = theme.style_sheet(self._participants)
        return f'{opening} role="img" aria-label="{label}"><style>{sheet}</style>{rest}'

    def png(self) -> bytes:
        """Return the figure as a light PNG, for what shows no SVG."""
        out = BytesIO()
        with mpl.rc_context(theme.RC):
            self.drawing.savefig(out, format="png", dpi=_PNG_DPI, metadata={"Software": None})
        return out.getvalue()

    def html(self) -> str:
        """Return an HTML fragment that needs nothing else."""
        width, height = (round(float(each) * _PX) for each in self.drawing.get_size_inches())
        data = base64.b64encode(self.svg().encode()).decode()
        return (
            f'<style>{_SHEET}</style><img class="ac-plot" width="{width}" height="{height}"'
            f' alt="{html.escape(self.alt, quote=True)}" src="data:image/svg+xml;base64,{data}">'
        )

    def save(self, file: str | Path) -> Path:
        """Write the figure by its suffix: ``.svg``, ``.png``, ``.pdf`` or ``.html``.

        Raises
        ------
        InvalidInputError
            Another suffix.
        """
        path = Path(file)
        if path.suffix == ".svg":
            path.write_text(self.svg(), encoding="utf-8")
        elif path.suffix == ".png":
            path.write_bytes(self.png())
        elif path.suffix == ".html":
            page = f"<!doctype html><meta charset=utf-8><title>{html.escape(self.alt)}</title>"
            path.write_text(page + self.html(), encoding="utf-8")
        elif path.suffix == ".pdf":
            with mpl.rc_context(theme.RC):
                self.drawing.savefig(path, metadata={"CreationDate": None})
        else:
            message = f"{path.name!r} is no picture; end it in .svg, .png, .pdf or .html."
            raise InvalidInputError(message)
        return path

    def __repr__(self) -> str:
        return f"<Figure: {self.alt}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {
            "text/plain": self.alt,
            "text/html": self.html(),
            "image/png": base64.b64encode(self.png()).decode(),
        }


def _hoist(marks: re.Match[str]) -> str:
    """Return a group of marks that says once what each of them says alike."""
    styles = set(_STYLE.findall(marks[2]))
    if len(styles) != 1:
        return marks[0]
    return f'{marks[1]} style="{styles.pop()}">{_STYLE.sub("", marks[2])}'


@contextmanager
def canvas(
    height: float, rows: int = 1, columns: int = 1, *, shared: bool = False
) -> Iterator[tuple[Drawing, list[Axes]]]:
    """Give an empty drawing and its axes, row by row, in the figures' own style.

    Parameters
    ----------
    height : float
        Inches; the width is `WIDTH`.
    rows, columns : int
        Of axes.
    shared : bool
        Whether all axes have one scale.
    """
    defaults: Any = dict(mpl.rcParamsDefault)
    with mpl.rc_context(defaults | theme.RC):
        drawing = Drawing(figsize=(WIDTH, height), layout="constrained")
        axes = drawing.subplots(rows, columns, squeeze=False, sharex=shared, sharey=shared)
        yield drawing, list(axes.flat)
        # Laid out once: each further drawing would move everything by a hair.
        drawing.draw_without_rendering()
        drawing.set_layout_engine("none")

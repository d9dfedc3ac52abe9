"""matplotlib's figures as SVG inside a page: in the page's colours, light or dark, with words for who cannot see them.

Plots are drawn in stand-in colours, which become the page's own variables.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

INK = "#010101"
FAINT = "#020202"
LINES = "#030303"
MAIN = "#040404"
OTHER = "#050505"
_VARIABLES = {
    INK: "var(--ink)",
    FAINT: "var(--faint)",
    LINES: "var(--lines)",
    MAIN: "var(--main)",
    OTHER: "var(--other)",
}
# mypy would have each key as a literal.
_STYLE: dict[Any, Any] = {
    # Letters stay letters: they can be read out, searched and copied.
    "svg.fonttype": "none",
    # The same figures give the same page.
    "svg.hashsalt": "parcelray",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": LINES,
    "axes.labelcolor": INK,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINES,
    "grid.linewidth": 0.5,
    "xtick.color": LINES,
    "ytick.color": LINES,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "figure.constrained_layout.use": True,
}
# The widest plots are 8 inches wide, and the page's text 58rem.
_REM_AN_INCH = 7.0
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


@dataclass(frozen=True)
class Plot:
    """A picture for a page.

    Attributes:
        svg: an ``<svg>`` element.
        words: what it shows, for who cannot see it.
    """

    svg: str
    words: str


def draw(name: str, words: str, size: tuple[float, float], paint: Callable[[Figure], None]) -> Plot:
    """Draw a figure.

    Args:
        name: of the plot, once in a page; letters and hyphens.
        words: what it shows.
        size: width and height in inches.
        paint: draws it, in the colours above.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size)
        paint(figure)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata=_NO_METADATA)
    return Plot(_for_page(text.getvalue(), name, words, size[0]), words)


def _for_page(document: str, name: str, words: str, width: float) -> str:
    svg = document[document.index("<svg") :]
    # It would reach the whole page; the page has a rule of its own for it.
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]+", "font-family: inherit", svg)
    # Names are unique in a figure, and must be so in the page. matplotlib makes some of them of memory addresses:
    # numbers instead give the same page each time.
    names = {old: f"{name}-{number}" for number, old in enumerate(re.findall(r'\bid="([^"]+)"', svg))}
    svg = re.sub(r'(\bid="|href="#|url\(#)([^")]+)', lambda found: found[1] + names[found[2]], svg)
    for stand_in, variable in _VARIABLES.items():
        svg = svg.replace(stand_in, variable)
    # The page decides on the width, the height follows; letters grow to no more than those of the page.
    head, body = svg.split(">", 1)
    head = re.sub(r' (width|height)="[^"]*"', "", head) + f' style="max-width: {width * _REM_AN_INCH:g}rem"'
    title = f'<title id="{name}-title">{html.escape(words)}</title>'
    return f'{head} role="img" aria-labelledby="{name}-title">{title}{body}'

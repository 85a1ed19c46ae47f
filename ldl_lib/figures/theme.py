"""Colours and Plotly templates shared by every figure.

Figures are always built with the light colours. Each light colour has exactly one
dark twin, so a page in dark mode can be recoloured by swapping hexes, without
rebuilding the figure. Therefore figures use only the hexes of this module, and
`opacity` where something should be see-through.

The hues follow Okabe and Ito [1]_. Their lightness is changed so that every colour of
`SEQUENCE` keeps a contrast of at least 3:1 on the page [2]_ and any two stay at least
20 CIELAB units apart, also under simulated colour blindness [3]_. Colour is still never
the only sign: figures add symbols, dashes or words.

References
----------
.. [1] M. Okabe and K. Ito, "Color Universal Design", 2008.
.. [2] W3C, Web Content Accessibility Guidelines 2.2, criteria 1.4.3 and 1.4.11.
.. [3] G. Machado, M. Oliveira and L. Fernandes, "A Physiologically-based Model for
   Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import plotly.io

__all__ = [
    "COLORS",
    "DARK_TWIN",
    "DASHES",
    "DIVERGING",
    "SEQUENCE",
    "SEQUENTIAL",
    "SYMBOLS",
    "TEMPLATES",
    "TEXT_COLORS",
    "color",
]

# name: (light, dark)
COLORS: dict[str, tuple[str, str]] = {
    # Data: lines, markers, bars.
    "blue": ("#00498d", "#1e87d8"),
    "vermillion": ("#a83100", "#f17b38"),
    "green": ("#007c55", "#26c289"),
    "orange": ("#b68517", "#ffc33c"),
    "purple": ("#cc629b", "#ce81af"),
    "sky": ("#1a99dc", "#9fd8ff"),
    # Areas behind data: half-planes, bands, highlighted cells.
    "blue_tint": ("#cfe0f3", "#16324f"),
    "vermillion_tint": ("#fbdcc8", "#542c17"),
    "green_tint": ("#cdebdf", "#123f30"),
    "orange_tint": ("#f6e7c1", "#43340f"),
    "purple_tint": ("#f3d9e7", "#4a2a3d"),
    "gray_tint": ("#eceff3", "#232a33"),
    # Words and frame.
    "ink": ("#1f2933", "#e6e9ee"),
    "muted": ("#59636e", "#a3adb9"),
    "axis": ("#7b8591", "#78828e"),
    "grid": ("#dfe4ea", "#2e3742"),
    "paper": ("#ffffff", "#14181e"),
}

# Neighbours in this order differ most; the first two are the usual pair of classes.
SEQUENCE: list[str] = [
    COLORS[name][0]
    for name in ("blue", "vermillion", "green", "orange", "purple", "sky")
]

# Colours that words may have: contrast of at least 4.5:1 in both themes.
TEXT_COLORS: tuple[str, ...] = ("ink", "muted", "blue", "vermillion", "green")

# What distinguishes series and classes besides colour, in the order of SEQUENCE.
SYMBOLS: tuple[str, ...] = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "x",
)
DASHES: tuple[str, ...] = (
    "solid",
    "dash",
    "dot",
    "dashdot",
    "longdash",
    "longdashdot",
)


def _stops(hexes: str) -> list[list[float | str]]:
    names = hexes.split()
    return [[i / (len(names) - 1), name] for i, name in enumerate(names)]


# Little to much: from nearly the page's colour to its opposite, lightness monotonic.
SEQUENTIAL: dict[str, list[list[float | str]]] = {
    "light": _stops(
        "#eef4fa #bbd6ed #85b9e1 #529ace #3776b2 #155496 #003e7a #002e5f #001f45"
    ),
    "dark": _stops(
        "#1c232c #21354f #1f4875 #1c5d99 #2b78b7 #3a93d6 #70b0e8 #a7cef4 #d8eeff"
    ),
}

# Negative (vermillion) over zero (nearly the page's colour) to positive (blue).
DIVERGING: dict[str, list[list[float | str]]] = {
    "light": _stops(
        "#a83100 #c9673e #e59a78 #f1c7b4 #f6f4f2 #bbd0e7 #79aedb #4979b3 #00498d"
    ),
    "dark": _stops(
        "#f17b38 #c66634 #9c5230 #603d31 #22272f #28405d #215b8f #2171b3 #1e87d8"
    ),
}

# Every light hex that a figure may use, and what replaces it in dark mode.
DARK_TWIN: dict[str, str] = dict(
    chain(
        COLORS.values(),
        *(
            (
                (str(light[1]), str(dark[1]))
                for light, dark in zip(scale["light"], scale["dark"], strict=True)
            )
            for scale in (SEQUENTIAL, DIVERGING)
        ),
    )
)


def color(name: str) -> str:
    """Light hex of a named colour, the one to build figures with.

    Parameters
    ----------
    name : str
        A key of `COLORS`, such as ``"blue"`` or ``"ink"``.

    Returns
    -------
    str
        Hex such as ``"#00498d"``.

    Raises
    ------
    ValueError
        If there is no such colour; the message lists those there are.
    """
    if name not in COLORS:
        raise ValueError(f"no colour named {name!r}; choose from {', '.join(COLORS)}")
    return COLORS[name][0]


def _reversed(scale: list[list[float | str]]) -> list[list[float | str]]:
    return [[stop[0], other[1]] for stop, other in zip(scale, scale[::-1], strict=True)]


FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def _template(mode: int) -> dict[str, Any]:
    """Template of the light (0) or dark (1) theme as a plain dict."""
    hexes = {name: pair[mode] for name, pair in COLORS.items()}
    theme = ("light", "dark")[mode]
    clear = "rgba(0,0,0,0)"
    axis = {
        "automargin": True,
        "gridcolor": hexes["grid"],
        "linecolor": hexes["axis"],
        "showline": True,
        "tickcolor": hexes["axis"],
        "ticks": "outside",
        "ticklen": 4,
        "title": {"standoff": 8},
        "zeroline": False,
    }
    # A scene draws its own background and has neither automargin nor standoff.
    scene_axis = {
        "backgroundcolor": hexes["paper"],
        "gridcolor": hexes["grid"],
        "linecolor": hexes["axis"],
        "showbackground": False,
        "zeroline": False,
    }
    color_bar = {"outlinewidth": 0, "thickness": 14, "ticks": "outside", "ticklen": 4}
    sequential = [list(stop) for stop in SEQUENTIAL[theme]]
    diverging = [list(stop) for stop in DIVERGING[theme]]
    maps = {"colorscale": sequential, "colorbar": color_bar}
    return {
        "layout": {
            "autosize": True,
            "colorway": [DARK_TWIN[hex_] if mode else hex_ for hex_ in SEQUENCE],
            "colorscale": {
                "sequential": sequential,
                "sequentialminus": _reversed(sequential),
                "diverging": diverging,
            },
            "font": {"family": FONT, "size": 14, "color": hexes["ink"]},
            "hoverlabel": {
                "align": "left",
                "bgcolor": hexes["paper"],
                "bordercolor": hexes["axis"],
                "font": {"family": FONT, "size": 14, "color": hexes["ink"]},
            },
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 56, "r": 16, "t": 48, "b": 48},
            "paper_bgcolor": clear,
            "plot_bgcolor": clear,
            "scene": {
                "xaxis": scene_axis,
                "yaxis": scene_axis,
                "zaxis": scene_axis,
            },
            "title": {"font": {"size": 16}, "x": 0, "xref": "paper"},
            "xaxis": axis,
            "yaxis": axis,
        },
        "data": {
            "bar": [{"marker": {"line": {"width": 0}}}],
            "contour": [maps],
            "heatmap": [maps],
            "scatter": [{"line": {"width": 2.5}, "marker": {"size": 9}}],
            "surface": [maps],
        },
    }


TEMPLATES: dict[str, dict[str, Any]] = {"light": _template(0), "dark": _template(1)}

plotly.io.templates["ldl"] = TEMPLATES["light"]
plotly.io.templates.default = "ldl"

"""EB.10: shapes in a U-Net, and what passes by its bottleneck."""

from __future__ import annotations

from typing import NamedTuple

import plotly.graph_objects as go

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.detection._shared import NOTHING, lines, outlines
from ldl_lib.figures.theme import color

SIZES = (64, 128, 256, 512)
LEVELS = (2, 3, 4)
MAPS = (16, 32, 64)
COLOURS, CLASSES = 3, 4  # channels of the image and of the result
MOST = max(LEVELS) + 1


class Shape(NamedTuple):
    """Shape of a feature map.

    Attributes
    ----------
    side, maps : int
        Rows and columns; number of maps.
    """

    side: int
    maps: int

    @property
    def numbers(self) -> int:
        """How many numbers it holds."""
        return self.side**2 * self.maps


def shapes(size: int, levels: int, maps: int) -> list[Shape]:
    """Return the shape at each level on the way down, the bottleneck last.

    The way up has the same shapes: convolutions are padded.

    Parameters
    ----------
    size : int
        Rows and columns of the image.
    levels : int
        How often it is halved.
    maps : int
        Feature maps at the first level; they double from level to level.
    """
    return [Shape(size >> level, maps << level) for level in range(levels + 1)]


def parameters(levels: int, maps: int, skips: bool) -> int:
    """Count weights and biases.

    Two 3 × 3 convolutions at each level, down and up; a 2 × 2 transposed convolution
    that halves the maps before each level on the way up; a 1 × 1 convolution at the
    end.

    Parameters
    ----------
    levels, maps
        As in `shapes`.
    skips : bool
        Whether the maps of the way down are put beside those of the way up.
    """
    total, channels = 0, COLOURS
    for level in range(levels + 1):
        width = maps << level
        total += _convolution(3, channels, width) + _convolution(3, width, width)
        channels = width
    for level in reversed(range(levels)):
        width = maps << level
        total += _convolution(2, channels, width)
        total += _convolution(3, 2 * width if skips else width, width)
        total += _convolution(3, width, width)
        channels = width
    return total + _convolution(1, channels, CLASSES)


def _convolution(kernel: int, inputs: int, outputs: int) -> int:
    return (kernel**2 * inputs + 1) * outputs


def state(size: int, levels: int, maps: int, skips: bool) -> State:
    """Return boxes with shapes, the ways down and up, and the skip connections.

    Parameters
    ----------
    size, levels, maps, skips
        As in `shapes` and `parameters`.
    """
    found = shapes(size, levels, maps)
    boxes, places, texts = [], [], []
    for level, shape in enumerate(found):
        sides = (1.5,) if level == levels else (0.5, 2.5)
        for middle in sides:
            boxes.append((middle - 0.46, level + 0.2, middle + 0.46, level + 0.8))
            places.append((middle, level + 0.5))
            texts.append(f"{shape.side} × {shape.side}<br>{shape.maps} maps")
    drawn = outlines(boxes)
    across = [
        _line((0.97, level + 0.5), (2.03, level + 0.5)) for level in range(levels)
    ]
    ways = [
        way
        for level in range(levels - 1)
        for way in (
            _line((0.5, level + 0.8), (0.5, level + 1.2)),
            _line((2.5, level + 1.2), (2.5, level + 0.8)),
        )
    ]
    last = levels - 1
    ways.append(_line((0.5, last + 0.8), (1.1, last + 1.2)))
    ways.append(_line((1.9, last + 1.2), (2.5, last + 0.8)))
    carried = [f"+ {shape.maps} maps" if skips else NOTHING for shape in found[:levels]]
    state: State = {
        "data[0].x": drawn[0],
        "data[0].y": drawn[1],
        "data[3].x": [x for x, _ in places],
        "data[3].y": [y for _, y in places],
        "data[3].text": texts,
        "data[4].x": [1.5] * levels,
        "data[4].y": [level + 0.36 for level in range(levels)],
        "data[4].text": carried,
    }
    # Without skip connections one gap, so that the name stays in the legend.
    nothing = [([float("nan")], [float("nan")])]
    for trace, group in ((1, ways), (2, across if skips else nothing)):
        state[f"data[{trace}].x"] = [x for way in group for x in way[0]]
        state[f"data[{trace}].y"] = [y for way in group for y in way[1]]
    return state


def _line(
    start: tuple[float, float], end: tuple[float, float]
) -> tuple[list[float], list[float]]:
    """Return x and y of a line, then a gap."""
    gap = float("nan")
    return [start[0], end[0], gap], [start[1], end[1], gap]


def words(size: int, levels: int, maps: int, skips: bool) -> str:
    """Say what passes the bottleneck, what the skips carry, and what it costs.

    Parameters
    ----------
    size, levels, maps, skips
        As in `shapes` and `parameters`.
    """
    found = shapes(size, levels, maps)
    narrow = found[-1]
    count = parameters(levels, maps, skips)
    text = (
        f"At the bottom {narrow.side} × {narrow.side} cells are left, one for "
        f"{2**levels} × {2**levels} pixels. "
    )
    if skips:
        across = sum(shape.numbers for shape in found[:-1])
        text += (
            f"{narrow.numbers:,} numbers pass there, {across:,} pass through the skip "
            "connections"
        )
    else:
        text += (
            f"All the network knows of an image are {narrow.numbers:,} numbers there"
        )
    return f"{text}. Parameters: {count:,}."


def figure() -> go.Figure:
    """Draw the shapes as boxes in a U."""
    boxes = lines("feature maps", "blue", width=2, fill="toself")
    boxes.fillcolor = color("blue_tint")
    text = {
        "x": [],
        "y": [],
        "text": [],
        "mode": "text",
        "showlegend": False,
        "hoverinfo": "skip",
        "textfont": {"size": 12, "color": color("ink")},
    }
    built = go.Figure(
        [
            boxes,
            lines("pooling, up-convolution", "ink", width=2),
            lines("skip connection", "vermillion", width=2.5, dash="dash"),
            go.Scatter(text),
            go.Scatter(text),
        ]
    )
    hidden = {"visible": False, "fixedrange": True}
    built.update_layout(
        plain_layout(430, showlegend=True, margin={"l": 4, "r": 4, "t": 60, "b": 4}),
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis={"range": [0, 3], **hidden},
        yaxis={"range": [MOST, 0], **hidden},
    )
    return built

"""A kernel over three channels: three slices, one output map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout, still
from ldl_lib.figures.convolution.explorer import kernel_of, middle_square, output
from ldl_lib.figures.pixels import data_uri
from ldl_lib.figures.theme import DIVERGING

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]

SIDE = 36  # pixels of a picture, across and down
MOST = 255.0  # end of the colour scale
STEP = 15.0  # outputs are drawn in steps of it, which pack small
NAMES = ("red", "green", "blue")

_EDGES = {"edges": kernel_of("left-right", 3) / 4, "mean": kernel_of("blur", 3)}
# For each channel: a factor and the slice that it multiplies.
KERNELS: dict[str, tuple[tuple[float, str], ...]] = {
    "edges in all three": ((1, "edges"), (1, "edges"), (1, "edges")),
    "edges in red alone": ((1, "edges"), (0, "edges"), (0, "edges")),
    "red against green": ((1, "mean"), (-1, "mean"), (0, "mean")),
    "blue against the others": ((-0.5, "mean"), (-0.5, "mean"), (1, "mean")),
    "edges of colour": ((1, "edges"), (-1, "edges"), (0, "edges")),
}


def picture_names(photographs: Mapping[str, Any]) -> dict[str, str]:
    """Return the photographs on offer: what the reader sees -> its name."""
    wanted = {"flower": "flower", "palace": "china", "coffee": "coffee"}
    return {shown: name for shown, name in wanted.items() if name in photographs}


class Channels:
    """Photographs in colour, and what kernels of 3 × 3 × 3 make of them.

    Parameters
    ----------
    photographs : mapping of str to Photograph
        As ``data.load("photographs")`` returns them.
    """

    def __init__(self, photographs: Mapping[str, Any]) -> None:
        self.pictures: dict[str, Pixels] = {
            shown: middle_square(photographs[name].image, SIDE)
            for shown, name in picture_names(photographs).items()
        }

    def slices(self, picture: str, kernel: str) -> Floats:
        """Return what each channel gives through its slice of the kernel.

        Parameters
        ----------
        picture : str
            A key of `pictures`.
        kernel : str
            A key of `KERNELS`.

        Returns
        -------
        ndarray of float64, shape (3, SIDE − 2, SIDE − 2)
        """
        image = self.pictures[picture]
        return np.array(
            [
                factor * output(image[:, :, channel], _EDGES[name], "convolution")
                for channel, (factor, name) in enumerate(KERNELS[kernel])
            ]
        )

    def state(self, picture: str, kernel: str) -> State:
        """Return channels, slices' outputs, their sum and what ReLU leaves of it."""
        image = self.pictures[picture]
        found = self.slices(picture, kernel)
        total = found.sum(axis=0)
        state: State = {
            f"data[{channel}].source": data_uri(image[:, :, channel], colours=24)
            for channel in range(3)
        }
        state["data[3].source"] = data_uri(image, colours=64)
        maps = [*found, total, np.maximum(total, 0)]
        for number, each in enumerate(maps, start=4):
            coarse = np.clip(np.rint(each / STEP), -MOST // STEP, MOST // STEP)
            state[f"data[{number}].z"] = STEP * coarse
        for channel, (factor, name) in enumerate(KERNELS[kernel]):
            sign = {1: "", -1: "−", -0.5: "−½ · "}.get(factor, "")
            text = f"{sign}{name}" if factor else "all weights 0"
            state[f"layout.annotations[{3 + channel}].text"] = text
        return state

    def words(self, picture: str, kernel: str) -> str:
        """Add up one cell of the output, the largest."""
        found = self.slices(picture, kernel)
        total = found.sum(axis=0)
        row, column = np.unravel_index(total.argmax(), total.shape)
        parts = [
            f"{name} gives {fixed(float(value), 0)}"
            for name, value in zip(NAMES, found[:, row, column], strict=True)
        ]
        below = float((total < 0).mean())
        return (
            "27 weights and one output map. Its largest cell is in row "
            f"{row + 1}, column {column + 1}: {', '.join(parts)}, together "
            f"{fixed(float(total[row, column]), 0)} (bias 0). {below:.0%} of the cells "
            "are negative; ReLU turns them into 0."
        )


_TITLES = (*NAMES, *([""] * 3), "picture", "sum: the output", "after ReLU")


def figure() -> go.Figure:
    """Draw nine pictures: three channels, three slices' outputs, picture and output."""
    stops = [[stop[0], stop[1]] for stop in DIVERGING["light"]]

    def axes(place: int) -> dict[str, str]:
        number = "" if place == 0 else str(place + 1)
        return {"xaxis": f"x{number}", "yaxis": f"y{number}"}

    pictures = [
        go.Image(source=None, hoverinfo="skip", **axes(p)) for p in (0, 1, 2, 6)
    ]
    maps = [
        go.Heatmap(
            z=[],
            zmin=-MOST,
            zmax=MOST,
            colorscale=stops,
            showscale=False,
            hoverinfo="skip",
            **axes(place),
        )
        for place in (3, 4, 5, 7, 8)
    ]
    built = go.Figure([*pictures, *maps])
    layout: State = {}
    notes = []
    for place, title in enumerate(_TITLES):
        row, column = divmod(place, 3)
        number = "" if place == 0 else str(place + 1)
        left, top = 0.345 * column, 1 - 0.355 * row
        side = SIDE if place in (0, 1, 2, 6) else SIDE - 2
        plain = {"visible": False, "constrain": "domain", "range": [-0.5, side - 0.5]}
        layout[f"xaxis{number}"] = still(
            "", domain=[left, left + 0.31], anchor=f"y{number}", **plain
        )
        layout[f"yaxis{number}"] = still(
            "",
            domain=[top - 0.29, top],
            anchor=f"x{number}",
            scaleanchor=f"x{number}",
            constraintoward="top",
            **plain | {"range": [side - 0.5, -0.5]},
        )
        notes.append(
            {
                "text": title or "\u00a0",
                "x": left + 0.155,
                "y": top,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "center",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 13},
            }
        )
    margin = {"l": 4, "r": 4, "t": 26, "b": 4}
    built.update_layout(plain_layout(470, margin=margin, annotations=notes, **layout))
    return built

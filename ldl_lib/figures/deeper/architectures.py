"""E8.1: famous networks, by what they hold, what they compute and how deep they are.

Counts come from models that were built (``tools/count_architectures.py``), accuracies
on ImageNet from the publications.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.deeper._costs import large
from ldl_lib.figures.theme import color

ARTIFACT = Path(__file__).parents[2] / "artifacts/08_architectures.npz"


class Counted(NamedTuple):
    """What a network holds and computes, for one image.

    Attributes
    ----------
    parameters, multiply_adds : int
        Numbers that are learnt, and multiplications with weights.
    depth : int
        Most convolutional and dense layers between input and output.
    size : int
        Pixels along a side of the input.
    """

    parameters: int
    multiply_adds: int
    depth: int
    size: int


class Published(NamedTuple):
    """What the makers, or others, report.

    Attributes
    ----------
    year : int
        In which the network was published.
    top1 : float or None
        Share of ImageNet's validation images that are right, in per cent.
    family : str
        A key of `FAMILIES`.
    """

    year: int
    top1: float | None
    family: str


# Accuracies: AlexNet from Krizhevsky et al. (2012), one network. VGG-16 from Simonyan
# and Zisserman (2015), one scale. GoogLeNet and MobileNet from Howard et al. (2017).
# Both ResNets from He et al. (2016), ten crops, option B. Xception from Chollet (2017),
# one crop. EfficientNet from Tan and Le (2019), one crop, version 5 of the preprint.
PUBLISHED = {
    "LeNet-5": Published(1998, None, "classic"),
    "AlexNet": Published(2012, 59.3, "classic"),
    "VGG-16": Published(2015, 74.4, "classic"),
    "GoogLeNet": Published(2015, 69.8, "inception"),
    "ResNet-34": Published(2016, 75.5, "residual"),
    "ResNet-50": Published(2016, 77.2, "residual"),
    "Xception": Published(2017, 79.0, "separable"),
    "MobileNet": Published(2017, 70.6, "separable"),
    "EfficientNet-B0": Published(2019, 77.1, "EfficientNet"),
    "EfficientNet-B1": Published(2019, 79.1, "EfficientNet"),
    "EfficientNet-B2": Published(2019, 80.1, "EfficientNet"),
    "EfficientNet-B3": Published(2019, 81.6, "EfficientNet"),
    "EfficientNet-B4": Published(2019, 82.9, "EfficientNet"),
    "EfficientNet-B5": Published(2019, 83.6, "EfficientNet"),
    "EfficientNet-B6": Published(2019, 84.0, "EfficientNet"),
    "EfficientNet-B7": Published(2019, 84.3, "EfficientNet"),
}
NAMES = list(PUBLISHED)
ON_IMAGENET = [name for name in NAMES if PUBLISHED[name].top1]
# Colour, symbol and size of the markers.
FAMILIES = {
    "classic": ("muted", "square", 10),
    "inception": ("purple", "cross", 11),
    "residual": ("blue", "circle", 10),
    "separable": ("orange", "diamond", 11),
    "EfficientNet": ("vermillion", "triangle-up", 9),
}
MEASURES = {
    "parameters": "parameters",
    "multiply-adds": "multiply_adds",
    "depth": "depth",
}
TITLES = {
    "parameters": "parameters",
    "multiply_adds": "multiply-adds for one image",
    "depth": "layers from input to output",
}
# Ends of the logarithmic axis, and its marks. No mark of one measure lies between the
# ends of another: the axis carries the marks of all three.
AXES: dict[str, tuple[float, float, dict[float, str]]] = {
    "parameters": (
        2.2e6,
        2.2e8,
        {3e6: "3 M", 1e7: "10 M", 3e7: "30 M", 1e8: "100 M"},
    ),
    "multiply_adds": (
        1.7e8,
        9e10,
        {3e8: "0.3 G", 1e9: "1 G", 3e9: "3 G", 1e10: "10 G", 3e10: "30 G"},
    ),
    "depth": (7, 400, {8: "8", 16: "16", 32: "32", 64: "64", 128: "128", 256: "256"}),
}
# Where a name stands beside its point; to the right below it if not named here.
LABELS = {
    "EfficientNet-B0": "middle left",
    "MobileNet": "top right",
    "ResNet-34": "bottom left",
    "Xception": "top right",
    "AlexNet": "middle left",
    "VGG-16": "middle left",
}
# Places that suit one measure alone.
LABELS_BY_MEASURE = {
    "depth": {
        "AlexNet": "middle right",
        "EfficientNet-B0": "middle right",
        "EfficientNet-B1": "middle left",
        "EfficientNet-B7": "top center",
        "ResNet-34": "bottom right",
        "ResNet-50": "middle left",
        "Xception": "top left",
    }
}


@cache
def counts(file: Path = ARTIFACT) -> dict[str, Counted]:
    """Read what was counted in the models, by name.

    Besides the networks of `PUBLISHED` there are grown EfficientNets: ``depth 2`` is a
    B0 whose depth was doubled twice.

    Raises
    ------
    FileNotFoundError
        If nothing was counted yet.
    """
    with np.load(file) as stored:
        columns = [stored[field].tolist() for field in Counted._fields]
        names = stored["names"].tolist()
    return {name: Counted(*row) for name, *row in zip(names, *columns, strict=True)}


def figure() -> go.Figure:
    """Draw accuracy against one of the measures, a symbol for each family."""
    drawn = go.Figure()
    for family, (ink, symbol, size) in FAMILIES.items():
        names = _of(family)
        drawn.add_scatter(
            x=[],
            y=[PUBLISHED[name].top1 for name in names],
            text=[name.replace("EfficientNet-", "") for name in names],
            customdata=names,
            mode="lines+markers+text" if family == "EfficientNet" else "markers+text",
            textfont={"size": 12},
            line={"color": color(ink), "width": 1.5, "dash": "dot"},
            marker={"color": color(ink), "symbol": symbol, "size": size},
            hovertemplate="%{customdata}: %{x:.3s}, %{y:.1f} %<extra></extra>",
        )
    ring = {"symbol": "circle-open", "size": 22, "color": color("ink")}
    drawn.add_scatter(
        x=[],
        y=[],
        mode="markers",
        marker=ring | {"line": {"width": 2.5, "color": color("ink")}},
        hoverinfo="skip",
    )
    ticks = {at: text for *_, marks in AXES.values() for at, text in marks.items()}
    drawn.update_layout(
        plain_layout(440, margin={"l": 56, "r": 12, "t": 12, "b": 48}),
        hovermode="closest",
        xaxis=still(
            "", type="log", tickvals=list(ticks), ticktext=list(ticks.values())
        ),
        yaxis=still("top-1 accuracy on ImageNet (%)", range=[57, 87]),
    )
    return drawn


def state(measure: str, network: str) -> State:
    """Return all points over one measure, and the ring around one network.

    Parameters
    ----------
    measure : {"parameters", "multiply_adds", "depth"}
    network : str
        A name in `ON_IMAGENET`.
    """
    low, high, _ = AXES[measure]
    places = LABELS | LABELS_BY_MEASURE.get(measure, {})
    shown: State = {}
    for number, family in enumerate(FAMILIES):
        names = _of(family)
        shown[f"data[{number}].x"] = [
            getattr(counts()[name], measure) for name in names
        ]
        shown[f"data[{number}].textposition"] = [
            places.get(name, "bottom right") for name in names
        ]
    return shown | {
        f"data[{len(FAMILIES)}].x": [getattr(counts()[network], measure)],
        f"data[{len(FAMILIES)}].y": [PUBLISHED[network].top1],
        "layout.xaxis.title.text": TITLES[measure],
        "layout.xaxis.range": [float(np.log10(low)), float(np.log10(high))],
    }


def words(measure: str, network: str) -> str:
    """Say what a network costs, and which are larger and yet compute less."""
    found = counts()[network]
    text = (
        f"{network} learns {large(found.parameters)} numbers, multiplies "
        f"{large(found.multiply_adds)} times for an image of {found.size} × "
        f"{found.size} pixels, has {found.depth} layers from input to output, and is "
        f"right for {PUBLISHED[network].top1:.1f} %."
    )
    lighter = more_parameters_less_work(network)
    if not lighter:
        return f"{text} No network here has more parameters and yet computes less."
    return f"{text} More parameters, yet fewer multiply-adds: {', '.join(lighter)}."


def more_parameters_less_work(network: str) -> list[str]:
    """Return the networks that hold more than this one and compute less."""
    own = counts()[network]
    return [
        name
        for name in ON_IMAGENET
        if counts()[name].parameters > own.parameters
        and counts()[name].multiply_adds < own.multiply_adds
    ]


def _of(family: str) -> list[str]:
    return [name for name in ON_IMAGENET if PUBLISHED[name].family == family]

"""EB.5: what a detector computes once an image, and what for every proposal."""

from __future__ import annotations

from typing import NamedTuple

import plotly.graph_objects as go

from ldl_lib.figures._shared import State, counted, plain_layout
from ldl_lib.figures.theme import color

MOST_STAGES = 6
SUPPRESSION = "non-maximum suppression, class by class"


class Stage(NamedTuple):
    """One stage of a detector.

    Attributes
    ----------
    text : str
        What it does.
    repeated : bool
        Whether it runs for every proposal; else once an image.
    """

    text: str
    repeated: bool = False


class Detector(NamedTuple):
    """A detector, stage by stage.

    Attributes
    ----------
    stages : tuple of Stage
        In the order in which an image passes them.
    proposals : int
        How many proposals an image has; 0 for a detector without.
    new : str
        What it changed.
    """

    stages: tuple[Stage, ...]
    proposals: int
    new: str


# Girshick et al. 2014; Girshick 2015; Ren et al. 2015; Lin et al. 2017; He et al. 2017;
# Redmon et al. 2016 and Liu et al. 2016.
DETECTORS = {
    "R-CNN": Detector(
        (
            Stage("selective search:<br>about 2,000 proposals"),
            Stage("cut out, warp to 227 × 227 pixels", True),
            Stage("convolutional network: 4,096 features", True),
            Stage("a linear SVM for each class", True),
            Stage("regression corrects the box", True),
            Stage(SUPPRESSION),
        ),
        2000,
        "The network runs for every proposal, though proposals overlap: most of it is "
        "computed many times. Network, SVMs and regression are trained one after "
        "another.",
    ),
    "Fast R-CNN": Detector(
        (
            Stage("selective search:<br>about 2,000 proposals"),
            Stage("convolutional network:<br>a feature map of the whole image"),
            Stage("ROI pooling: 7 × 7 cells of the map", True),
            Stage("two dense layers", True),
            Stage("softmax for the class,<br>regression for the box", True),
            Stage(SUPPRESSION),
        ),
        2000,
        "The convolutions run once. Class and box are trained together, with one loss. "
        "Selective search now takes most of the time.",
    ),
    "Faster R-CNN": Detector(
        (
            Stage("convolutional network:<br>a feature map of the whole image"),
            Stage("region proposal network:<br>9 anchors a cell, the best 300 stay"),
            Stage("ROI pooling: 7 × 7 cells of the map", True),
            Stage("two dense layers", True),
            Stage("softmax for the class,<br>regression for the box", True),
            Stage(SUPPRESSION),
        ),
        300,
        "A small network on the same feature map proposes the regions, so nothing is "
        "left outside the network.",
    ),
    "with feature pyramid": Detector(
        (
            Stage("convolutional network:<br>maps of stride 4, 8, 16 and 32"),
            Stage("top-down path: enlarge the coarser map,<br>add the finer one"),
            Stage("region proposal network on every level"),
            Stage("ROI pooling from the level that fits<br>the size of the box", True),
            Stage("dense layers: class and box", True),
            Stage(SUPPRESSION),
        ),
        1000,
        "Small objects are found on fine maps, which now know what coarse maps know.",
    ),
    "Mask R-CNN": Detector(
        (
            Stage("convolutional network<br>with feature pyramid"),
            Stage("region proposal network on every level"),
            Stage("ROI align: no rounding", True),
            Stage("dense layers: class and box", True),
            Stage(SUPPRESSION),
            Stage("small convolutional network:<br>a 28 × 28 mask a class", True),
        ),
        1000,
        "A third head says which pixels of the box belong to the object. It runs only "
        "for the boxes that are kept.",
    ),
    "single shot": Detector(
        (
            Stage("convolutional network:<br>one or several feature maps"),
            Stage("3 × 3 convolution: class scores and<br>offsets of every anchor"),
            Stage("decode the boxes, cut low scores"),
            Stage(SUPPRESSION),
        ),
        0,
        "SSD, RetinaNet and later versions of YOLO: no second stage. Every anchor gets "
        "its class at once.",
    ),
}


def state(name: str) -> State:
    """Return the stages that run once and those that run for every proposal.

    Parameters
    ----------
    name : str
        A key of `DETECTORS`.
    """
    state: State = {}
    for trace, repeated in enumerate((False, True)):
        chosen = [
            (place, stage.text)
            for place, stage in enumerate(DETECTORS[name].stages, start=1)
            if stage.repeated == repeated
        ]
        state[f"data[{trace}].y"] = [float(place) for place, _ in chosen]
        state[f"data[{trace}].x"] = [1.0] * len(chosen)
        state[f"data[{trace}].text"] = [f"{place}  {text}" for place, text in chosen]
    return state


def words(name: str) -> str:
    """Say how much runs for every proposal, and what was new.

    Parameters
    ----------
    name : str
        A key of `DETECTORS`.
    """
    stages, proposals, new = DETECTORS[name]
    repeated = sum(stage.repeated for stage in stages)
    if not repeated:
        return f"All {counted(len(stages), 'stage')} run once an image. {new}"
    return (
        f"{repeated} of {counted(len(stages), 'stage')} run for every proposal, of "
        f"which there are up to {proposals:,}. {new}"
    )


def figure() -> go.Figure:
    """Draw the stages below one another, those that repeat with stripes."""
    common = {
        "x": [],
        "y": [],
        "text": [],
        "orientation": "h",
        "width": 0.82,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": 13, "color": color("ink")},
        "hoverinfo": "skip",
    }
    built = go.Figure(
        [
            go.Bar(
                name="once an image",
                marker={
                    "color": color("blue_tint"),
                    "line": {"color": color("blue"), "width": 1.5},
                },
                **common,
            ),
            go.Bar(
                name="for every proposal",
                marker={
                    "color": color("orange_tint"),
                    "line": {"color": color("vermillion"), "width": 4},
                },
                **common,
            ),
        ]
    )
    hidden = {"visible": False, "fixedrange": True}
    built.update_layout(
        plain_layout(430, showlegend=True, margin={"l": 8, "r": 8, "t": 40, "b": 8}),
        legend={"itemclick": False, "itemdoubleclick": False},
        barmode="overlay",
        xaxis={"range": [-0.01, 1.01], **hidden},
        yaxis={"range": [MOST_STAGES + 0.5, 0.5], **hidden},
    )
    return built

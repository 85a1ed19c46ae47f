"""E8.1, the plans: of what the famous networks are built, block by block."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, counted
from ldl_lib.figures.deeper._costs import Cost, convolution, large
from ldl_lib.figures.deeper._drawing import labels, lines, sheet
from ldl_lib.figures.deeper.inception import MODULES
from ldl_lib.figures.theme import color

CHANNELS = 256
SIDE = 14  # of the maps that are counted
NARROW, WIDE, HALF_HEIGHT = 0.46, 0.8, 0.3  # boxes: half of their sizes


class Layer(NamedTuple):
    """A convolution, or, with a kernel of 0, a layer without weights.

    Attributes
    ----------
    kernel, inputs, outputs, groups : int
        As in `_costs.convolution`.
    label : str
        What stands in its box instead of kernel and outputs.
    """

    kernel: int
    inputs: int
    outputs: int
    groups: int = 1
    label: str = ""

    @property
    def text(self) -> str:
        """What stands in the box."""
        return self.label or f"{self.kernel}×{self.kernel}, {self.outputs:,}"

    @property
    def cost(self) -> Cost:
        """Parameters and multiply-adds on maps of 14 × 14."""
        if not self.kernel:
            return Cost(0, 0)
        return convolution(self.inputs, self.outputs, self.kernel, SIDE, self.groups)


class Block(NamedTuple):
    """Branches side by side, each a row of layers, and how they come together.

    Attributes
    ----------
    title : str
    branches : tuple of tuples of Layer
    end : {"", "add", "append"}
        What happens at the end: nothing, the input is added, or channels are put one
        behind the other.
    skip : bool
        Whether the input also goes around the layers.
    outputs : int
        Channels that go out.
    """

    title: str
    branches: tuple[tuple[Layer, ...], ...]
    end: str = ""
    skip: bool = False
    outputs: int = CHANNELS

    @property
    def cost(self) -> Cost:
        """Cost of all layers."""
        total = Cost(0, 0)
        for branch in self.branches:
            for layer in branch:
                total = total.plus(layer.cost)
        return total


def _inception() -> Block:
    module = MODULES["3b"]
    inputs = module.inputs
    branches = (
        (Layer(1, inputs, module.one),),
        (Layer(1, inputs, module.three_before), Layer(3, 128, module.three)),
        (Layer(1, inputs, module.five_before), Layer(5, 32, module.five)),
        (Layer(0, inputs, inputs, label="3×3 max"), Layer(1, inputs, module.pooled)),
    )
    outputs = sum(branch[-1].outputs for branch in branches)
    return Block(
        "the inception module 3b of GoogLeNet", branches, "append", False, outputs
    )


_C = CHANNELS
_TWO = ((Layer(3, _C, _C), Layer(3, _C, _C)),)
_DEPTHWISE = Layer(3, _C, _C, _C, "3×3 each alone")
BLOCKS = {
    "plain": Block("two plain layers, as in VGG-16", _TWO),
    "residual": Block("a residual block, as in ResNet-34", _TWO, "add", True),
    "bottleneck": Block(
        "a bottleneck, as in ResNet-50",
        ((Layer(1, _C, 64), Layer(3, 64, 64), Layer(1, 64, _C)),),
        "add",
        True,
    ),
    "groups": Block(
        "a block of ResNeXt",
        (
            (
                Layer(1, _C, 128),
                Layer(3, 128, 128, 32, "3×3, 32 groups"),
                Layer(1, 128, _C),
            ),
        ),
        "add",
        True,
    ),
    "inception": _inception(),
    "dense": Block(
        "a layer of DenseNet",
        ((Layer(1, _C, 128), Layer(3, 128, 32)),),
        "append",
        True,
        _C + 32,
    ),
    "separable": Block(
        "a depthwise separable layer, as in MobileNet",
        ((_DEPTHWISE, Layer(1, _C, _C)),),
    ),
    "inverted": Block(
        "an inverted bottleneck, as in EfficientNet",
        (
            (
                Layer(1, _C, 6 * _C),
                Layer(3, 6 * _C, 6 * _C, 6 * _C, "3×3 each alone"),
                Layer(1, 6 * _C, _C),
            ),
        ),
        "add",
        True,
    ),
}
NAMES = {
    "plain (VGG-16)": "plain",
    "residual (ResNet-34)": "residual",
    "bottleneck (ResNet-50)": "bottleneck",
    "32 groups (ResNeXt)": "groups",
    "inception (GoogLeNet)": "inception",
    "dense (DenseNet)": "dense",
    "separable (MobileNet)": "separable",
    "inverted (EfficientNet)": "inverted",
}
ROWS = 5  # input, three layers at most, the end


def figure() -> go.Figure:
    """Draw boxes from top to bottom, lines between them, and the way around."""
    boxes = lines("blue", 1.5, fill="toself", fillcolor=color("blue_tint"))
    around = lines("vermillion", 4, "dot")
    drawn = go.Figure([lines("muted", 2), around, boxes, labels()])
    drawn.update_layout(sheet(420, (-2.1, 2.1), (ROWS - 0.4, -0.6)), hovermode=False)
    return drawn


def state(block: str) -> State:
    """Return lines, the skip, boxes and words of one block.

    Parameters
    ----------
    block : str
        A key of `BLOCKS`.
    """
    shown = BLOCKS[block]
    places = _places(shown)
    last = ROWS - 1
    paths: list[tuple[float, float]] = []
    for x, rows in places:
        stops = [0.0, *rows, float(last)]
        paths += [(0.0 if y in (0.0, last) else x, y) for y in stops]
        paths.append((np.nan, np.nan))
    boxes = [(x, y) for x, rows in places for y in rows]
    half = WIDE if len(places) == 1 else NARROW
    outline: list[tuple[float, float]] = []
    for x, y in boxes:
        outline += [
            (x + dx * half, y + dy * HALF_HEIGHT)
            for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
        ]
        outline.append((np.nan, np.nan))
    around = [(0.0, 0.0), (1.2, 0.0), (1.2, float(last)), (0.0, float(last))]
    end = f"{shown.outputs} channels out"
    if shown.end:
        end = f"{shown.end}: {end}"
    texts = [layer.text for branch in shown.branches for layer in branch]
    words_at = [(0.0, -0.25), *boxes, (0.0, last + 0.25)]
    return {
        **_xy(0, paths),
        **_xy(1, around if shown.skip else []),
        **_xy(2, outline),
        **_xy(3, words_at),
        "data[3].text": [f"{CHANNELS} channels in", *texts, end],
    }


def words(block: str) -> str:
    """Say what the block costs, and compare it with two plain layers.

    Parameters
    ----------
    block : str
        A key of `BLOCKS`.
    """
    shown, plain = BLOCKS[block], BLOCKS["plain"].cost
    cost = shown.cost
    deepest = max(
        sum(layer.kernel > 0 for layer in branch) for branch in shown.branches
    )
    text = (
        f"This is {shown.title}: {counted(deepest, 'layer')} deep, "
        f"{large(cost.parameters)} parameters, {large(cost.multiply_adds)} "
        f"multiply-adds on maps of {SIDE} × {SIDE}."
    )
    if cost == plain:
        return text if block == "plain" else f"{text} The skip costs nothing."
    ratio = plain.multiply_adds / cost.multiply_adds
    if ratio < 1:
        return f"{text} Two plain layers compute {1 / ratio:.1f} times less."
    return f"{text} Two plain layers compute {ratio:.1f} times as much."


def _places(block: Block) -> list[tuple[float, list[float]]]:
    """Return for each branch how far right it is, and how far down its layers are."""
    number = len(block.branches)
    across = np.arange(number) - (number - 1) / 2
    room = ROWS - 1
    return [
        (
            float(x),
            [room * (row + 1) / (len(branch) + 1) for row in range(len(branch))],
        )
        for x, branch in zip(across, block.branches, strict=True)
    ]


def _xy(number: int, points: list[tuple[float, float]]) -> State:
    x, y = np.array(points).reshape(-1, 2).T
    return {f"data[{number}].x": x, f"data[{number}].y": y}

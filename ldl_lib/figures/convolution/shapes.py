"""E7.2: shapes, parameters, multiply-adds and receptive field, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from ldl_lib.figures._shared import State, counted, plain_layout, significant, still
from ldl_lib.figures.convolution.explorer import along
from ldl_lib.figures.theme import color

Shape = tuple[int, ...]  # (height, width, channels), or (units,)


class Layer(NamedTuple):
    """One layer of a stack.

    Attributes
    ----------
    kind : {"conv", "max pool", "average pool", "flatten", "dense"}
    units : int
        Output maps of a convolution, units of a dense layer.
    size, stride : int
        Of the kernel or window, and from one window to the next.
    padding : {"valid", "same"}
    groups : int
        Into how many parts the channels are split, each with kernels of its own.
    """

    kind: str
    units: int = 0
    size: int = 1
    stride: int = 1
    padding: str = "valid"
    groups: int = 1

    @property
    def name(self) -> str:
        """Say kind, size and stride in few letters, as "conv 3×3/2"."""
        if not self.has_window:
            return self.kind
        stride = f"/{self.stride}" if self.stride > 1 else ""
        kind = self.kind.replace("average", "avg")
        return f"{kind} {self.size}×{self.size}{stride}"

    @property
    def has_window(self) -> bool:
        """Whether it looks at its input through a window."""
        return self.kind in ("conv", "max pool", "average pool")


class Network(NamedTuple):
    """An input's shape (height, width, channels), and the layers after it."""

    input: Shape
    layers: Sequence[Layer]


class Row(NamedTuple):
    """What one layer makes, and what it costs.

    Attributes
    ----------
    layer : Layer or None
        None for the input.
    shape : tuple of int
        (height, width, channels) or (units,).
    parameters, multiply_adds : int
        Weights and biases; products for one example.
    field : int
        Pixels of the input that one output cell depends on, across or down; 0 where a
        unit depends on all of them.
    """

    layer: Layer | None
    shape: Shape
    parameters: int
    multiply_adds: int
    field: int


def size_of(shape: Shape) -> int:
    """Return how many numbers an output of this shape holds."""
    product = 1
    for side in shape:
        product *= side
    return product


def rows(network: Network) -> list[Row]:
    """Go through a network layer by layer.

    Returns
    -------
    list of Row
        The input first. It ends early where a window no longer fits.
    """
    found = [Row(None, network.input, 0, 0, 1)]
    field, jump = 1, 1  # pixels that a cell sees; pixels from one cell to the next
    for layer in network.layers:
        shape = found[-1].shape
        if layer.has_window:
            field += (layer.size - 1) * jump
            jump *= layer.stride
            after = _after_window(layer, shape)
            if 0 in after:
                break
            inputs = size_of((layer.size, layer.size, shape[2])) // layer.groups
        else:
            after = (size_of(shape),) if layer.kind == "flatten" else (layer.units,)
            inputs = size_of(shape)
            field = 0
        learns = layer.kind in ("conv", "dense")
        parameters = (inputs + 1) * layer.units if learns else 0
        products = inputs * size_of(after) if learns else 0
        found.append(Row(layer, after, parameters, products, field))
    return found


def _after_window(layer: Layer, shape: Shape) -> Shape:
    sides = [
        along(side, layer.size, layer.stride, layer.padding).out for side in shape[:2]
    ]
    return (*sides, layer.units or shape[2])


def dense_instead(before: Shape, after: Shape) -> int:
    """Return the parameters of a dense layer between these two shapes."""
    return (size_of(before) + 1) * size_of(after)


# ---------------------------------------------------------------- stacks on offer

_POOL = Layer("max pool", size=2, stride=2)
_FLAT = Layer("flatten")

NETWORKS: dict[str, Network] = {
    "three layers, by hand": Network(
        (200, 300, 3),
        [Layer("conv", maps, 3, 2, "same") for maps in (100, 200, 400)],
    ),
    "CIFAR-10, first network": Network(
        (32, 32, 3),
        [
            Layer("conv", 64, 5, 2, "same"),
            Layer("conv", 64, 3, 2, "same"),
            _FLAT,
            Layer("dense", 10),
        ],
    ),
    "CIFAR-10, deeper network": Network(
        (32, 32, 3),
        [
            Layer("conv", 64, 4, 1, "same"),
            Layer("conv", 64, 2, 2, "same"),
            Layer("conv", 32, 3, 1, "same"),
            Layer("conv", 32, 3, 1, "same"),
            _POOL,
            _FLAT,
            Layer("dense", 64),
            Layer("dense", 64),
            Layer("dense", 10),
        ],
    ),
    "LeNet-5, simplified": Network(
        (32, 32, 1),
        [
            Layer("conv", 6, 5),
            Layer("average pool", size=2, stride=2),
            Layer("conv", 16, 5),
            Layer("average pool", size=2, stride=2),
            Layer("conv", 120, 5),
            _FLAT,
            Layer("dense", 84),
            Layer("dense", 10),
        ],
    ),
    "AlexNet": Network(
        (227, 227, 3),
        [
            Layer("conv", 96, 11, 4),
            Layer("max pool", size=3, stride=2),
            Layer("conv", 256, 5, 1, "same", groups=2),
            Layer("max pool", size=3, stride=2),
            Layer("conv", 384, 3, 1, "same"),
            Layer("conv", 384, 3, 1, "same", groups=2),
            Layer("conv", 256, 3, 1, "same", groups=2),
            Layer("max pool", size=3, stride=2),
            _FLAT,
            Layer("dense", 4096),
            Layer("dense", 4096),
            Layer("dense", 1000),
        ],
    ),
}
INPUTS: dict[str, Shape] = {
    "28 × 28 grey": (28, 28, 1),
    "32 × 32 colour": (32, 32, 3),
    "96 × 96 colour": (96, 96, 3),
}


def stack(
    input: str,
    convolutions: int,
    maps: int,
    size: int,
    stride: int,
    padding: str,
    pool: bool,
) -> Network:
    """Put a network together: equal convolutions, then ten outputs.

    Parameters
    ----------
    input : str
        A key of `INPUTS`.
    convolutions, maps : int
        How many layers, and maps of the first one; each further one has twice as many.
    size, stride : int
        Of every kernel.
    padding : {"valid", "same"}
    pool : bool
        Whether a max pooling layer, 2 × 2, follows each convolution.
    """
    layers = []
    for number in range(convolutions):
        layers.append(Layer("conv", maps * 2**number, size, stride, padding))
        layers += [_POOL] if pool else []
    return Network(INPUTS[input], [*layers, _FLAT, Layer("dense", 10)])


# ---------------------------------------------------------------- figure

# Where columns end, as shares of the width; the first two begin where they stand.
_TITLES = ("layer", "output", "parameters", "products", "field")
_PLACES = (0.0, 0.3, 0.68, 0.87, 1.0)
_BARS = ((2, 0.13), (3, 0.15))  # columns with a bar behind the number, and its length
_LINE = 27  # px of a row


def figure(lines: int) -> go.Figure:
    """Draw an empty table for networks of at most so many rows, the total included."""
    bars = [
        go.Bar(
            x=[],
            y=[],
            base=_PLACES[column] - length,
            orientation="h",
            width=0.8,
            marker={"color": color(name), "line": {"width": 0}},
            hoverinfo="skip",
        )
        for (column, length), name in zip(
            _BARS, ("blue_tint", "orange_tint"), strict=True
        )
    ]
    texts = [
        go.Scatter(
            x=[],
            y=[],
            text=[],
            mode="text",
            textposition="middle right" if column < 2 else "middle left",
            textfont={"size": 12, "color": color("ink")},
            cliponaxis=False,
            hoverinfo="skip",
        )
        for column in range(len(_TITLES))
    ]
    built = go.Figure([*bars, *texts])
    built.update_layout(
        plain_layout(
            _LINE * (lines + 1) + 16,
            barmode="overlay",
            margin={"l": 2, "r": 4, "t": 4, "b": 4},
            xaxis=still("", visible=False, range=[0, 1]),
            yaxis=still("", visible=False, range=[lines - 0.5, -1.5]),
            annotations=[
                {
                    "x": place,
                    "y": -1,
                    "text": f"<b>{title}</b>",
                    "showarrow": False,
                    "xanchor": "left" if column < 2 else "right",
                    "font": {"size": 12},
                }
                for column, (title, place) in enumerate(
                    zip(_TITLES, _PLACES, strict=True)
                )
            ],
        )
    )
    return built


def _written(row: Row) -> list[str]:
    name = row.layer.name if row.layer else "input"
    field = str(row.field) if row.field else "all"
    return [
        name,
        "×".join(f"{side:,}" for side in row.shape),
        f"{row.parameters:,}",
        short(row.multiply_adds),
        "\u00a0" if row.layer is None else field,
    ]


def short(number: int) -> str:
    """Write a count with three digits that matter: 84.9 M, 1,728."""
    for unit, size in (("G", 10**9), ("M", 10**6)):
        if number >= size:
            return f"{significant(number / size)} {unit}"
    return f"{number:,}" if number < 100_000 else f"{number / 1000:,.0f} k"


def state_of(found: Sequence[Row]) -> State:
    """Return the table's rows, with the sums below, and the bars behind them."""
    parameters = [row.parameters for row in found]
    products = [row.multiply_adds for row in found]
    blank = "\u00a0"
    last = ["all", blank, f"{sum(parameters):,}", short(sum(products)), blank]
    lines = [*(_written(row) for row in found), last]
    places = list(range(len(lines)))
    state: State = {}
    for number, counts in enumerate((parameters, products)):
        _, length = _BARS[number]
        total = max(1, sum(counts))
        state[f"data[{number}].x"] = [
            round(length * each / total, 4) for each in counts
        ]
        state[f"data[{number}].y"] = places[:-1]
    for column, place in enumerate(_PLACES):
        trace = column + len(_BARS)
        state[f"data[{trace}].x"] = [place] * len(lines)
        state[f"data[{trace}].y"] = places
        state[f"data[{trace}].text"] = [line[column] for line in lines]
    return state


def network_state(network: str) -> State:
    """Return the table of a well-known network, a key of `NETWORKS`."""
    return state_of(rows(NETWORKS[network]))


def network_words(network: str) -> str:
    """Say where the parameters of a network are, and where its products."""
    found = rows(NETWORKS[network])
    parameters = sum(row.parameters for row in found)
    products = sum(row.multiply_adds for row in found)
    dense = [row for row in found if row.layer and row.layer.kind == "dense"]
    said = f"{parameters:,} parameters, {short(products)} products for an image."
    if not dense:
        return f"{said} No dense layer: all of them belong to kernels."
    weights = sum(row.parameters for row in dense) / parameters
    work = sum(row.multiply_adds for row in dense) / products
    return (
        f"{said} The dense layers hold {weights:.0%} of the parameters and do "
        f"{work:.0%} of the products; convolutions have the rest."
    )


def stack_state(
    input: str,
    convolutions: int,
    maps: int,
    size: int,
    stride: int,
    padding: str,
    pool: bool,
) -> State:
    """Return the table of a stack; parameters as for `stack`."""
    return state_of(rows(stack(input, convolutions, maps, size, stride, padding, pool)))


def stack_words(
    input: str,
    convolutions: int,
    maps: int,
    size: int,
    stride: int,
    padding: str,
    pool: bool,
) -> str:
    """Count one layer's weights, and those of a dense layer in its place."""
    network = stack(input, convolutions, maps, size, stride, padding, pool)
    found = rows(network)
    first = found[1]
    channels = network.input[2]
    instead = dense_instead(network.input, first.shape)
    said = (
        f"The first convolution has ({size} · {size} · {channels} + 1) · {maps} = "
        f"{counted(first.parameters, 'parameter')}; a dense layer from the same "
        f"pixels to the same outputs would have {short(instead)}."
    )
    if len(found) <= len(network.layers):
        stuck = network.layers[len(found) - 1]
        height, width = found[-1].shape[:2]
        return (
            f"{said} Then it ends: a window of {stuck.size} × {stuck.size} does not "
            f"fit into {height} × {width}."
        )
    last = found[-3]
    height, width, depth = last.shape
    field = f"{last.field} × {last.field}"
    total = sum(row.parameters for row in found)
    return (
        f"{said} Of {total:,} in all, {found[-1].parameters / total:.0%} are in the "
        f"dense layer. A cell of the last {height} × {width} × {depth} output sees "
        f"{field} pixels."
    )

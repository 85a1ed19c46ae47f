"""E7.3: the maps of a trained network, and what each filter is good for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout, still
from ldl_lib.figures.pixels import data_uri
from ldl_lib.figures.theme import color

Array = NDArray[np.float32]

ARTIFACT = Path(__file__).parents[2] / "artifacts/07_feature_maps.npz"
LAYERS = (1, 2)
SIDE = 8  # maps in a row of the picture, and rows
FILTERS = SIDE * SIDE
STRIDE = 2
GREYS = 8
NAMES = -0.4  # where the axis of shares begins: room for the names of the classes


class Network(NamedTuple):
    """What the lab on CIFAR-10 stored: a network, photographs and counts.

    Attributes
    ----------
    kernels, biases : tuple of ndarray of float32
        Of both convolutions: (rows, columns, channels, filters) and (filters,).
    dense, bias : ndarray of float32, shape (4096, 10) and (10,)
        Of the softmax layer; inputs in the order row, column, filter.
    mean, sd : ndarray of float64, shape (3,)
        By which red, green and blue are standardised.
    images : ndarray of uint8, shape (10, 32, 32, 3)
        One validation image of each class.
    recall : ndarray of float64, shape (2, 64, 10)
        Share of each class that is recognised with a filter of a layer switched off.
    whole : ndarray of float64, shape (10,)
        The same with all filters.
    asked, training_examples : int
        How many validation images that was counted on, and how many trained it.
    class_names : tuple of str
        In the order of the outputs.
    attribution, licence : str
        Of the photographs.
    """

    kernels: tuple[Array, Array]
    biases: tuple[Array, Array]
    dense: Array
    bias: Array
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    images: NDArray[np.uint8]
    recall: NDArray[np.float64]
    whole: NDArray[np.float64]
    asked: int
    training_examples: int
    class_names: tuple[str, ...]
    attribution: str
    licence: str


@cache
def network() -> Network:
    """Return the first network of the lab on CIFAR-10, as a full run stored it."""
    with np.load(ARTIFACT) as file:
        stored = {name: file[name] for name in file.files}
    weights = {
        name: stored[name].astype(np.float32)
        for name in ("kernel1", "bias1", "kernel2", "bias2", "dense", "bias3")
    }
    return Network(
        kernels=(weights["kernel1"], weights["kernel2"]),
        biases=(weights["bias1"], weights["bias2"]),
        dense=weights["dense"],
        bias=weights["bias3"],
        mean=stored["mean"],
        sd=stored["sd"],
        images=stored["images"],
        recall=stored["recall"].astype(np.float64),
        whole=stored["whole"].astype(np.float64),
        asked=int(stored["asked"]),
        training_examples=int(stored["training_examples"]),
        class_names=tuple(map(str, stored["class_names"])),
        attribution=str(stored["attribution"]),
        licence=str(stored["licence"]),
    )


def windows(maps: Array, kernel: int) -> Array:
    """Cut out what each output of a convolution with stride 2 looks at.

    Pads with zeros as TensorFlow's "same" does: the odd one at the end.

    Parameters
    ----------
    maps : ndarray, shape (h, w, channels)
        Input of the layer; h and w are even.
    kernel : int
        Rows, and columns, of the filters.

    Returns
    -------
    ndarray, shape (h / 2, w / 2, channels, kernel, kernel)
        A view.
    """
    missing = kernel - STRIDE
    pad = (missing // 2, missing - missing // 2)
    padded = np.pad(maps, (pad, pad, (0, 0)))
    every = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (0, 1))
    view: Array = every[::STRIDE, ::STRIDE]
    return view


def convolve(maps: Array, kernel: Array, bias: Array) -> Array:
    """Return the maps of a convolution with stride 2 and ReLU.

    Parameters
    ----------
    maps : ndarray, shape (h, w, channels)
        Its input.
    kernel : ndarray, shape (rows, columns, channels, filters)
        Its filters.
    bias : ndarray, shape (filters,)
        One for each filter.

    Returns
    -------
    ndarray, shape (h / 2, w / 2, filters)
        Never negative.
    """
    seen = windows(maps, len(kernel))
    sums = np.tensordot(seen, kernel.transpose(2, 0, 1, 3), axes=3) + bias
    rectified: Array = np.maximum(sums, 0).astype(np.float32)
    return rectified


@cache
def maps(image: int) -> tuple[Array, Array]:
    """Return the maps of both layers for a stored image.

    Parameters
    ----------
    image : int
        Its number, which is its class.

    Returns
    -------
    tuple of ndarray
        Of the shapes (16, 16, 64) and (8, 8, 64).
    """
    net = network()
    pixels = ((net.images[image] - net.mean) / net.sd).astype(np.float32)
    first = convolve(pixels, net.kernels[0], net.biases[0])
    return first, convolve(first, net.kernels[1], net.biases[1])


def _softmax(z: Array) -> Array:
    shifted = np.exp(z - z.max(axis=-1, keepdims=True))
    probabilities: Array = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


@cache
def probabilities(image: int) -> Array:
    """Return the ten outputs for a stored image, with all filters."""
    net = network()
    return _softmax(maps(image)[1].ravel() @ net.dense + net.bias)


@cache
def probabilities_without(image: int, layer: int) -> Array:
    """Return the ten outputs for a stored image without each filter of a layer.

    Parameters
    ----------
    image : int
        Its number.
    layer : {1, 2}
        Where one filter at a time is switched off: its map is all 0.

    Returns
    -------
    ndarray, shape (64, 10)
        One filter a row.
    """
    net = network()
    first, second = maps(image)
    places = second.shape[0] * second.shape[1]
    dense = net.dense.reshape(places, FILTERS, -1)
    if layer == 2:
        sums = second.reshape(places, FILTERS).astype(np.float64)
        lost = np.einsum("pf,pfo->fo", sums, dense)
        return _softmax(second.ravel() @ net.dense + net.bias - lost)
    seen = windows(first, len(net.kernels[1]))
    sums = np.tensordot(seen, net.kernels[1].transpose(2, 0, 1, 3), axes=3)
    sums = sums + net.biases[1]
    results = []
    for off in range(FILTERS):
        lost = np.tensordot(seen[:, :, off], net.kernels[1][:, :, off], axes=2)
        left = np.maximum(sums - lost, 0).ravel()
        results.append(left @ net.dense + net.bias)
    return _softmax(np.array(results))


def picture(image: int, layer: int) -> NDArray[np.uint8]:
    """Pack all 64 maps of a layer into one picture, eight in a row.

    Parameters
    ----------
    image : int
        Number of the stored image.
    layer : {1, 2}
        Which layer.

    Returns
    -------
    ndarray of uint8, shape (8 (s + 1) + 1, 8 (s + 1) + 1)
        Maps of s × s places, white where they are among the largest half per
        cent of this layer, with grey lines between them.
    """
    found = maps(image)[layer - 1]
    bright = max(float(np.percentile(found, 99.5)), 1e-6)
    return packed(np.minimum(found / bright, 1))


def packed(values: Array) -> NDArray[np.uint8]:
    """Pack square pictures (s, s, 64) with values in 0..1 into one, lines between."""
    side = len(values)
    grey = np.full((SIDE * (side + 1) + 1,) * 2, 128, dtype=np.uint8)
    for number in range(FILTERS):
        top, left = (1 + (side + 1) * place for place in divmod(number, SIDE))
        grey[top : top + side, left : left + side] = np.rint(255 * values[..., number])
    return grey


def filter_pictures() -> NDArray[np.uint8]:
    """Pack the 64 filters of the first layer into one colour picture.

    Returns
    -------
    ndarray of uint8, shape (49, 49, 3)
        Each filter's weights for red, green and blue, stretched so that 0 is mid-grey
        and its largest weight, of either sign, is full.
    """
    kernel = network().kernels[0]
    stretched = 0.5 + 0.5 * kernel / np.abs(kernel).max(axis=(0, 1, 2))
    return np.stack([packed(stretched[:, :, c]) for c in range(3)], axis=-1)


def filters_figure() -> go.Figure:
    """Draw the filters of the first layer."""
    drawn = go.Figure()
    _show(drawn, filter_pictures(), "x", "y")
    shown = {"range": [0, 1], "visible": False, "fixedrange": True}
    drawn.update_layout(
        plain_layout(340, margin={"l": 8, "r": 8, "t": 8, "b": 8}),
        xaxis=shown | {"scaleanchor": "y", "constrain": "domain"},
        yaxis=shown,
        meta={
            "alt": "The 64 filters of the first layer as small colour pictures: edges "
            "from dark to light in various directions, and spots of colour."
        },
    )
    return drawn


def _show(drawn: go.Figure, image: NDArray[np.uint8], x: str, y: str) -> None:
    """Put a picture into the unit square of a pair of axes."""
    size = {"x": 0, "y": 1, "sizex": 1, "sizey": 1, "sizing": "stretch"}
    drawn.add_layout_image(
        size | {"source": data_uri(image), "xref": x, "yref": y, "layer": "below"}
    )


def figure() -> go.Figure:
    """Draw a photograph, its maps, and each class with and without a filter."""
    net = network()
    classes = np.arange(len(net.class_names))
    style = {"yaxis": "y2", "xaxis": "x2"}
    shown = "%{y}: %{x:.0%} recognised<extra></extra>"
    drawn = go.Figure(
        [
            # Axes are there only where a trace is.
            go.Scatter(x=[None], y=[None], showlegend=False),
            go.Scatter(x=[None], y=[None], showlegend=False, xaxis="x3", yaxis="y3"),
            go.Scatter(
                x=[],
                y=np.repeat(classes, 3),
                mode="lines",
                line={"color": color("axis"), "width": 2},
                hoverinfo="skip",
                showlegend=False,
                **style,
            ),
            go.Scatter(
                x=net.whole,
                y=classes,
                mode="markers",
                name="all filters",
                marker={"symbol": "circle", "size": 10, "color": color("blue")},
                hovertemplate=shown,
                **style,
            ),
            go.Scatter(
                x=[],
                y=classes,
                mode="markers",
                name="filter off",
                marker={"symbol": "diamond", "size": 10, "color": color("vermillion")},
                hovertemplate=shown,
                **style,
            ),
            go.Scatter(
                x=np.full(len(classes), NAMES),
                y=classes,
                text=net.class_names,
                mode="text",
                textposition="middle right",
                textfont={"color": color("ink")},
                hoverinfo="skip",
                showlegend=False,
                **style,
            ),
        ]
    )
    size = {"x": 0, "y": 1, "sizex": 1, "sizey": 1, "sizing": "stretch", "source": ""}
    grid = {"x": 0.5, "y": 0.5, "sizex": SIDE, "sizey": SIDE}
    whole_numbers = {"tickmode": "linear", "dtick": 1, "tick0": 1, "ticks": ""}
    square = {"constrain": "domain", "constraintoward": "left"}
    photo = {"range": [0, 1], "visible": False, "fixedrange": True}
    drawn.update_layout(
        plain_layout(760, margin={"l": 26, "r": 14, "t": 30, "b": 48}),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 0.465, "yanchor": "bottom"},
        images=[
            size | {"xref": "x3", "yref": "y3", "layer": "below"},
            size | grid | {"xref": "x", "yref": "y", "layer": "below"},
        ],
        shapes=[
            {"type": "rect", "xref": "x", "yref": "y"}
            | {"x0": 0, "x1": 0, "y0": 0, "y1": 0}
            | {"line": {"color": color("orange"), "width": 4}}
        ],
        annotations=[
            {"xref": "paper", "yref": "paper", "x": x, "y": 1, "xanchor": "left"}
            | {"yanchor": "bottom", "showarrow": False, "text": ""}
            for x in (0, 0.36)
        ],
        xaxis={"fixedrange": True}
        | whole_numbers
        | {"range": [0.5, SIDE + 0.5], "domain": [0.36, 1], "showgrid": False}
        | square
        | {"scaleanchor": "y"},
        yaxis={"fixedrange": True}
        | whole_numbers
        | {"range": [SIDE + 0.5, 0.5], "domain": [0.6, 1], "showgrid": False}
        | {"constrain": "domain", "constraintoward": "top"},
        xaxis2=still(
            "recognised",
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            ticktext=["0%", "25%", "50%", "75%", "100%"],
            range=[NAMES, 1.02],
            anchor="y2",
        ),
        yaxis2={
            "domain": [0, 0.46],
            "range": [len(classes) - 0.4, -0.6],
            "showticklabels": False,
            "showgrid": False,
            "ticks": "",
            "anchor": "x2",
            "fixedrange": True,
        },
        xaxis3=photo
        | square
        | {"domain": [0, 0.28], "anchor": "y3", "scaleanchor": "y3"},
        yaxis3=photo
        | {"domain": [0.7, 1], "anchor": "x3", "constrain": "domain"}
        | {"constraintoward": "top"},
    )
    return drawn


def number(row: int, column: int) -> int:
    """Return the number of a filter, from 0, from its place in the picture, from 1."""
    return SIDE * (row - 1) + column - 1


def state(image: str, layer: int, row: int, column: int) -> State:
    """Return photograph, maps, and each class with the chosen filter switched off.

    Parameters
    ----------
    image : str
        A class name: its stored photograph is shown.
    layer : {1, 2}
        Whose maps are shown.
    row, column : int
        Place of the filter in the picture, from 1 to 8.
    """
    net = network()
    shown = net.class_names.index(image)
    off = net.recall[layer - 1, number(row, column)]
    gaps = np.full(len(off), np.nan)
    return {
        "layout.images[0].source": _photograph(shown),
        "layout.images[1].source": _maps_source(shown, layer),
        "layout.annotations[0].text": image,
        "layout.annotations[1].text": f"64 maps of layer {layer}",
        "layout.shapes[0].x0": column - 0.5,
        "layout.shapes[0].x1": column + 0.5,
        "layout.shapes[0].y0": row - 0.5,
        "layout.shapes[0].y1": row + 0.5,
        "data[2].x": np.column_stack([net.whole, off, gaps]).ravel(),
        "data[4].x": off,
    }


@cache
def _photograph(image: int) -> str:
    return data_uri(network().images[image], quality=85)


@cache
def _maps_source(image: int, layer: int) -> str:
    return data_uri(picture(image, layer), colours=GREYS)


def words(image: str, layer: int, row: int, column: int) -> str:
    """Say which class suffers most, which gains, and what happens to this image."""
    net = network()
    shown, off = net.class_names.index(image), number(row, column)
    change = net.recall[layer - 1, off] - net.whole
    least, most = int(change.argmin()), int(change.argmax())
    before = float(probabilities(shown)[shown])
    after = float(probabilities_without(shown, layer)[off, shown])
    active = float((maps(shown)[layer - 1][:, :, off] > 0).mean())
    gain = "No class gains. "
    if change[most] > 0:
        gain = f"Most is gained by {_points(net, layer, off, most)}. "
    return (
        f"Filter {off + 1} of layer {layer} is above 0 at {active:.0%} of the places "
        f"of this image. Switched off, it is missed most by "
        f"{_points(net, layer, off, least)} recognised. {gain}"
        f"The probability that this is a {image} goes from {fixed(before, 2)} to "
        f"{fixed(after, 2)}."
    )


def _points(net: Network, layer: int, off: int, label: int) -> str:
    after = net.recall[layer - 1, off, label]
    return f"{net.class_names[label]}: {net.whole[label]:.0%} → {after:.0%}"


def losses(layer: int) -> NDArray[np.float64]:
    """Return how much recall each class loses without each filter of a layer.

    Returns
    -------
    ndarray, shape (64, 10)
        Negative where a class is recognised more often without the filter.
    """
    net = network()
    lost: NDArray[np.float64] = net.whole - net.recall[layer - 1]
    return lost

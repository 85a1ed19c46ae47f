"""E3.5: a network that trains in the page itself, on points in the plane.

The widget is the folder ``ldl_lib/explore/front/widgets/playground``; here are its
options, its colours and the words it starts with.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ldl_lib.figures._shared import State, counted
from ldl_lib.figures.theme import COLORS, DIVERGING

ID = "playground"

DATASETS = {
    "circle": "circle",
    "XOR": "xor",
    "two clouds": "gaussians",
    "spiral": "spiral",
    "two moons": "moons",
    "stripes": "stripes",
    "your own points": "own",
}
STARTS = {
    "uniform, ±1": "uniform",
    "Glorot, uniform": "glorot_uniform",
    "Glorot, normal": "glorot_normal",
    "He, uniform": "he_uniform",
    "He, normal": "he_normal",
    "LeCun, uniform": "lecun_uniform",
    "LeCun, normal": "lecun_normal",
    "all zero": "zeros",
}
ACTIVATIONS = {
    "tanh": "tanh",
    "logistic": "logistic",
    "ReLU": "relu",
    "leaky ReLU": "leaky relu",
    "leaky tanh": "leaky tanh",
    "ELU": "elu",
    "SELU": "selu",
    "softplus": "softplus",
    "GELU": "gelu",
    "swish": "swish",
    "mish": "mish",
    "linear": "linear",
}
OPTIMIZERS = (
    *("SGD", "momentum", "Nesterov", "AdaGrad", "RMSProp"),
    *("Adam", "AdaMax", "AdamW", "Nadam"),
)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
STRENGTHS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
BATCHES = (1, 2, 5, 10, 20, 50, "all")


HIDDEN = ("h1", "h2", "h3", "h4")  # hidden layers; one of 0 units is left out
MOST_UNITS = 8

# What the controls start with.
DEFAULTS: dict[str, Any] = {
    "speed": "normal",
    "test": True,
    "dataset": "circle",
    "count": 200,
    "noise": 0.1,
    "share": 50,
    "seed": 1,
    "h1": 4,
    "h2": 2,
    "h3": 0,
    "h4": 0,
    "activation": "tanh",
    "start": "glorot_uniform",
    "weights_seed": 1,
    "loss": "cross entropy",
    "optimizer": "SGD",
    "rate": 0.1,
    "batch": 10,
    "penalty": "none",
    "strength": 0.001,
}

LABELS = {
    "test": "show test points",
    "dataset": "data set",
    "count": "points in all",
    "share": "for training",
    "seed": "seed of the points",
    "h1": "hidden layer 1",
    "h2": "hidden layer 2",
    "h3": "hidden layer 3",
    "h4": "hidden layer 4",
    "start": "starting weights",
    "weights_seed": "seed of the weights",
    "rate": "learning rate η",
    "batch": "batch size",
    "penalty": "penalty on weights",
    "strength": "strength of the penalty",
}

_NEEDED = (
    *("blue", "vermillion"),
    *("green", "purple", "ink", "muted", "axis", "grid", "paper"),
)
# What the plane holds before the reader draws: x1, x2, class.
_OWN = (
    *((-0.9, 0.9, 1), (-1.2, 0.3, 1), (-1.2, -0.4, 1), (-0.9, -1.0, 1)),
    *((-0.3, 1.3, 1), (0.4, 1.3, 1), (-0.3, -1.4, 1), (0.4, -1.4, 1)),
    *((-0.2, 0.2, 0), (0.3, -0.3, 0), (0.4, 0.4, 0), (1.0, 0.0, 0)),
    *((1.4, 0.6, 0), (1.4, -0.6, 0), (0.9, -0.7, 0), (0.9, 0.7, 0)),
)

# For each colour its light and its dark hex: the widget follows the page's theme.
CONSTANTS: dict[str, Any] = {
    "colors": {name: list(COLORS[name]) for name in _NEEDED},
    "scale": DIVERGING,
    "datasets": [[name, label] for label, name in DATASETS.items()],
    "most": MOST_UNITS,
    "own": [list(point) for point in _OWN],
}


def layer_sizes(h1: int, h2: int, h3: int, h4: int) -> list[int]:
    """Return the number of units of each layer, inputs and output included."""
    return [2, *(units for units in (h1, h2, h3, h4) if units), 1]


def parameters(sizes: Sequence[int]) -> int:
    """Count weights and biases of a network with layers of these sizes."""
    return sum((before + 1) * units for before, units in itertools.pairwise(sizes))


def _sizes(values: dict[str, Any]) -> list[int]:
    return layer_sizes(*(values[name] for name in HIDDEN))


def state(**values: Any) -> State:
    """Return what the widget's `read` must return for these control values."""
    sizes = _sizes(values)
    return {"layout.meta.layers": sizes, "layout.meta.epochs": 0}


def words(**values: Any) -> str:
    """Say what the network is before it has been trained."""
    sizes = _sizes(values)
    count = f"{parameters(sizes)} weights and biases"
    if values["start"] == "zeros":
        count += ", all 0"
    if len(sizes) == 2:
        network = f"One neuron and no hidden layer: {count}"
    else:
        layers = counted(len(sizes) - 2, "hidden layer")
        network = f"{layers}, {counted(sum(sizes[1:-1]), 'hidden unit')}, {count}"
    return f"{network}. Not trained yet: press Play or Step."


@dataclass(frozen=True)
class Setting:
    """A link that sets the playground on the same page.

    Attributes
    ----------
    text : str
        What the link says.
    values : dict
        A value for every control.
    """

    text: str
    values: dict[str, Any]

    @property
    def address(self) -> str:
        """The fragment of the page's address that carries the values."""
        written = {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in self.values.items()
        }
        return f"#ldl-{ID}?{urlencode(written)}"

    @property
    def changes(self) -> str:
        """What differs from the defaults, for those who set it by hand."""
        return ", ".join(
            f"{LABELS.get(name, name)} {value}"
            for name, value in self.values.items()
            if value != DEFAULTS[name]
        )

    def __repr__(self) -> str:
        return f"{self.text} ({self.changes})"

    def _repr_html_(self) -> str:
        link = f'<a href="{html.escape(self.address)}">{html.escape(self.text)}</a>'
        changes = html.escape(self.changes)
        return f"<p>Set the playground: {link} <small>({changes})</small></p>"


def setting(text: str, **changes: Any) -> Setting:
    """Return a link to the playground with some controls changed.

    Parameters
    ----------
    text : str
        What the link says.
    **changes
        Values of the controls that differ from `DEFAULTS`.

    Raises
    ------
    ValueError
        If there is no such control.
    """
    unknown = sorted(changes.keys() - DEFAULTS.keys())
    if unknown:
        raise ValueError(f"no control {unknown[0]!r}: there are {', '.join(DEFAULTS)}")
    return Setting(text, DEFAULTS | changes)

"""A network: layers in a row, with all weights in one vector."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ldl_lib.nn.layers import Layer
from ldl_lib.nn.losses import require_finite

__all__ = ["Network"]

Array = NDArray[np.floating[Any]]


class Network:
    """Layers in a row.

    Parameters
    ----------
    inputs : int
        Numbers an example has.
    layers : sequence of Layer
        From the inputs to the outputs. They belong to this network from now on.
    seed : int, optional
        Makes the starting weights (and dropout) reproducible.
    dtype : {float64, float32}
        Of everything that is computed.

    Attributes
    ----------
    layers : list of Layer
    weights, gradient : ndarray, shape (parameters,)
        All parameters, and the loss differentiated by them, layer by layer. The arrays
        in ``layer.parameters`` and ``layer.gradients`` are views of these, so an
        optimizer need not know of layers.

    Examples
    --------
    >>> network = Network(784, [Dense(25, "tanh"), Dense(10, "logistic")], seed=1)
    >>> network.weights.size
    19885
    """

    def __init__(
        self,
        inputs: int,
        layers: Sequence[Layer],
        *,
        seed: int | None = None,
        dtype: DTypeLike = np.float64,
    ):
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float64, np.float32):
            raise ValueError(f"dtype must be float64 or float32, got {self.dtype}")
        if inputs < 1 or not layers:
            raise ValueError(
                "a network needs at least 1 input and 1 layer, "
                f"got {inputs} and {len(layers)}"
            )
        if len({id(layer) for layer in layers}) < len(layers):
            raise ValueError("the same layer stands twice: make a new one each time")
        self.inputs = inputs
        self.layers = list(layers)
        self._allocate(np.random.default_rng(seed))

    def _allocate(self, rng: np.random.Generator) -> None:
        """Draw the starting weights and lay them out in one vector."""
        units = self.inputs
        for layer in self.layers:
            layer.parameters = layer.build(units, rng)
            units = layer.units(units)
            layer.averages = {
                name: values.astype(self.dtype)
                for name, values in layer.averages.items()
            }
        self.outputs = units
        starts = [v.ravel() for layer in self.layers for v in layer.parameters.values()]
        self.weights = np.concatenate([*starts, []]).astype(self.dtype)
        self.gradient = np.zeros_like(self.weights)
        self._connect()

    def _connect(self) -> None:
        """Make all arrays of the layers views of the two vectors."""
        at = 0
        for layer in self.layers:
            for name, values in layer.parameters.items():
                part = slice(at, at + values.size)
                layer.parameters[name] = self.weights[part].reshape(values.shape)
                layer.gradients[name] = self.gradient[part].reshape(values.shape)
                at += values.size

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A copy's arrays are no views any more: without this it would not learn.
        self.__dict__.update(state)
        self._connect()

    def forward(self, X: ArrayLike, training: bool = False) -> Array:
        """Compute the outputs of a batch.

        Parameters
        ----------
        X : array_like, shape (batch, inputs)
            One example a row. For recurrent layers (batch, steps, inputs).
        training : bool
            Whether batch normalisation and dropout behave as in training.

        Returns
        -------
        ndarray, shape (batch, outputs)

        Raises
        ------
        ValueError
            If the batch is empty, an example has another number of inputs, or a value
            is not finite.
        """
        return self.batch_forward(self.examples(X), training)

    def batch_forward(self, X: Array, training: bool = False) -> Array:
        """Do as `forward` does, for examples known to be good (used while training)."""
        for layer in self.layers:
            X = layer.forward(X, training)
        return X

    def backward(self, gradient: Array) -> Array:
        """Carry a gradient back through the layers, filling `gradient` on the way.

        Parameters
        ----------
        gradient : ndarray, shape (batch, outputs)
            The loss differentiated by the outputs of the last `forward`.

        Returns
        -------
        ndarray, shape (batch, inputs)
            The loss differentiated by the inputs.

        Raises
        ------
        ValueError
            If the gradient has not the shape of the outputs.
        """
        gradient = np.asarray(gradient, self.dtype)
        shape = self.layers[-1].outputs.shape
        if gradient.shape != shape:
            raise ValueError(
                f"the gradient has shape {gradient.shape}, the outputs of the last "
                f"forward pass {shape}: call forward with the same batch first"
            )
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        return gradient

    def predict(self, X: ArrayLike, batch_size: int = 1000) -> Array:
        """Compute the outputs of many examples, some at a time.

        Returns
        -------
        ndarray, shape (examples, outputs)
        """
        X = self.examples(X)
        starts = range(0, len(X), batch_size)
        return np.concatenate(
            [self.batch_forward(X[start : start + batch_size]) for start in starts]
        )

    def examples(self, X: ArrayLike) -> Array:
        """Check examples and return them in the network's dtype."""
        X = np.asarray(X)
        axes = max(layer.axes for layer in self.layers)
        if X.ndim != axes or X.shape[-1] != self.inputs or X.size == 0:
            hint = ""
            if X.ndim > axes == 2 and math.prod(X.shape[1:]) == self.inputs:
                hint = "; flatten them with X.reshape(len(X), -1)"
            shape = "(examples, steps, {})" if axes == 3 else "(examples, {})"
            raise ValueError(
                f"expected at least one example of {self.inputs} inputs, shape "
                f"{shape.format(self.inputs)}, got shape {X.shape}{hint}"
            )
        X = X.astype(self.dtype, copy=False)
        require_finite("inputs", X)
        return X

    def state(self) -> dict[str, Array]:
        """Return copies of all that training changes, for `restore`."""
        state = {"weights": self.weights.copy()}
        for number, layer in enumerate(self.layers):
            for name, values in layer.averages.items():
                state[f"{number}.{name}"] = values.copy()
        return state

    def restore(self, state: dict[str, Array]) -> None:
        """Go back to an earlier `state`.

        Raises
        ------
        ValueError
            If it belongs to another network; nothing is changed then.
        """
        own = self.state()
        shapes = {name: values.shape for name, values in state.items()}
        if shapes != {name: values.shape for name, values in own.items()}:
            raise ValueError(
                f"this state has arrays {shapes}, which do not fit this network"
            )
        self.weights[...] = state["weights"]
        for number, layer in enumerate(self.layers):
            for name, values in layer.averages.items():
                values[...] = state[f"{number}.{name}"]

"""Layers: each turns a batch forward, and a gradient backward.

Shapes, as on the companion's notation page: a batch X has one example a row,
(batch, inputs); weights W have one neuron a row, (units, inputs). So z = X Wᵀ + b.

References
----------
.. [1] I. Goodfellow et al., "Maxout Networks", ICML 2013.
.. [2] S. Ioffe, C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
   Reducing Internal Covariate Shift", ICML 2015.
.. [3] N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
   Overfitting", JMLR 15, 2014.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ldl_lib.nn.activations import activation
from ldl_lib.nn.initializers import Initializer, initializer

__all__ = ["Activate", "BatchNorm", "Dense", "Dropout", "Layer", "Maxout"]

Array = NDArray[np.floating[Any]]


class Layer:
    """What all layers share.

    Attributes
    ----------
    parameters, gradients : dict of str to ndarray
        What is learnt, and the loss differentiated by it. Views into the network's
        two long vectors.
    averages : dict of str to ndarray
        What is not learnt but belongs to the layer's state, such as running means.
    outputs, output_gradient : ndarray, shape (batch, units)
        Of the last pass forward, and of the last pass backward.
    axes : int
        How many axes a batch has that this layer can be the first to take.
    """

    axes = 2

    def __init__(self) -> None:
        self.parameters: dict[str, Array] = {}
        self.gradients: dict[str, Array] = {}
        self.averages: dict[str, Array] = {}
        self.outputs: Array = np.empty((0, 0))  # until there is a pass
        self.output_gradient: Array = np.empty((0, 0))

    def build(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return the starting values of all parameters, given the number of inputs."""
        return {}

    def units(self, inputs: int) -> int:
        """Return the number of outputs, given the number of inputs."""
        return inputs

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return the outputs, and keep what `backward` will need."""
        raise NotImplementedError

    def backward(self, gradient: Array) -> Array:
        """Fill `gradients`; return the gradient by the inputs of the last `forward`.

        Parameters
        ----------
        gradient : ndarray, shape (batch, units)
            The loss differentiated by this layer's outputs.
        """
        raise NotImplementedError


class Dense(Layer):
    """Fully connected: a = f(X Wᵀ + b).

    Parameters
    ----------
    units : int
        Number of neurons.
    activation : str
        A name in `ACTIVATIONS`.
    initializer : str or Initializer
        How W starts.
    bias : float
        Where every b starts.

    Attributes
    ----------
    z : ndarray, shape (batch, units)
        Weighted sums of the last pass forward.
    """

    def __init__(
        self,
        units: int,
        activation: str = "linear",
        initializer: str | Initializer = "glorot_uniform",
        bias: float = 0.0,
    ):
        super().__init__()
        self._units = _count("units", units)
        self.activation = _activation(activation)
        self.initializer = _initializer(initializer)
        self.bias = bias

    def build(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Draw W and fill b."""
        W = self.initializer(inputs, self._units, rng)
        return {"W": W, "b": np.full(self._units, self.bias)}

    def units(self, inputs: int) -> int:
        """Return the number of neurons."""
        return self._units

    def forward(self, X: Array, training: bool = False) -> Array:
        """Compute f(X Wᵀ + b)."""
        self.inputs = X
        self.z = X @ self.parameters["W"].T + self.parameters["b"]
        self.outputs = self.activation.value(self.z)
        return self.outputs

    def backward(self, gradient: Array) -> Array:
        """Fill the gradients by W and b; return that by X."""
        self.output_gradient = gradient
        error = self.activation.backward(self.z, gradient)  # by z
        np.dot(error.T, self.inputs, out=self.gradients["W"])
        error.sum(axis=0, out=self.gradients["b"])
        return error @ self.parameters["W"]


class Activate(Layer):
    """An activation function as a layer, to put something between it and the sums.

    Parameters
    ----------
    activation : str
        A name in `ACTIVATIONS`.
    """

    def __init__(self, activation: str):
        super().__init__()
        self.activation = _activation(activation)

    def forward(self, X: Array, training: bool = False) -> Array:
        """Compute f(X)."""
        self.z = X
        self.outputs = self.activation.value(X)
        return self.outputs

    def backward(self, gradient: Array) -> Array:
        """Multiply by the slopes at X."""
        self.output_gradient = gradient
        return self.activation.backward(self.z, gradient)


class Maxout(Layer):
    """Each unit is the largest of several weighted sums: a learnt activation [1]_.

    Parameters
    ----------
    units : int
        Number of neurons.
    pieces : int
        Sums a neuron.
    initializer : str or Initializer
        How W starts.
    """

    def __init__(
        self,
        units: int,
        pieces: int = 3,
        initializer: str | Initializer = "glorot_uniform",
    ):
        super().__init__()
        self._units = _count("units", units)
        self.pieces = _count("pieces", pieces)
        self.initializer = _initializer(initializer)

    def build(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Draw W, with `pieces` rows a neuron; b is 0."""
        W = self.initializer(inputs, self._units, rng, self.pieces)
        return {"W": W, "b": np.zeros(self._units * self.pieces)}

    def units(self, inputs: int) -> int:
        """Return the number of neurons."""
        return self._units

    def forward(self, X: Array, training: bool = False) -> Array:
        """Compute the largest of each neuron's sums."""
        self.inputs = X
        z = X @ self.parameters["W"].T + self.parameters["b"]
        z = z.reshape(len(X), self._units, self.pieces)
        self.winners = z.argmax(axis=2)[:, :, None]  # the first of equals
        self.outputs = np.take_along_axis(z, self.winners, axis=2)[:, :, 0]
        return self.outputs

    def backward(self, gradient: Array) -> Array:
        """Pass each gradient to the sum that was largest."""
        self.output_gradient = gradient
        error = np.zeros((*gradient.shape, self.pieces), gradient.dtype)
        np.put_along_axis(error, self.winners, gradient[:, :, None], axis=2)
        error = error.reshape(len(gradient), -1)
        np.dot(error.T, self.inputs, out=self.gradients["W"])
        error.sum(axis=0, out=self.gradients["b"])
        return error @ self.parameters["W"]


class BatchNorm(Layer):
    """Batch normalisation: give every unit mean 0 and variance 1, then γ and β [2]_.

    In training, mean and variance are those of the batch, and running averages of them
    are kept: average ← momentum · average + (1 − momentum) · batch. At inference the
    averages are used, so that an example's output does not depend on its neighbours.

    Parameters
    ----------
    momentum : float
        Share of the running averages that stays, as in Keras. (PyTorch's momentum is
        one minus this.)
    epsilon : float
        Added to the variance.

    Notes
    -----
    The running variance is averaged from variances that divide by n, as in Keras;
    PyTorch divides by n − 1 there.
    """

    def __init__(self, momentum: float = 0.9, epsilon: float = 1e-5):
        super().__init__()
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be at least 0 and below 1, got {momentum}")
        if not epsilon > 0:
            raise ValueError(f"epsilon must be a positive number, got {epsilon}")
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Start with γ = 1 and β = 0, averages 0 and 1."""
        self.averages = {"mean": np.zeros(inputs), "variance": np.ones(inputs)}
        return {"gamma": np.ones(inputs), "beta": np.zeros(inputs)}

    def forward(self, X: Array, training: bool = False) -> Array:
        """Normalise each unit, then scale by γ and shift by β."""
        self.training = training
        if training:
            mean, variance = self._moments(X)
        else:
            mean, variance = self.averages["mean"], self.averages["variance"]
        self.deviation = np.sqrt(variance + self.epsilon)
        self.normalized = (X - mean) / self.deviation
        self.outputs = (
            self.parameters["gamma"] * self.normalized + self.parameters["beta"]
        )
        return self.outputs

    def _moments(self, X: Array) -> tuple[Array, Array]:
        if len(X) < 2:
            raise ValueError(
                "batch normalisation cannot train on a batch of 1 example, whose "
                "variance is 0: choose a batch size that leaves no example alone"
            )
        mean, variance = X.mean(axis=0), X.var(axis=0)
        for name, batch in {"mean": mean, "variance": variance}.items():
            average = self.averages[name]
            average *= self.momentum
            average += (1 - self.momentum) * batch
        return mean, variance

    def backward(self, gradient: Array) -> Array:
        """Fill the gradients by γ and β; return that by X."""
        self.output_gradient = gradient
        normalized = self.normalized
        (gradient * normalized).sum(axis=0, out=self.gradients["gamma"])
        gradient.sum(axis=0, out=self.gradients["beta"])
        by_normalized = gradient * self.parameters["gamma"]
        if not self.training:
            return by_normalized / self.deviation
        # Mean and variance depend on the batch too: two directions carry no gradient.
        along = normalized * (by_normalized * normalized).mean(axis=0)
        return (by_normalized - by_normalized.mean(axis=0) - along) / self.deviation


class Dropout(Layer):
    """Switch off a random share of the units in training, never at inference [3]_.

    Those that stay are divided by the share that stays (*inverted* dropout), so that
    the expected output is the same in both modes.

    Parameters
    ----------
    rate : float
        Share that is switched off, in [0, 1).
    """

    def __init__(self, rate: float):
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"rate must be at least 0 and below 1, got {rate}")
        self.rate = rate

    def build(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Take a random generator of its own; there is nothing to learn."""
        self.rng = rng.spawn(1)[0]  # its own, so that it cannot disturb other draws
        return {}

    def forward(self, X: Array, training: bool = False) -> Array:
        """Draw a new mask in training, else pass X on."""
        if training:
            stays = self.rng.random(X.shape) >= self.rate
            self.mask = stays.astype(X.dtype) / (1 - self.rate)
        else:
            self.mask = np.ones_like(X)
        self.outputs = X * self.mask
        return self.outputs

    def backward(self, gradient: Array) -> Array:
        """Apply the mask of the last `forward`."""
        self.output_gradient = gradient
        return gradient * self.mask


# Parameters hide the functions of the same name above.
_activation = activation
_initializer = initializer


def _count(name: str, value: int) -> int:
    if isinstance(value, bool) or int(value) != value or value < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, got {value}")
    return int(value)

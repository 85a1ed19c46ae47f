"""Recurrent layers: one set of weights, used again at every step of a sequence.

Shapes: a batch of sequences X is (batch, steps, inputs). Input weights W are
(gates · units, inputs) and recurrent weights U (gates · units, units), one neuron a
row, the gates below each other. With the logistic function σ and ⊙ for products of
single elements, a step from h to h′ computes

=========  ===========================================================================
SimpleRNN  h′ = f(x Wᵀ + h Uᵀ + b)
LSTM       i, f, o = σ(x Wᵀ + h Uᵀ + b) of each gate's rows, g = tanh(…) of its own;
           c′ = f ⊙ c + i ⊙ g,  h′ = o ⊙ tanh(c′)  [1]_ [2]_; with peepholes [3]_ the
           gates also see the cell: i and f + p ⊙ c, o + p ⊙ c′
GRU        r, u = σ(…), n = tanh(x Wᵀ + … + b), h′ = (1 − u) ⊙ n + u ⊙ h, where … is
           r ⊙ (h Uᵀ + c) for the reset after, (r ⊙ h) Uᵀ for the reset before [4]_
=========  ===========================================================================

Keras and PyTorch compute the same, but store it otherwise: Keras keeps W and U
transposed and the GRU's gates in the order u, r, n; PyTorch orders gates as here but
has two biases where one would do, and both frameworks reset after by default. In
Chung et al.'s comparison [5]_ u and 1 − u have changed places.

References
----------
.. [1] S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9,
   1997.
.. [2] F. Gers, J. Schmidhuber, F. Cummins, "Learning to Forget: Continual Prediction
   with LSTM", Neural Computation 12, 2000.
.. [3] F. Gers, J. Schmidhuber, "Recurrent Nets that Time and Count", IJCNN 2000.
.. [4] K. Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder for
   Statistical Machine Translation", EMNLP 2014.
.. [5] J. Chung et al., "Empirical Evaluation of Gated Recurrent Neural Networks on
   Sequence Modeling", 2014.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ldl_lib.nn.activations import ACTIVATIONS, activation
from ldl_lib.nn.initializers import Initializer, initializer
from ldl_lib.nn.layers import Layer, _count

__all__ = ["GRU", "LSTM", "Recurrent", "SimpleRNN"]

Array = NDArray[np.floating[Any]]
State = tuple[Array, ...]  # h, and for LSTM c: each (batch, units)

_logistic = ACTIVATIONS["logistic"].value
_activation = activation
_initializer = initializer


class Recurrent(Layer):
    """What recurrent layers share: the walk along the sequence, and the way back.

    Parameters
    ----------
    units : int
        Numbers in the hidden state h.
    every_step : bool
        Return h after every step, (batch, steps, units), not only after the last.
    initializer : str or Initializer
        How each gate's part of W starts. Each gate's part of U starts as a random
        rotation, which keeps lengths, and biases at 0 but for LSTM's forget gate.

    Attributes
    ----------
    states : list of tuple of ndarray, (batch, units) each
        Of the last pass forward: before the first step, then after each.
    state_gradients : list of tuple of ndarray, (batch, units) each
        Of the last pass backward: the loss differentiated by each of `states`, by all
        ways that lead from it to the loss.
    """

    axes = 3
    gates = 1
    cells = 1  # arrays that make up the state

    def __init__(
        self,
        units: int,
        every_step: bool = False,
        initializer: str | Initializer = "glorot_uniform",
    ):
        super().__init__()
        self._units = _count("units", units)
        self.every_step = every_step
        self.initializer = _initializer(initializer)
        self.states: list[State] = []
        self.state_gradients: list[State] = []

    def build(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Draw W and U gate by gate; fill b."""
        units = self._units
        W = [self.initializer(inputs, units, rng) for _ in range(self.gates)]
        U = [_rotation(units, rng) for _ in range(self.gates)]
        return {
            "W": np.concatenate(W),
            "U": np.concatenate(U),
            "b": np.zeros(self.gates * units),
        }

    def units(self, inputs: int) -> int:
        """Return the number of units."""
        return self._units

    def start(self, batch: int) -> State:
        """Return the state before the first step: zeros."""
        zeros = np.zeros((batch, self._units), self.parameters["W"].dtype)
        return (zeros,) * self.cells

    def step(self, x: Array, state: State) -> State:
        """Take one step, as when a text is written letter by letter.

        Parameters
        ----------
        x : ndarray, shape (batch, inputs)
        state : tuple of ndarray, shape (batch, units) each
            As `start` or an earlier `step` returned it. Its first array is h.
        """
        return self._step(x @ self.parameters["W"].T + self.parameters["b"], state)[0]

    def forward(self, X: Array, training: bool = False) -> Array:
        """Walk along the sequences, from zeros."""
        self.inputs = X
        # What the inputs add to the sums needs no state: all steps at once.
        fed = X @ self.parameters["W"].T + self.parameters["b"]
        self.states, self.kept = [self.start(len(X))], []
        for t in range(X.shape[1]):
            state, kept = self._step(fed[:, t], self.states[-1])
            self.states.append(state)
            self.kept.append(kept)
        after = [state[0] for state in self.states[1:]]
        self.outputs = np.stack(after, axis=1) if self.every_step else after[-1]
        return self.outputs

    def backward(self, gradient: Array) -> Array:
        """Carry the gradient back through time; fill those by all weights.

        Parameters
        ----------
        gradient : ndarray, shape (batch, units) or (batch, steps, units)
            The loss differentiated by the outputs.
        """
        self.output_gradient = gradient
        for values in self.gradients.values():
            values[...] = 0
        steps, W = self.inputs.shape[1], self.parameters["W"]
        by_fed = np.empty((*self.inputs.shape[:2], len(W)), W.dtype)
        by_state = tuple(np.zeros_like(each) for each in self.states[-1])
        self.state_gradients = []
        for t in range(steps - 1, -1, -1):
            if self.every_step or t == steps - 1:
                arrived = gradient[:, t] if self.every_step else gradient
                by_state = (by_state[0] + arrived, *by_state[1:])
            self.state_gradients.append(by_state)
            by_fed[:, t], by_state = self._back(self.kept[t], self.states[t], by_state)
        self.state_gradients = [*self.state_gradients, by_state][::-1]
        self.gradients["W"] += np.tensordot(by_fed, self.inputs, axes=([0, 1], [0, 1]))
        self.gradients["b"] += by_fed.sum(axis=(0, 1))
        return by_fed @ W

    def _step(self, fed: Array, state: State) -> tuple[State, Any]:
        """Return the next state, and what `_back` will need."""
        raise NotImplementedError

    def _back(self, kept: Any, before: State, by_state: State) -> tuple[Array, State]:
        """Return the gradients by `fed` and by the state before; add that by U."""
        raise NotImplementedError

    def _through_u(self, error: Array, h: Array) -> Array:
        """Add the gradient by U of h Uᵀ; return that by h."""
        self.gradients["U"] += error.T @ h
        return error @ self.parameters["U"]


class SimpleRNN(Recurrent):
    """One neuron layer that also sees its own outputs of the step before.

    Parameters
    ----------
    units, every_step, initializer
        As in `Recurrent`.
    activation : str
        A name in `ACTIVATIONS`.
    """

    def __init__(
        self,
        units: int,
        every_step: bool = False,
        initializer: str | Initializer = "glorot_uniform",
        activation: str = "tanh",
    ):
        super().__init__(units, every_step, initializer)
        self.activation = _activation(activation)

    def _step(self, fed: Array, state: State) -> tuple[State, Any]:
        z = fed + state[0] @ self.parameters["U"].T
        return (self.activation.value(z),), z

    def _back(self, kept: Any, before: State, by_state: State) -> tuple[Array, State]:
        error = self.activation.backward(kept, by_state[0])
        return error, (self._through_u(error, before[0]),)


class LSTM(Recurrent):
    """Long short-term memory: a cell c that gates write to, keep and read.

    The rows of W, U and b are those of the gates i (input), f (forget), g (candidate)
    and o (output), in this order.

    Parameters
    ----------
    units, every_step, initializer
        As in `Recurrent`.
    peephole : bool
        Whether the gates i, f and o see the cell, each through a weight a unit: rows
        of a further parameter P, (3, units).
    forget_bias : float
        Where the forget gate's bias starts. At 1 the cell keeps most of what it has
        until training finds better; Keras does so too, PyTorch does not.
    """

    gates = 4
    cells = 2

    def __init__(
        self,
        units: int,
        every_step: bool = False,
        initializer: str | Initializer = "glorot_uniform",
        peephole: bool = False,
        forget_bias: float = 1.0,
    ):
        super().__init__(units, every_step, initializer)
        self.peephole = peephole
        self.forget_bias = forget_bias

    def build(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Draw W and U; fill b, and P with zeros."""
        drawn = super().build(inputs, rng)
        drawn["b"][self._units : 2 * self._units] = self.forget_bias
        if self.peephole:
            drawn["P"] = np.zeros((3, self._units))
        return drawn

    def _step(self, fed: Array, state: State) -> tuple[State, Any]:
        h, c = state
        z = fed + h @ self.parameters["U"].T
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
        p_i, p_f, p_o = self.parameters.get("P", (0.0, 0.0, 0.0))
        i, f, g = _logistic(z_i + p_i * c), _logistic(z_f + p_f * c), np.tanh(z_g)
        new_c = f * c + i * g
        o, squashed = _logistic(z_o + p_o * new_c), np.tanh(new_c)
        return (o * squashed, new_c), (i, f, g, o, squashed, new_c)

    def _back(self, kept: Any, before: State, by_state: State) -> tuple[Array, State]:
        i, f, g, o, squashed, new_c = kept
        h, c = before
        by_h, by_c = by_state
        by_o = by_h * squashed * o * (1 - o)
        by_c = by_c + by_h * o * (1 - squashed**2)
        if self.peephole:
            by_c = by_c + by_o * self.parameters["P"][2]
        by_i, by_f = by_c * g * i * (1 - i), by_c * c * f * (1 - f)
        error = np.concatenate([by_i, by_f, by_c * i * (1 - g**2), by_o], axis=1)
        by_old_c = by_c * f
        if self.peephole:
            p_i, p_f, _ = self.parameters["P"]
            by_old_c = by_old_c + by_i * p_i + by_f * p_f
            seen = [by_i * c, by_f * c, by_o * new_c]
            self.gradients["P"] += np.sum(seen, axis=1)
        return error, (self._through_u(error, h), by_old_c)


class GRU(Recurrent):
    """Gated recurrent unit: two gates and no cell apart from h.

    The rows of W, U and b are those of r (reset), u (update) and n (candidate), in
    this order.

    Parameters
    ----------
    units, every_step, initializer
        As in `Recurrent`.
    reset_after : bool
        Whether r multiplies what U makes of h (with a bias c of its own), or h itself.
    """

    gates = 3

    def __init__(
        self,
        units: int,
        every_step: bool = False,
        initializer: str | Initializer = "glorot_uniform",
        reset_after: bool = True,
    ):
        super().__init__(units, every_step, initializer)
        self.reset_after = reset_after

    def build(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Draw W and U; fill b and, for the reset after, c with zeros."""
        drawn = super().build(inputs, rng)
        return drawn | ({"c": np.zeros(self._units)} if self.reset_after else {})

    def _step(self, fed: Array, state: State) -> tuple[State, Any]:
        (h,) = state
        x_gates, x_n = np.split(fed, [2 * self._units], axis=1)
        U_gates, U_n = np.split(self.parameters["U"], [2 * self._units])
        r, u = np.split(_logistic(x_gates + h @ U_gates.T), 2, axis=1)
        if self.reset_after:
            recalled = h @ U_n.T + self.parameters["c"]
            n = np.tanh(x_n + r * recalled)
        else:
            recalled = r * h
            n = np.tanh(x_n + recalled @ U_n.T)
        return ((1 - u) * n + u * h,), (r, u, n, recalled)

    def _back(self, kept: Any, before: State, by_state: State) -> tuple[Array, State]:
        r, u, n, recalled = kept
        h, by_h = before[0], by_state[0]
        U_n = self.parameters["U"][2 * self._units :]
        by_n = by_h * (1 - u) * (1 - n**2)
        by_u = by_h * (h - n) * u * (1 - u)
        if self.reset_after:
            by_r, through_n = by_n * recalled, by_n * r
            self.gradients["c"] += through_n.sum(axis=0)
            by_recurrence = through_n
        else:
            by_reset = by_n @ U_n
            by_r = by_reset * h
            self.gradients["U"][2 * self._units :] += by_n.T @ recalled
            by_recurrence = np.zeros_like(by_n)  # done here, not through h Uᵀ
        by_r = by_r * r * (1 - r)
        through_u = np.concatenate([by_r, by_u, by_recurrence], axis=1)
        by_old = by_h * u + self._through_u(through_u, h)
        if not self.reset_after:
            by_old = by_old + by_reset * r
        return np.concatenate([by_r, by_u, by_n], axis=1), (by_old,)


def _rotation(units: int, rng: np.random.Generator) -> Array:
    """Draw an orthogonal matrix, all being equally likely."""
    Q, R = np.linalg.qr(rng.normal(size=(units, units)))
    return Q * np.sign(np.diag(R))

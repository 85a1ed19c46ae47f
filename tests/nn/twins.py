"""The same computations by others: PyTorch in float64, and finite differences.

Nothing here looks at how `ldl_lib.nn` computes; it only reads its weights, its settings
and the masks that dropout drew.
"""

import numpy as np
import torch
from torch.nn import functional

from ldl_lib import nn

ACTIVATIONS = {
    "linear": lambda z: z,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "leaky tanh": lambda z: torch.tanh(z) + 0.2 * z,
    "relu": functional.relu,
    "leaky relu": lambda z: functional.leaky_relu(z, 0.01),
    # By default PyTorch replaces softplus by z above 20, which costs 2e-9.
    "softplus": lambda z: functional.softplus(z, threshold=700),
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "swish": functional.silu,
    "mish": functional.mish,
    "softmax": lambda z: torch.softmax(z, dim=-1),
}


def tensor(values):
    """A float64 tensor that gradients can be asked for."""
    return torch.tensor(np.asarray(values), dtype=torch.float64, requires_grad=True)


def forward(network, weights, X, training=False):
    """Outputs of a network by PyTorch; `weights` is the long vector, as a tensor.

    Dropout takes the masks of the network's own last pass.
    """
    at = 0
    for layer in network.layers:
        own = {}
        for name, values in layer.parameters.items():
            own[name] = weights[at : at + values.size].reshape(values.shape)
            at += values.size
        X = _layer(layer, own, X, training)
    assert at == len(weights)
    return X


def _layer(layer, own, X, training):
    if isinstance(layer, nn.Dense):
        return ACTIVATIONS[layer.activation.name](
            functional.linear(X, own["W"], own["b"])
        )
    if isinstance(layer, nn.Activate):
        return ACTIVATIONS[layer.activation.name](X)
    if isinstance(layer, nn.Maxout):
        sums = functional.linear(X, own["W"], own["b"])
        return sums.reshape(len(X), -1, layer.pieces).max(dim=2).values
    if isinstance(layer, nn.BatchNorm):
        averages = [torch.tensor(layer.averages[name]) for name in ("mean", "variance")]
        gamma, beta = own["gamma"], own["beta"]
        return functional.batch_norm(
            X, *averages, gamma, beta, training=training, eps=layer.epsilon
        )
    assert isinstance(layer, nn.Dropout)
    return X * torch.tensor(layer.mask) if training else X


def loss(own, outputs, y):
    """Loss by PyTorch with the settings of ours; `y` as ours takes it."""
    if isinstance(own, nn.SquaredError):
        each = functional.mse_loss(outputs, torch.tensor(y), reduction="none")
        return _reduced(own, 0.5 * each if own.half else each)
    if isinstance(own, nn.BinaryCrossEntropy):
        function = functional.binary_cross_entropy
        if own.from_logits:
            function = functional.binary_cross_entropy_with_logits
        return _reduced(own, function(outputs, torch.tensor(y), reduction="none"))
    assert isinstance(own, nn.CategoricalCrossEntropy)
    y = torch.tensor(y)  # class numbers or probabilities: PyTorch takes both too
    if own.from_logits:
        return functional.cross_entropy(outputs, y, reduction=own.batch)
    if y.ndim == 1:
        return functional.nll_loss(torch.log(outputs), y, reduction=own.batch)
    each = -(y * torch.log(outputs)).sum(dim=1)
    return each.mean() if own.batch == "mean" else each.sum()


def _reduced(own, each):
    by_example = each.mean(dim=1) if own.outputs == "mean" else each.sum(dim=1)
    return by_example.mean() if own.batch == "mean" else by_example.sum()


def slopes(function, at, step=1e-6):
    """Central differences of a number by each component of the array `at`.

    `at` is changed in place meanwhile, so that what holds views of it follows.
    """
    slopes = np.empty_like(at)
    for index in np.ndindex(at.shape):
        middle = at[index]
        at[index] = middle + step
        above = function()
        at[index] = middle - step
        below = function()
        at[index] = middle
        slopes[index] = (above - below) / (2 * step)
    return slopes

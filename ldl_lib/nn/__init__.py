"""Small networks from scratch in NumPy, in the form the chapters build them.

Read `perceptron` with chapter 1; with chapter 5 `activations`, `initializers`,
`losses`, `layers`, `optimizers`, `network`, `penalties` and `training`, in this order;
with chapters 9 and 10 `recurrent`.
"""

from .activations import ACTIVATIONS, LEAK, Activation, activation, softmax
from .initializers import (
    INITIALIZERS,
    Initializer,
    Normal,
    Uniform,
    Zeros,
    initializer,
)
from .layers import Activate, BatchNorm, Dense, Dropout, Layer, Maxout
from .losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Loss,
    SquaredError,
    error_rate,
    one_hot,
)
from .network import Network
from .optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    Nadam,
    Optimizer,
    RMSProp,
    clip_by_norm,
    clip_by_value,
)
from .penalties import L1, L2, Penalty
from .perceptron import (
    GATES,
    Perceptron,
    PerceptronHistory,
    PerceptronStep,
    linearly_separable,
    margin,
    novikoff_bound,
    sign,
    truth_table_inputs,
)
from .recurrent import GRU, LSTM, Recurrent, SimpleRNN
from .training import EarlyStopping, History, train

__all__ = [
    "ACTIVATIONS",
    "GATES",
    "GRU",
    "INITIALIZERS",
    "L1",
    "L2",
    "LEAK",
    "LSTM",
    "SGD",
    "Activate",
    "Activation",
    "AdaGrad",
    "AdaMax",
    "Adam",
    "AdamW",
    "BatchNorm",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "History",
    "Initializer",
    "Layer",
    "Loss",
    "Maxout",
    "Nadam",
    "Network",
    "Normal",
    "Optimizer",
    "Penalty",
    "Perceptron",
    "PerceptronHistory",
    "PerceptronStep",
    "RMSProp",
    "Recurrent",
    "SimpleRNN",
    "SquaredError",
    "Uniform",
    "Zeros",
    "activation",
    "clip_by_norm",
    "clip_by_value",
    "error_rate",
    "initializer",
    "linearly_separable",
    "margin",
    "novikoff_bound",
    "one_hot",
    "sign",
    "softmax",
    "train",
    "truth_table_inputs",
]

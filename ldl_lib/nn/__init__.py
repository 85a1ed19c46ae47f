"""Small networks from scratch in NumPy, in the form the chapters build them."""

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

__all__ = [
    "GATES",
    "Perceptron",
    "PerceptronHistory",
    "PerceptronStep",
    "linearly_separable",
    "margin",
    "novikoff_bound",
    "sign",
    "truth_table_inputs",
]

"""Figures of chapter 1: what a perceptron computes, learns and cannot do.

Every explorable has three functions: ``…_figure()`` builds the Plotly figure once,
``…_state(**values)`` returns what changes with the controls, and ``…_words(**values)``
says in a sentence what is then seen. Outputs are +1 and −1 throughout, with
sign(0) = +1; a blue circle stands for +1 and a vermillion square for −1.
"""

from ldl_lib.figures.perceptron._shared import INPUTS
from ldl_lib.figures.perceptron.batch import batch_figure, batch_state, batch_words
from ldl_lib.figures.perceptron.convergence import (
    clouds,
    convergence_figure,
    convergence_state,
    convergence_words,
    final_lines_figure,
    update_bound,
)
from ldl_lib.figures.perceptron.cube import cube_figure, cube_state, cube_words
from ldl_lib.figures.perceptron.decision_line import (
    decision_line_figure,
    decision_line_state,
    decision_line_words,
)
from ldl_lib.figures.perceptron.drag import DRAG_CONSTANTS, drag_words
from ldl_lib.figures.perceptron.learning import (
    learning_figure,
    learning_state,
    learning_words,
)
from ldl_lib.figures.perceptron.neuron import neuron_figure
from ldl_lib.figures.perceptron.plane import plane_figure, plane_state, plane_words
from ldl_lib.figures.perceptron.separability import separating_weights
from ldl_lib.figures.perceptron.truth_tables import (
    truth_table_figure,
    truth_table_state,
    truth_table_words,
)
from ldl_lib.figures.perceptron.two_layers import (
    hidden_space_figure,
    two_layers_figure,
    two_layers_state,
    two_layers_words,
)

__all__ = [
    "DRAG_CONSTANTS",
    "INPUTS",
    "batch_figure",
    "batch_state",
    "batch_words",
    "clouds",
    "convergence_figure",
    "convergence_state",
    "convergence_words",
    "cube_figure",
    "cube_state",
    "cube_words",
    "decision_line_figure",
    "decision_line_state",
    "decision_line_words",
    "drag_words",
    "final_lines_figure",
    "hidden_space_figure",
    "learning_figure",
    "learning_state",
    "learning_words",
    "neuron_figure",
    "plane_figure",
    "plane_state",
    "plane_words",
    "separating_weights",
    "truth_table_figure",
    "truth_table_state",
    "truth_table_words",
    "two_layers_figure",
    "two_layers_state",
    "two_layers_words",
    "update_bound",
]

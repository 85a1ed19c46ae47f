"""Pure functions from arrays to Plotly figures, in one theme."""

from . import theme
from .activations import activation_curves
from .boundary import Grid, decision_boundary, grid
from .confusion import confusion_matrix
from .curves import training_curves
from .geometry import HalfPlanes, half_planes, line_in_box, normal_arrow
from .histograms import layer_histograms
from .paths import paths_on_surface

__all__ = [
    "Grid",
    "HalfPlanes",
    "activation_curves",
    "confusion_matrix",
    "decision_boundary",
    "grid",
    "half_planes",
    "layer_histograms",
    "line_in_box",
    "normal_arrow",
    "paths_on_surface",
    "theme",
    "training_curves",
]

"""Pure functions from arrays to Plotly figures, in one theme."""

from . import theme
from .boundary import Grid, decision_boundary, grid
from .curves import training_curves
from .geometry import HalfPlanes, half_planes, line_in_box, normal_arrow

__all__ = [
    "Grid",
    "HalfPlanes",
    "decision_boundary",
    "grid",
    "half_planes",
    "line_in_box",
    "normal_arrow",
    "theme",
    "training_curves",
]

"""Pure functions from arrays to Plotly figures, in one theme."""

from . import theme
from .geometry import half_planes, line_in_box, normal_arrow

__all__ = [
    "half_planes",
    "line_in_box",
    "normal_arrow",
    "theme",
]

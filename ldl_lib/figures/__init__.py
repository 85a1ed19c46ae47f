"""Pure functions from arrays to Plotly figures, in one theme."""

from . import theme

__all__ = ["theme"]

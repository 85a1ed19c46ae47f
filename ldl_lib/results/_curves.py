"""Curves over epochs of the best run there is, with their spread over seeds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ._store import ResultNotFoundError, load
from ._types import Result, ResultError

if TYPE_CHECKING:
    import plotly.graph_objects as go


def curve_figure(
    run: Result,
    curves: Mapping[str, str],
    *,
    y_title: str,
    percent: bool = False,
    folder: Path | None = None,
) -> go.Figure:
    """Draw curves of the stored full run, or of this run where none is stored.

    Parameters
    ----------
    run : Result
        What `record` returned.
    curves : mapping of str to str
        Names of recorded curves, and what the figure calls them.
    y_title : str
        What the vertical axis measures, with its unit.
    percent : bool
        Whether to write fractions as per cent.
    folder : Path, optional
        Where full runs are stored; left out, where this installation keeps them.

    Returns
    -------
    plotly.graph_objects.Figure
        From `ldl_lib.figures.training_curves`; the title says which run it shows.

    Raises
    ------
    ResultError
        If the run that is shown has no such curve.
    StoredResultError
        If the stored full run cannot be read.
    """
    from ..figures import training_curves

    try:
        shown = load(run.lab, folder)
        title = f"Full run of {shown.date}"
    except ResultNotFoundError:
        shown = run
        title = "This run, on a sample" if run.is_sample else "This run"
    seeds = f"{len(shown.seeds)} seed{'s' if len(shown.seeds) > 1 else ''}"
    return training_curves(
        {label: _curve(shown, name) for name, label in curves.items()},
        y_title=y_title,
        y_format=".1%" if percent else ".3g",
        title=f"{title}, {seeds}",
    )


def _curve(result: Result, name: str) -> tuple[tuple[float, ...], ...]:
    if name not in result.curves:
        raise ResultError(
            f"{result.lab!r} has no curve {name!r}; it has "
            + (", ".join(sorted(result.curves)) or "none")
        )
    return result.curves[name]

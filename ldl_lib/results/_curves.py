"""Curves over epochs, with their spread over seeds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from ._store import load
from ._types import Result, ResultError

if TYPE_CHECKING:
    import plotly.graph_objects as go


def curve_figure(
    result: Result | str,
    curves: Mapping[str, str],
    *,
    y_title: str,
    percent: bool = False,
    folder: Path | None = None,
) -> go.Figure:
    """Draw curves of a result: mean over the seeds, band from lowest to highest.

    Parameters
    ----------
    result : Result or str
        What `record` returned, or the name of a lab whose full run is stored.
    curves : mapping of str to str
        Names of recorded curves, and what the legend calls them.
    y_title : str
        What the vertical axis measures, with its unit.
    percent : bool
        Show fractions as per cent.
    folder : Path, optional
        Where full runs are stored; left out, where this installation keeps them.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ResultError
        If the result has no such curve.
    ResultNotFoundError
        If the lab has no stored run.
    """
    import plotly.graph_objects as go

    from ..figures import theme

    stored = load(result, folder) if isinstance(result, str) else result
    figure = go.Figure()
    styles = zip(cycle(theme.SEQUENCE), cycle(theme.DASHES), strict=False)
    for (name, label), (color, dash) in zip(curves.items(), styles, strict=False):
        runs = _curve(stored, name)
        factor = 100.0 if percent else 1.0
        epochs = list(range(1, len(runs[0]) + 1))
        columns = [
            [factor * value for value in column] for column in zip(*runs, strict=True)
        ]
        if len(runs) > 1:
            _add_band(figure, epochs, columns, color)
        figure.add_scatter(
            x=epochs,
            y=[fmean(column) for column in columns],
            name=label,
            mode="lines+markers" if len(epochs) == 1 else "lines",
            line={"color": color, "dash": dash},
        )
    seeds = len(stored.seeds)
    band = f"; the band spans {seeds} seeds" if seeds > 1 else ""
    figure.update_layout(
        xaxis_title="epoch",
        yaxis_title=y_title,
        yaxis_rangemode="tozero",
        meta={"alt": f"{', '.join(curves.values())} over epochs{band}."},
    )
    return figure


def _add_band(
    figure: go.Figure, epochs: list[int], columns: list[list[float]], color: str
) -> None:
    """One closed outline: up along the highest values, back along the lowest."""
    figure.add_scatter(
        x=epochs + epochs[::-1],
        y=[max(column) for column in columns] + [min(c) for c in columns][::-1],
        fill="toself",
        fillcolor=color,
        opacity=0.2,
        mode="lines",
        line={"width": 0, "color": color},
        hoverinfo="skip",
        showlegend=False,
    )


def _curve(result: Result, name: str) -> tuple[tuple[float, ...], ...]:
    if name not in result.curves:
        raise ResultError(
            f"{result.lab!r} has no curve {name!r}; it has "
            + (", ".join(sorted(result.curves)) or "none")
        )
    return result.curves[name]

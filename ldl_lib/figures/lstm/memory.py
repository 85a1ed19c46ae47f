"""E10.3: how long a plain RNN, an LSTM and a GRU remember, by task and by training.

The numbers are those of the stored full run of the chapter's lab on copying and adding.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import results
from ldl_lib.figures._shared import State, counted, plain_layout, still
from ldl_lib.figures.theme import DASHES, SEQUENCE, SYMBOLS, color

Array = NDArray[np.float64]

LAB = "10_copy_and_adding_pytorch"
TASKS = {"copying": "copy", "adding": "adding"}
KINDS = {"plain RNN": "rnn", "LSTM": "lstm", "GRU": "gru"}
TICKS = (1, 2, 5, 10, 20, 50, 100)


@cache
def stored() -> results.Result:
    """Return the lab's full run, or raise `results.ResultNotFoundError`."""
    return results.load(LAB)


def shares(run: results.Result, task: str, kind: str, span: str) -> Array:
    """Return the share of right answers, shape (seeds, tested waits).

    Parameters
    ----------
    run : ldl_lib.results.Result
        What the lab recorded.
    task : {"copy", "adding"}
    kind : {"rnn", "lstm", "gru"}
    span : {"short", "long"}
        Which waits the network was trained with.
    """
    return np.array(run.curves[f"{task}_{kind}_{span}"])


def guessing(run: results.Result, task: str) -> float:
    """Return the share that a network gets right without remembering anything.

    It guesses one of the letters. Or it always answers 1: the sum of two uniform
    numbers is nearer to 1 than 0.1 with probability 1 − 0.9².
    """
    return 1 / run.parameters["letters"] if task == "copy" else 1 - 0.9**2


def figure() -> go.Figure:
    """Draw the shares by wait, what guessing gets, and the waits of training."""
    return _drawn(stored())


def _drawn(run: results.Result) -> go.Figure:
    waits = run.parameters["tested_waits"]
    ends = [waits[0], waits[-1]]
    thin = {"color": color("axis"), "width": 1.5}
    traces = [
        go.Scatter(
            x=[],
            y=[1.04, 1.04],
            fill="tozeroy",
            fillcolor=color("gray_tint"),
            mode="none",
            name="waits of training",
        ),
        go.Scatter(
            x=ends, y=[], mode="lines", name="guessing", line=thin | {"dash": "dot"}
        ),
        go.Scatter(
            x=ends,
            y=[run.parameters["enough"]] * 2,
            mode="lines",
            name=f"enough, {run.parameters['enough']:.0%}",
            line=thin | {"dash": "dash"},
        ),
        go.Scatter(
            x=[],
            y=[0, 1.04],
            mode="lines",
            line={"color": color("ink"), "width": 1.5},
            showlegend=False,
        ),
    ]
    for kind, hue, dash, symbol in zip(KINDS, SEQUENCE, DASHES, SYMBOLS, strict=False):
        mark = {"color": hue, "symbol": symbol}
        line = {"color": hue, "dash": dash, "width": 2.5}
        traces += [
            go.Scatter(
                x=waits,
                y=[],
                mode="lines+markers",
                name=kind,
                line=line,
                marker=mark | {"size": 8},
            ),
            go.Scatter(  # every seed
                x=waits * len(run.seeds),
                y=[],
                mode="markers",
                marker=mark | {"size": 5},
                opacity=0.6,
                showlegend=False,
            ),
        ]
    drawn = go.Figure(traces)
    drawn.update_traces(hoverinfo="skip")
    drawn.update_layout(
        plain_layout(460, margin={"l": 56, "r": 16, "t": 40, "b": 48})
        | {"showlegend": True, "hovermode": False},
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=still(
            "wait, in steps",
            type="log",
            range=[-0.05, float(np.log10(waits[-1])) + 0.05],
            tickvals=TICKS,
        ),
        yaxis=still("right answers", range=[0, 1.04], tickformat=".0%", dtick=0.2),
    )
    return drawn


def state(task: str, span: str, wait: int) -> State:
    """Return the shares of all networks, and where the chosen wait is.

    Parameters
    ----------
    task : str
        A key of `TASKS`.
    span : {"short", "long"}
        Which waits the networks were trained with.
    wait : int
        One of the tested waits.
    """
    return _shown(stored(), TASKS[task], span, wait)


def _shown(run: results.Result, task: str, span: str, wait: int) -> State:
    shown: State = {
        "data[0].x": [1, run.parameters["longest_waits"][span]],
        "data[1].y": [guessing(run, task)] * 2,
        "data[3].x": [wait, wait],
    }
    for number, kind in enumerate(KINDS.values()):
        found = shares(run, task, kind, span)
        shown[f"data[{4 + 2 * number}].y"] = found.mean(axis=0)
        shown[f"data[{5 + 2 * number}].y"] = found.ravel()
    return shown


def words(task: str, span: str, wait: int) -> str:
    """Say what each network gets right at this wait, and the longest that it bridges.

    Parameters
    ----------
    task, span, wait
        As in `state`.
    """
    return _said(stored(), TASKS[task], span, wait)


def _said(run: results.Result, task: str, span: str, wait: int) -> str:
    moment = run.parameters["tested_waits"].index(wait)
    longest = run.parameters["longest_waits"][span]
    known = "as in training" if wait <= longest else f"beyond training (≤ {longest})"
    right = ", ".join(
        f"{name} {shares(run, task, kind, span)[:, moment].mean():.0%}"
        for name, kind in KINDS.items()
    )
    bridged = ", ".join(
        f"{name} {_listed(run.metrics[f'{task}_{kind}_{span}'])}"
        for name, kind in KINDS.items()
    )
    return (
        f"A wait of {counted(wait, 'step')}, {known}. Right: {right}; guessing "
        f"{guessing(run, task):.1%}. Longest wait with at least "
        f"{run.parameters['enough']:.0%} right, for each seed: {bridged}."
    )


def _listed(waits: tuple[float, ...]) -> str:
    """Write the waits that the seeds bridge: 8, or 5/8/10 where they differ."""
    return "/".join(f"{wait:.0f}" for wait in sorted(set(waits)))


def chart(run: results.Result, task: str, span: str) -> go.Figure:
    """Draw the lab's full run, or this run where none is stored, without controls.

    Parameters
    ----------
    run : ldl_lib.results.Result
        What the lab recorded.
    task, span
        As in `shares`.

    Returns
    -------
    plotly.graph_objects.Figure
        With its description in ``layout.meta["alt"]``; the title says which run.
    """
    try:
        shown = results.load(run.lab)
        title = f"Full run of {shown.date}"
    except results.ResultNotFoundError:
        shown, title = run, "This run"
    wait = shown.parameters["longest_waits"][span]
    drawn = _drawn(shown)
    for path, value in _shown(shown, task, span, wait).items():
        place, axis = path.rsplit(".", 1)
        drawn.data[int(place[5:-1])][axis] = value
    drawn.update_layout(
        title={"text": f"{title}, {counted(len(shown.seeds), 'seed')}"},
        meta={"alt": _said(shown, task, span, wait)},
    )
    return drawn

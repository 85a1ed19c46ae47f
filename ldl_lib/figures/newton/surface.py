"""Two weights: Newton's step with the Hessian, against gradient descent."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import (
    State,
    counted,
    fixed,
    plain_layout,
    significant,
    still,
)
from ldl_lib.figures.newton._shared import runner
from ldl_lib.figures.paths import contour_trace, marks_trace, until_outside
from ldl_lib.figures.tweaks.optimizers import RATES, SURFACES, contour_state, race

Floats = NDArray[np.float64]

__all__ = [
    "HESSIANS",
    "MOMENTS",
    "RATES",
    "SURFACES",
    "figure",
    "newton",
    "race",
    "state",
    "words",
]

# Steps at which the player stops: Newton needs few, gradient descent many.
MOMENTS = (0, 1, 2, 3, 4, 5, 10, 30, 100)
GOAL = 1e-8  # a gradient shorter than this counts as arrived
RESOLUTION = 73  # with fewer points the narrow valley falls apart into islands

# Second derivatives of the surfaces of chapter 5's race.
HESSIANS: dict[str, Callable[[float, float], Floats]] = {
    "ravine": lambda x, y: np.array([[1.0, 0.0], [0.0, 20.0]]),
    "saddle": lambda x, y: np.array([[1.0, 0.0], [0.0, 3 * y**2 - 1]]),
    "Rosenbrock": lambda x, y: np.array(
        [[0.1 - 4 * (y - x**2) + 8 * x**2, -4 * x], [-4 * x, 2.0]]
    ),
}


@cache
def newton(surface: str, steps: int = MOMENTS[-1]) -> Floats:
    """Take steps w ← w − H⁻¹ g until the gradient is shorter than `GOAL`.

    Parameters
    ----------
    surface : str
        A key of `SURFACES`.
    steps : int
        At most so many.

    Returns
    -------
    ndarray, shape (points, 2)
        Weights from the start on.
    """
    gradient = SURFACES[surface].gradient
    path = [np.array(SURFACES[surface].start)]
    for _ in range(steps):
        g = gradient(*path[-1].tolist())
        if np.linalg.norm(g) < GOAL:
            break
        path.append(path[-1] - np.linalg.solve(HESSIANS[surface](*path[-1]), g))
    return np.array(path)


def figure() -> go.Figure:
    """Draw the surface with both paths."""
    grid = np.arange(2.0)
    contours = contour_trace(grid, grid, np.zeros((2, 2))).update(
        contours={"start": -1.5, "end": 1.5, "size": 0.5}
    )
    runners = [
        ("gradient descent", "blue", "solid", "circle", 5),
        ("Newton", "vermillion", "dash", "square", 10),
    ]
    built = go.Figure([contours, marks_trace(), *(runner(*each) for each in runners)])
    built.update_layout(
        plain_layout(440, margin={"l": 56, "r": 12, "t": 40, "b": 44})
        | {
            "showlegend": True,
            "legend": {"itemclick": False, "itemdoubleclick": False},
            "xaxis": still("weight w₁"),
            "yaxis": still("weight w₂"),
        }
    )
    return built


def state(surface: str, rate: float, moment: int) -> State:
    """Return the surface and both paths so far.

    Parameters
    ----------
    surface : str
        A key of `SURFACES`.
    rate : float
        Learning rate η of gradient descent.
    moment : int
        Position in `MOMENTS`.
    """
    step = MOMENTS[moment]
    ground = SURFACES[surface]
    descent = race(surface, "SGD", rate).path[: step + 1]
    paths = {
        2: until_outside(descent, ground.x_range, ground.y_range),
        3: newton(surface)[: step + 1],  # may leave the picture and come back
    }
    shown: State = dict(contour_state(surface, RESOLUTION))
    for trace, path in paths.items():
        points = path.round(3)
        shown |= {f"data[{trace}].x": points[:, 0], f"data[{trace}].y": points[:, 1]}
    return shown


def words(surface: str, rate: float, moment: int) -> str:
    """Say where both stand, and whether Newton is there."""
    step = MOMENTS[moment]
    run, path = race(surface, "SGD", rate), newton(surface)
    if step == 0:
        return f"Both start with {_loss(float(run.losses[0]))}."
    taken = min(step, len(path) - 1)
    at = path[taken]
    text = (
        f"After {counted(taken, 'step')} Newton is at "
        f"({fixed(at[0], 3)}, {fixed(at[1], 3)}), with "
        f"{_loss(float(SURFACES[surface].value(*at)))}"
    )
    if taken == len(path) - 1:
        bends = np.linalg.eigvalsh(HESSIANS[surface](*at))
        kind = "a minimum" if bends.min() > 0 else "a saddle point, not a minimum"
        text += f": {kind}, where the gradient is 0"
    loss = run.loss_after(step)
    if loss is None:
        gone = counted(run.left or 0, "step")
        return f"{text}. Gradient descent left the picture after {gone}."
    return f"{text}. Gradient descent has {_loss(loss)} after {counted(step, 'step')}."


def _loss(loss: float) -> str:
    if loss < 1e-4:
        return "a loss below 0.0001"
    return f"a loss of {significant(loss, 2)}"

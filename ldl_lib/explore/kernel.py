"""Figures in a live notebook: the same front end, with Python as its source."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets

from ldl_lib.explore import bundle
from ldl_lib.explore.controls import ControlError
from ldl_lib.explore.states import State

if TYPE_CHECKING:
    from ldl_lib.explore.explorable import Interactive


@cache
def _plotly() -> bytes:
    from plotly.offline import get_plotlyjs

    script: str = get_plotlyjs()
    return script.encode()


def _plotly_from_network() -> dict[str, str] | None:
    """Return where Colab, whose frames share no script, finds Plotly's."""
    if "google.colab" not in sys.modules:
        return None
    from plotly.offline import get_plotlyjs_version

    digest = base64.b64encode(hashlib.sha256(_plotly()).digest()).decode()
    return {
        "url": f"https://cdn.plot.ly/plotly-{get_plotlyjs_version()}.min.js",
        "integrity": f"sha256-{digest}",
    }


class FigureWidget(anywidget.AnyWidget):
    """An interactive figure as an ipywidget.

    Attributes
    ----------
    values : dict
        Control name -> value; synced. Setting some of them from Python leaves the
        others as they are.
    """

    _css = bundle.stylesheet()
    spec = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)

    def __init__(self, figure: Interactive) -> None:
        self._figure = figure
        self._shown: dict[str, State] = {}
        spec = figure.spec() | {"network": _plotly_from_network()}
        super().__init__(spec=spec, values=dict(figure.defaults))
        self.on_msg(self._receive)
        self.observe(self._send_change, names="values")

    @traitlets.validate("values")
    def _validate(self, proposal: Any) -> dict[str, Any]:
        try:
            return self._figure.check({**self.values, **proposal["value"]})
        except ControlError as error:
            raise traitlets.TraitError(str(error)) from error

    def _receive(self, _: object, message: Mapping[str, Any], __: object) -> None:
        if message.get("type") == "plotly":
            self.send({"type": "plotly"}, [_plotly()])
        elif message.get("type") == "all":
            self._shown = {}
            self._send_change(None)

    def _send_change(self, _: object) -> None:
        """Send what the current values change in what was last sent."""
        panels: dict[str, Any] = {}
        buffers: list[bytes] = []
        now: dict[str, State] = {}
        try:
            for panel in self._figure._panels():
                state = {} if panel.hand_written else panel.evaluate(self.values)
                shown = self._shown.get(panel.id, {})
                changed = {
                    path: value
                    for path, value in state.items()
                    if path not in shown or not _same(shown[path], value)
                }
                now[panel.id] = state
                panels[panel.id] = {
                    "state": {p: _packed(v, buffers) for p, v in changed.items()},
                    "sentence": panel.sentence(self.values),
                }
        except Exception as error:
            self.send({"type": "error", "text": f"{type(error).__name__}: {error}"})
            raise
        message = {"type": "state", "values": self.values, "panels": panels}
        self.send(message, buffers)
        # Only now: what an error kept back has not been shown.
        self._shown = now


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return first.shape == second.shape and np.array_equal(
            first, second, equal_nan=True
        )
    return type(first) is type(second) and bool(first == second)


def _packed(value: Any, buffers: list[bytes]) -> dict[str, Any]:
    if isinstance(value, np.ndarray):
        buffers.append(value.astype("<f8").tobytes())
        return {"buffer": len(buffers) - 1, "shape": list(value.shape)}
    return {"value": value}


@cache
def _widget_class(widget: str | None) -> type[FigureWidget]:
    module = bundle.widget_module(widget)
    return type(f"FigureWidget_{widget or 'plotly'}", (FigureWidget,), {"_esm": module})


def make_widget(figure: Interactive) -> FigureWidget:
    """Make the live widget of an explorable or a group."""
    names = {panel.hand_written for panel in figure._panels() if panel.hand_written}
    if len(names) > 1:
        raise ValueError(
            f"group {figure.id!r} has {len(names)} kinds of hand-written widgets: "
            "expected at most one"
        )
    return _widget_class(names.pop() if names else None)(figure)

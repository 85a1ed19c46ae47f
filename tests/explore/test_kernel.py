"""The live widget, without a browser: what Python sends and what it refuses."""

import ipywidgets
import numpy as np
import plotly.graph_objects as go
import pytest
import traitlets

from ldl_lib.explore import Choice, Explorable, Group, Slider

X = np.linspace(-1, 1, 5)


def make(state=None):
    return Explorable(
        id="line",
        figure=go.Figure([go.Scatter(x=X, y=X), go.Scatter(x=X, y=X)]),
        state=state
        or (lambda weight, kind: {"data[0].y": weight * X, "data[1].name": kind}),
        controls={
            "weight": Slider(0, 2, step=0.5, value=1.0),
            "kind": Choice(["a", "b"]),
        },
        question="How steep?",
        describe=lambda weight, kind: f"Slope {weight}, {kind}.",
    )


@pytest.fixture
def live():
    """Make a widget and record what it sends."""
    widget = make().widget
    sent = []
    widget.send = lambda content, buffers=None: sent.append((content, buffers))
    return widget, sent


def test_is_an_ordinary_widget(live):
    widget, _ = live
    assert isinstance(widget, ipywidgets.DOMWidget)
    slider = ipywidgets.FloatSlider(value=1.0, min=0, max=2, step=0.5)
    traitlets.dlink(
        (slider, "value"), (widget, "values"), lambda weight: {"weight": weight}
    )
    slider.value = 1.5
    assert widget.values == {"weight": 1.5, "kind": "a"}


def test_sends_everything_first_then_only_what_changed(live):
    widget, sent = live
    widget._receive(None, {"type": "all"}, [])
    message, buffers = sent.pop()
    assert message["panels"]["line"]["state"].keys() == {"data[0].y", "data[1].name"}
    assert np.frombuffer(buffers[0]).tolist() == X.tolist()
    widget.values = {"kind": "b"}
    message, buffers = sent.pop()
    assert message["values"] == {"weight": 1.0, "kind": "b"}
    assert message["panels"]["line"] == {
        "state": {"data[1].name": {"value": "b"}},
        "sentence": "Slope 1.0, b.",
    }
    assert buffers == []


def test_refuses_values_that_its_controls_cannot_take(live):
    widget, _ = live
    with pytest.raises(traitlets.TraitError, match="outside its range 0 to 2"):
        widget.values = {"weight": 3}
    with pytest.raises(traitlets.TraitError, match="no control 'wieght'"):
        widget.values = {"wieght": 1}
    assert widget.values == {"weight": 1.0, "kind": "a"}


def test_an_error_in_state_is_shown_and_raised():
    def broken(weight, kind):
        return {"data[0].y": [1 / (weight - 2)]}

    widget = make(broken).widget
    sent = []
    widget.send = lambda content, buffers=None: sent.append(content)
    with pytest.raises(ZeroDivisionError):
        widget.values = {"weight": 2}
    assert sent == [
        {"type": "error", "text": "ZeroDivisionError: float division by zero"}
    ]


def test_what_an_error_kept_back_is_sent_after_it():
    first = make()
    second = Explorable(
        id="second",
        figure=go.Figure(go.Scatter(y=[0])),
        state=lambda weight: {"data[0].y": [1 / (weight - 2)]},
        controls={"weight": Slider(0, 2, step=0.5, value=1.0)},
        question="",
        describe=lambda weight: "",
    )
    widget = Group("pair", [first, second], "Both?").widget
    sent = []
    widget.send = lambda content, buffers=None: sent.append(content)
    widget._receive(None, {"type": "all"}, [])
    with pytest.raises(ZeroDivisionError):
        widget.values = {"weight": 2, "kind": "b"}
    widget.values = {"weight": 1.5}
    assert sent[-1]["panels"]["line"]["state"]["data[1].name"] == {"value": "b"}


def test_plotly_is_sent_only_when_asked_for(live):
    widget, sent = live
    widget._receive(None, {"type": "plotly"}, [])
    message, buffers = sent.pop()
    assert message == {"type": "plotly"}
    assert b"plotly.js v" in buffers[0][:200]


def test_no_plotly_in_the_widget_itself(live):
    widget, _ = live
    assert len(widget._esm) < 80_000


def test_is_made_once(live):
    figure = make()
    assert figure.widget is figure.widget

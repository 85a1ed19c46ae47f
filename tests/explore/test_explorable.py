"""Definitions, groups and the output for the site."""

import json
import re

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from ldl_lib.explore import (
    Choice,
    ControlError,
    DefinitionError,
    Explorable,
    Group,
    Player,
    Slider,
    StateError,
    Toggle,
)
from ldl_lib.explore import page as pages


def line(**changes):
    """Define a straight line y = weight · x, with changes."""
    x = np.linspace(-1, 1, 11)
    given = {
        "id": "line",
        "figure": go.Figure(go.Scatter(x=x, y=x)),
        "state": lambda weight: {"data[0].y": weight * x},
        "controls": {"weight": Slider(-1, 1, step=0.5, value=0.5)},
        "question": "How steep?",
        "describe": lambda weight: f"The slope is {weight}.",
    }
    return Explorable(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": "Two Words"}, "lower-case words"),
        ({"controls": {"weight": 3}}, "'weight' -> int"),
        ({"controls": {"a b": Player(3)}}, "'a b'"),
        ({"id": "line\n"}, "lower-case words"),
        (
            {"figure": go.Figure(go.Scatter(y=[1]), frames=[go.Frame(name="a")])},
            "has frames, which would be lost: give it a Player",
        ),
        ({"figure": None}, "either a figure or a hand-written widget"),
    ],
)
def test_contradictions_are_named(changes, words):
    with pytest.raises(DefinitionError) as raised:
        line(**changes)
    assert words in str(raised.value)


@pytest.mark.parametrize("clicks", [{"wight": "x"}, {"weight": "z"}])
def test_clicks_name_a_control_with_numbers_and_an_axis(clicks):
    with pytest.raises(DefinitionError, match="clicks of 'line': expected"):
        line(clicks=clicks)


@pytest.mark.parametrize(
    ("applies", "words"),
    [
        ({"wight": {"weight": [1]}}, "names 'wight'"),
        ({"weight": {"wight": [1]}}, "names 'wight'"),
        ({"weight": {"weight": [1]}}, "cannot depend on itself"),
    ],
)
def test_applies_names_controls_and_values_there_are(applies, words):
    with pytest.raises(DefinitionError, match=f"applies of 'line'.*{words}"):
        line(applies=applies)


def test_a_group_switches_off_only_what_no_member_uses():
    def group(*rules):
        members = [
            line(
                id=f"line-{number}",
                state=lambda weight, dashed: {"data[0].y": [weight]},
                controls={
                    "weight": Slider(0, 2, step=1, value=1),
                    "dashed": Toggle(),
                },
                describe=lambda weight, dashed: f"{weight}",
                applies=rule,
            )
            for number, rule in enumerate(rules)
        ]
        return Group(f"group-{len(rules)}", members, question="Which?").applies

    rule = {"dashed": {"weight": [2]}}
    assert group(rule) == rule
    assert group(rule, {}, {}) == {}


def test_unknown_twin_lists_the_known_ones():
    with pytest.raises(FileNotFoundError, match="no compute named 'nothing'"):
        line(compute="nothing")


@pytest.mark.parametrize("path", ["data[1].y", "data[0].yy", "data[0].marker.colour"])
def test_a_path_that_the_figure_lacks_is_named(path, site_mode):
    figure = line(state=lambda weight: {path: [weight]})
    with pytest.raises(StateError, match=re.escape(f"the path {path!r}")):
        figure._repr_mimebundle_()


def test_a_page_may_not_have_an_id_twice(site_mode):
    line()
    with pytest.raises(ValueError, match="two figures have the id 'line'"):
        line()


def test_a_live_cell_may_run_twice():
    assert line().spec() == line().spec()


def test_values_are_checked_against_the_controls():
    figure = line()
    assert figure.check({}) == {"weight": 0.5}
    with pytest.raises(ControlError, match="no control 'w': its controls are"):
        figure.check({"w": 1})
    with pytest.raises(ControlError, match="outside its range"):
        figure.check({"weight": 7})


def test_site_output_holds_host_payload_and_probes(site_mode):
    figure = line()
    bundle = figure._repr_mimebundle_()
    assert 'data-ldl-figure="line"' in bundle["text/html"]
    assert "How steep?" in bundle["text/html"]
    assert "The slope is 0.5." in bundle["text/html"]
    data = json.loads(json.dumps(bundle[pages.MIME], allow_nan=False))
    assert data["meta"]["states"] == 5
    assert data["payload"]["panels"][0]["source"]["kind"] == "table"
    first = data["probes"][0]
    assert first["values"] == {"weight": 0.5}
    expected = (0.5 * np.linspace(-1, 1, 11)).tolist()
    assert first["panels"]["line"]["state"]["data[0].y"] == pytest.approx(expected)


def test_site_output_is_repeatable(site_mode):
    first = line()._repr_mimebundle_()
    pages.forget_all()
    assert first == line()._repr_mimebundle_()


def test_hover_shows_no_more_digits_than_are_kept(site_mode):
    payload = line()._repr_mimebundle_()[pages.MIME]["payload"]
    # Values −1 … 1 in 65,534 steps of 0.00003: four decimals are kept.
    assert payload["panels"][0]["figure"]["layout"]["yaxis"]["hoverformat"] == ".4~f"


def hover_formats(*ys):
    """Return the format of the axis that traces with these states share."""
    figure = line(
        figure=go.Figure([go.Scatter(y=[0.5, 0.25]), *[go.Scatter(y=[0])] * len(ys)]),
        state=lambda weight: {f"data[{i + 1}].y": y(weight) for i, y in enumerate(ys)},
    )
    panel = figure._repr_mimebundle_()[pages.MIME]["payload"]["panels"][0]
    return panel["figure"]["layout"].get("yaxis", {}).get("hoverformat")


def test_whole_numbers_do_not_round_their_neighbours(site_mode):
    assert hover_formats(lambda weight: [1 if weight > 0 else 2]) is None


def test_the_coarsest_of_an_axis_decides_its_digits(site_mode):
    fine, coarse = lambda w: [w], lambda w: [400.5 * w]
    assert hover_formats(fine, coarse) == ".1~f"


def test_tiny_numbers_are_not_shown_as_zero(site_mode):
    assert hover_formats(lambda weight: [1e-8 * weight]) is None


def test_question_and_words_are_escaped(site_mode):
    figure = line(question="is 1 < 2 & 'so'?", describe=lambda weight: "<b>no</b>")
    html = figure._repr_mimebundle_()["text/html"]
    assert "1 &lt; 2 &amp;" in html
    assert "<b>" not in html


def test_group_shares_equal_controls():
    first = line()
    second = line(
        id="second",
        controls={
            "weight": Slider(-1, 1, step=0.5, value=0.5),
            "kind": Choice(["a", "b"]),
        },
        state=lambda weight, kind: {"data[0].y": [weight]},
        describe=lambda weight, kind: f"Kind {kind}.",
    )
    group = Group("pair", [first, second], "Both?")
    assert list(group.controls) == ["weight", "kind"]
    assert group.describe_values(kind="b") == "The slope is 0.5. Kind b."


def test_group_refuses_controls_that_differ():
    other = line(id="second", controls={"weight": Slider(0, 1, step=0.5, value=0.5)})
    with pytest.raises(DefinitionError, match="control 'weight' of 'second' differs"):
        Group("pair", [line(), other], "Both?")


def test_group_refuses_a_member_that_it_has():
    first = line()
    with pytest.raises(DefinitionError, match="shows 'line' twice"):
        Group("pair", [first, first], "Both?")


def test_bare_figures_show_themselves_on_the_site(site_mode):
    before = pio.renderers.default
    try:
        pages.site_mode()
        figure = go.Figure(go.Scatter(y=[1, 2]), layout={"meta": {"alt": "Rising."}})
        bundle = pio.renderers._build_mime_bundle(figure.to_dict())
        again = pio.renderers._build_mime_bundle(figure.to_dict())
    finally:
        pio.renderers.default = before
    assert 'alt="Rising."' in bundle["text/html"]
    assert bundle[pages.MIME]["id"] != again[pages.MIME]["id"]
    assert bundle[pages.MIME]["meta"]["sources"] == ["static"]

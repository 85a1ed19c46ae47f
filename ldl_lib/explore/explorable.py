"""The interactive figure: one definition for notebooks and for the site."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from ldl_lib.explore import bundle, page
from ldl_lib.explore.controls import Control, ControlError, Player, Value
from ldl_lib.explore.states import State, StateError, describe, evaluate
from ldl_lib.explore.table import Table
from ldl_lib.explore.table import build as build_table

if TYPE_CHECKING:
    from ldl_lib.explore.kernel import FigureWidget

IDENTIFIER = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*")
THREE_D = frozenset({"surface", "mesh3d", "scatter3d", "cone", "isosurface", "volume"})


class DefinitionError(ValueError):
    """An explorable whose definition contradicts itself."""


def _control_spec(name: str, control: Control) -> dict[str, Any]:
    spec = control.spec()
    return {**spec, "name": name, "label": spec["label"] or name.replace("_", " ")}


class Interactive:
    """What `Explorable` and `Group` share: controls, values and display.

    Attributes
    ----------
    id : str
        Unique and permanent name.
    question : str
        What the figure lets the reader find out.
    controls : dict of str to Control
        Controls by name.
    applies : dict of str to {str: list}
        Controls that are switched off unless another has one of these values.
    """

    id: str
    title: str | None
    question: str
    controls: dict[str, Control]
    applies: dict[str, dict[str, list[Value]]]

    def _panels(self) -> list[Explorable]:
        raise NotImplementedError

    @property
    def defaults(self) -> dict[str, Value]:
        """The values the controls start with."""
        return {name: control.default for name, control in self.controls.items()}

    def check(self, values: Mapping[str, object]) -> dict[str, Value]:
        """Return a full set of control values, `values` over the defaults.

        Raises
        ------
        ControlError
            If a name is unknown or a value is not one the control can take.
        """
        unknown = sorted(values.keys() - self.controls.keys())
        if unknown:
            raise ControlError(
                f"figure {self.id!r} has no control {unknown[0]!r}: "
                f"its controls are {sorted(self.controls)}"
            )
        checked = {
            name: self.controls[name].check(name, v) for name, v in values.items()
        }
        return {**self.defaults, **checked}

    def spec(self) -> dict[str, Any]:
        """Describe controls and panels for the front end, without any states."""
        return {
            "id": self.id,
            "title": self.title,
            "question": self.question,
            "controls": [
                _control_spec(name, control)
                | ({"applies": self.applies[name]} if name in self.applies else {})
                for name, control in self.controls.items()
            ],
            "panels": [panel.panel_spec() for panel in self._panels()],
        }

    @cached_property
    def widget(self) -> FigureWidget:
        """The live widget: its synced trait `values` can be observed, linked, set."""
        from ldl_lib.explore.kernel import make_widget

        return make_widget(self)

    def describe_values(self, **values: object) -> str:
        """Say in words what the figure shows for these control values."""
        checked = self.check(values)
        sentences = [panel.sentence(checked) for panel in self._panels()]
        return " ".join(sentence for sentence in sentences if sentence)

    def _repr_mimebundle_(self, **_: object) -> Any:
        if page.in_site_mode():
            return page.mime_bundle(self)
        return self.widget._repr_mimebundle_()


class Explorable(Interactive):
    """A Plotly figure, or a hand-written widget, that a reader can set and explore.

    Parameters
    ----------
    id : str
        Unique and permanent, in lower case with hyphens: URLs, budgets and tests
        name it.
    figure : plotly.graph_objects.Figure or None
        The figure, built once; None for a hand-written widget.
    state : callable
        Pure function from control values (keyword arguments) to what changes:
        attribute path -> array, list of texts, number, text or bool. Every state
        has the same paths. NaN is a gap; infinity is an error.
    controls : mapping of str to Control
        The keyword arguments of `state` and `describe`.
    question : str
        What the figure lets the reader find out.
    describe : callable
        Pure function from control values to a sentence that says what is shown.
    compute : str, optional
        Name of a JavaScript twin of `state` and `describe`, for pages without a
        kernel, when the grid of states is too large for a table.
    constants : mapping, optional
        Numbers and texts that the JavaScript twin, or the widget, is given.
    widget : str, optional
        Name of a hand-written widget; `state` then says what its `read` returns.
    clicks : mapping of str to {"x", "y"}, optional
        Controls that a click into the figure's first pair of axes sets, each to its
        value that is nearest on that axis. They stay in reach of the keyboard.
    applies : mapping of str to mapping of str to sequence, optional
        Controls without effect unless another one has certain values, as in
        ``{"kernel": {"operation": ["convolution"]}}``: they are switched off then.
    title : str, optional
        Short heading.

    Raises
    ------
    DefinitionError
        If the parts contradict each other, or the id is in use on this page.
    ldl_lib.explore.controls.ControlError
        If a default lies outside its control's range.
    """

    def __init__(
        self,
        id: str,
        figure: go.Figure | None,
        state: Callable[..., Mapping[str, object]],
        controls: Mapping[str, Control],
        question: str,
        describe: Callable[..., str],
        *,
        compute: str | None = None,
        constants: Mapping[str, Any] | None = None,
        widget: str | None = None,
        clicks: Mapping[str, str] | None = None,
        applies: Mapping[str, Mapping[str, Sequence[Value]]] | None = None,
        title: str | None = None,
    ) -> None:
        if not IDENTIFIER.fullmatch(id):
            raise DefinitionError(
                f"id {id!r}: expected lower-case words joined by hyphens"
            )
        for name, control in controls.items():
            if not name.isidentifier() or not isinstance(control, Control):
                raise DefinitionError(
                    f"controls of {id!r}: expected a Python name -> Slider, Choice, "
                    f"Toggle or Player, got {name!r} -> {type(control).__name__}"
                )
        if (figure is None) != (widget is not None):
            raise DefinitionError(
                f"explorable {id!r} needs either a figure or a hand-written widget"
            )
        if figure is not None and figure.frames:
            raise DefinitionError(
                f"the figure of {id!r} has frames, which would be lost: "
                "give it a Player instead"
            )
        if compute and widget:
            raise DefinitionError(f"explorable {id!r} has both compute and widget")
        for kind, part in (("compute", compute), ("widget", widget)):
            if part is not None:
                bundle.part(kind, part)  # raises where there is no such file
        for name, axis in (clicks or {}).items():
            numbers = name in controls and all(
                isinstance(value, int | float) for value in controls[name].grid()
            )
            if figure is None or not numbers or axis not in ("x", "y"):
                raise DefinitionError(
                    f"clicks of {id!r}: expected a figure, and controls with numbers "
                    f'-> "x" or "y", got {name!r} -> {axis!r}'
                )
        self.id = id
        self.title = title
        self.figure = figure
        self.state = state
        self.controls = dict(controls)
        self.question = question
        self.describe = describe
        self.compute = compute
        self.constants = dict(constants or {})
        self.hand_written = widget
        self.clicks = dict(clicks or {})
        self.applies = self._applying(applies or {})
        self._paths: frozenset[str] | None = None
        page.register(self)

    def _panels(self) -> list[Explorable]:
        return [self]

    def _applying(
        self, applies: Mapping[str, Mapping[str, Sequence[Value]]]
    ) -> dict[str, dict[str, list[Value]]]:
        """Return `applies` with every name and value checked."""
        for name, others in applies.items():
            for unknown in sorted({name, *others} - self.controls.keys()):
                raise DefinitionError(
                    f"applies of {self.id!r} names {unknown!r}: "
                    f"its controls are {sorted(self.controls)}"
                )
            if name in others or isinstance(self.controls[name], Player):
                raise DefinitionError(
                    f"applies of {self.id!r}: {name!r} cannot depend on itself, nor a "
                    "Player on anything, as it may be playing"
                )
        return {
            name: {
                other: [self.controls[other].check(other, value) for value in values]
                for other, values in others.items()
            }
            for name, others in applies.items()
        }

    def _own(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {name: values[name] for name in self.controls}

    def sentence(self, values: Mapping[str, Value]) -> str:
        """Return the description for checked `values` (others are ignored)."""
        return describe(self.describe, self._own(values))

    def evaluate(self, values: Mapping[str, Value]) -> State:
        """Return the checked state for checked `values` (others are ignored)."""
        state = evaluate(self.state, self._own(values), self._paths)
        if self._paths is None:
            self._check_paths(state)
            self._paths = frozenset(state)
        return state

    def _check_paths(self, state: State) -> None:
        """Refuse paths into traces that are not there, or have no such attribute."""
        for path in state:
            target, _, attribute = path.partition("].")
            if self.figure is None or not target.startswith("data["):
                continue
            number = int(target.removeprefix("data["))
            traces = self.figure.data
            if number >= len(traces) or attribute not in traces[number]:
                raise StateError(
                    f"state of {self.id!r} returned the path {path!r}: "
                    "the figure has no such trace or attribute"
                )

    def panel_spec(self) -> dict[str, Any]:
        """Describe this figure for the front end, without any states."""
        spec: dict[str, Any] = {
            "id": self.id,
            "controls": list(self.controls),
            "sentence": self.sentence(self.defaults),
        }
        if self.figure is None:
            return spec | {"widget": self.hand_written, "constants": self.constants}
        figure = json.loads(self.figure.to_json())
        figure["layout"].pop("template", None)
        kinds = {trace.get("type", "scatter") for trace in figure["data"]}
        bundle_name = "gl3d" if kinds & THREE_D else "cartesian"
        figure = {"data": figure["data"], "layout": figure["layout"]}
        spec |= {"figure": figure, "plotly": bundle_name}
        return spec | ({"clicks": self.clicks} if self.clicks else {})

    def log_paths(self) -> frozenset[str]:
        """Attributes that are drawn on a logarithmic axis."""
        assert self.figure is not None
        layout = self.figure.layout
        found = set()
        for number, trace in enumerate(self.figure.data):
            for letter in "xy":
                axis = getattr(trace, f"{letter}axis", None) or letter
                if layout[axis.replace(letter, f"{letter}axis", 1)].type == "log":
                    found.add(f"data[{number}].{letter}")
        return frozenset(found)

    def table(self) -> Table:
        """Compute and pack every state of the control grid."""
        self.evaluate(self.defaults)  # names a path that the figure lacks
        return build_table(self.state, self.describe, self.controls, self.log_paths())


class Group(Interactive):
    """Several explorables side by side; controls of the same name are shared.

    Parameters
    ----------
    id : str
        Unique and permanent.
    members : sequence of Explorable
        The panels, in order.
    question : str
        What the group lets the reader find out.
    title : str, optional
        Short heading.

    Raises
    ------
    DefinitionError
        If two members define a control of the same name differently.
    """

    def __init__(
        self,
        id: str,
        members: Sequence[Explorable],
        question: str,
        *,
        title: str | None = None,
    ) -> None:
        if not IDENTIFIER.fullmatch(id) or not members:
            raise DefinitionError(
                f"Group {id!r} of {len(members)} members: expected an id of lower-case "
                "words joined by hyphens, and at least one member"
            )
        self.id = id
        self.title = title
        self.question = question
        self.members = list(members)
        self.controls = {}
        for number, member in enumerate(members):
            if member in members[:number]:
                raise DefinitionError(f"group {id!r} shows {member.id!r} twice")
            for name, control in member.controls.items():
                if self.controls.setdefault(name, control) != control:
                    raise DefinitionError(
                        f"group {id!r}: control {name!r} of {member.id!r} differs from "
                        "the one it would be shared with"
                    )
        # A shared control stays on as long as one member has a use for it.
        self.applies = {
            name: rule
            for member in members
            for name, rule in member.applies.items()
            if all(m.applies.get(name) == rule for m in members if name in m.controls)
        }
        page.register(self)

    def _panels(self) -> list[Explorable]:
        return self.members

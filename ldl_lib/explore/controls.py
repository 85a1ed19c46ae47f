"""The controls of an interactive figure: what can be set, and to which values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Value = float | int | str | bool


class ControlError(ValueError):
    """A control, or a value given to one, that cannot be used."""


def _decimals(*numbers: float) -> int:
    """Most decimal places that any of `numbers` needs when written out."""
    exponents = [
        Decimal(repr(number)).normalize().as_tuple().exponent for number in numbers
    ]
    return max(0, *(-int(exponent) for exponent in exponents))


@dataclass(frozen=True)
class Control:
    """What all controls share; use one of the subclasses."""

    @property
    def default(self) -> Value:
        """The value the figure starts with."""
        raise NotImplementedError

    def grid(self) -> list[Value]:
        """Every value that the control can take, in order."""
        raise NotImplementedError

    def spec(self) -> dict[str, Any]:
        """Return what the front end needs to draw the control, as JSON."""
        raise NotImplementedError

    def size(self) -> int:
        """Count the values of the control, without listing them."""
        return len(self.grid())

    def check(self, name: str, value: object) -> Value:
        """Return `value` as the control holds it.

        Raises
        ------
        ControlError
            If the control cannot take `value`.
        """
        for allowed in self.grid():
            if allowed == value and isinstance(allowed, bool) == isinstance(
                value, bool
            ):
                return allowed
        raise ControlError(
            f"control {name!r} cannot be {value!r}: it takes one of {self.grid()!r}"
        )


@dataclass(frozen=True)
class Slider(Control):
    """A number between `min` and `max`, in steps of `step`.

    Parameters
    ----------
    min, max : float or int
        First and last value; `max` must lie on the grid min, min + step, …
    step : float or int
        Distance between neighbouring values, > 0.
    value : float or int
        Where the slider starts; must lie on the grid.
    label : str, optional
        What the reader sees; the control's name by default.
    unit : str
        Written, and read out, after the value.

    Raises
    ------
    ControlError
        If the grid is empty, or `max` or `value` does not lie on it.
    """

    min: float
    max: float
    step: float
    value: float
    label: str | None
    unit: str

    def __init__(
        self,
        min: float,
        max: float,
        *,
        step: float,
        value: float,
        label: str | None = None,
        unit: str = "",
    ) -> None:
        for key, given in {
            "min": min,
            "max": max,
            "step": step,
            "value": value,
        }.items():
            if isinstance(given, bool) or not isinstance(given, int | float):
                raise ControlError(f"Slider {key}={given!r}: expected a number")
            if not math.isfinite(given):
                raise ControlError(f"Slider {key}={given!r}: expected a finite number")
            object.__setattr__(self, key, given)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "unit", unit)
        if step <= 0 or max <= min:
            raise ControlError(
                f"Slider({min}, {max}, step={step}): expected min < max and step > 0"
            )
        self.check("max", max)
        self.check("value", value)

    @property
    def default(self) -> Value:
        """The value the figure starts with."""
        return self._at(round((self.value - self.min) / self.step))

    @property
    def decimals(self) -> int:
        """Decimal places that every value of the grid is rounded to."""
        return _decimals(self.min, self.step)

    def size(self) -> int:
        """Count the values of the control."""
        return round((self.max - self.min) / self.step) + 1

    def _at(self, index: int) -> float:
        if all(isinstance(number, int) for number in (self.min, self.step)):
            return self.min + index * self.step
        return round(self.min + index * self.step, self.decimals) + 0.0

    def grid(self) -> list[Value]:
        """Every value that the slider can take, in order."""
        return [self._at(index) for index in range(self.size())]

    def check(self, name: str, value: object) -> Value:
        """Return the grid value equal to `value` within a millionth of a step."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ControlError(
                f"control {name!r} cannot be {value!r}: expected a number"
            )
        if not self.min - self.step * 1e-6 <= value <= self.max + self.step * 1e-6:
            raise ControlError(
                f"control {name!r} cannot be {value!r}: "
                f"outside its range {self.min} to {self.max}"
            )
        index = round((value - self.min) / self.step)
        if abs(self.min + index * self.step - value) > 1e-6 * self.step:
            raise ControlError(
                f"control {name!r} cannot be {value!r}: not on its grid "
                f"{self.min}, {self.min + self.step:.12g}, … (step {self.step})"
            )
        return self._at(index)

    def spec(self) -> dict[str, Any]:
        """Return what the front end needs to draw the control, as JSON."""
        return {
            "kind": "slider",
            "label": self.label,
            "min": self.min,
            "step": self.step,
            "decimals": self.decimals,
            "size": self.size(),
            "unit": self.unit,
            "value": self.default,
        }


@dataclass(frozen=True)
class Choice(Control):
    """One of a few options.

    Parameters
    ----------
    options : sequence of str or numbers, or mapping from label to value
        What can be chosen; values must differ.
    value : str or number, optional
        What is chosen at the start; the first option by default.
    label : str, optional
        What the reader sees; the control's name by default.

    Raises
    ------
    ControlError
        If there are no options, two are equal, or `value` is none of them.
    """

    options: tuple[tuple[str, str | float], ...]
    value: str | float
    label: str | None

    def __init__(
        self,
        options: Sequence[str | float] | Mapping[str, str | float],
        value: str | float | None = None,
        label: str | None = None,
    ) -> None:
        if isinstance(options, str):
            raise ControlError(f"Choice({options!r}): expected a list of options")
        pairs = (
            tuple(options.items())
            if isinstance(options, Mapping)
            else tuple((str(option), option) for option in options)
        )
        if not pairs:
            raise ControlError("Choice needs at least one option")
        for _, option in pairs:
            number = isinstance(option, int | float) and math.isfinite(option)
            if not (number or isinstance(option, str)):
                raise ControlError(
                    f"Choice option {option!r}: expected a text or a finite number"
                )
        # The page's address cannot tell 1 from "1".
        if len({str(option) for _, option in pairs}) != len(pairs):
            raise ControlError(f"Choice options must differ: {pairs!r}")
        object.__setattr__(self, "options", pairs)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "value", pairs[0][1] if value is None else value)
        self.check("value", self.value)

    @property
    def default(self) -> Value:
        """The option chosen at the start."""
        return self.value

    def grid(self) -> list[Value]:
        """Every option's value, in order."""
        return [value for _, value in self.options]

    def spec(self) -> dict[str, Any]:
        """Return what the front end needs to draw the control, as JSON."""
        return {
            "kind": "choice",
            "label": self.label,
            "options": [
                {"label": text, "value": value} for text, value in self.options
            ],
            "value": self.value,
        }


@dataclass(frozen=True)
class Toggle(Control):
    """A switch, off or on."""

    value: bool = False
    label: str | None = None

    def __post_init__(self) -> None:
        self.check("value", self.value)

    @property
    def default(self) -> Value:
        """Whether the switch starts on."""
        return self.value

    def grid(self) -> list[Value]:
        """Off, on."""
        return [False, True]

    def spec(self) -> dict[str, Any]:
        """Return what the front end needs to draw the control, as JSON."""
        return {"kind": "toggle", "label": self.label, "value": self.value}


@dataclass(frozen=True)
class Player(Control):
    """A sequence of steps that can be played, or walked through one by one.

    Parameters
    ----------
    steps : int
        Number of steps; the control's value runs from 0 to steps − 1.
    value : int
        The step shown at the start.
    label : str, optional
        What one step is called.
    interval_ms : int
        Time between two steps while playing, in milliseconds.

    Raises
    ------
    ControlError
        If there are fewer than two steps, or `value` is none of them.
    """

    steps: int
    value: int = 0
    label: str | None = None
    interval_ms: int = 900

    def __post_init__(self) -> None:
        if isinstance(self.steps, bool) or not isinstance(self.steps, int):
            raise ControlError(f"Player steps={self.steps!r}: expected a whole number")
        if self.steps < 2:
            raise ControlError(f"Player steps={self.steps}: expected at least 2")
        self.check("value", self.value)

    @property
    def default(self) -> Value:
        """The step shown at the start."""
        return self.value

    def size(self) -> int:
        """Count the steps."""
        return self.steps

    def grid(self) -> list[Value]:
        """Every step."""
        return list(range(self.steps))

    def check(self, name: str, value: object) -> Value:
        """Return `value` if it is one of the steps."""
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or not 0 <= value < self.steps
        ):
            raise ControlError(
                f"control {name!r} cannot be {value!r}: "
                f"expected a step from 0 to {self.steps - 1}"
            )
        return value

    def spec(self) -> dict[str, Any]:
        """Return what the front end needs to draw the control, as JSON."""
        return {
            "kind": "player",
            "label": self.label,
            "size": self.steps,
            "interval": self.interval_ms,
            "value": self.value,
        }

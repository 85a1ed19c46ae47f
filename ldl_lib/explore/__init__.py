"""Interactive figures that work in notebooks and, without a kernel, on the site."""

from ldl_lib.explore.controls import (
    Choice,
    Control,
    ControlError,
    Player,
    Slider,
    Toggle,
)
from ldl_lib.explore.explorable import DefinitionError, Explorable, Group
from ldl_lib.explore.page import site_mode
from ldl_lib.explore.states import StateError
from ldl_lib.explore.table import BudgetError

__all__ = [
    "BudgetError",
    "Choice",
    "Control",
    "ControlError",
    "DefinitionError",
    "Explorable",
    "Group",
    "Player",
    "Slider",
    "StateError",
    "Toggle",
    "site_mode",
]

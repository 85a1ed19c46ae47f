"""One number with its unit, its target and what it is compared with."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A measured number.

    Attributes
    ----------
    what : str
        Its name, unique in the table.
    value : float
        What was measured.
    unit : str
        Its unit; empty for a count or a ratio.
    target : float or None
        The most it may be, in the same unit; with `at_least` the least.
    at_least : bool
        Whether more is better.
    """

    what: str
    value: float
    unit: str = ""
    target: float | None = None
    at_least: bool = False

    @property
    def held(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.target is None:
            return None
        if self.at_least:
            return self.value >= self.target
        return self.value <= self.target


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def latency(
    what: str, milliseconds: Sequence[float], target: float | None
) -> list[Measure]:
    """Return median and 95th percentile of repeated waits in milliseconds."""
    return [
        Measure(f"{what}, median", statistics.median(milliseconds), "ms"),
        Measure(f"{what}, p95", percentile(milliseconds, 0.95), "ms", target),
    ]

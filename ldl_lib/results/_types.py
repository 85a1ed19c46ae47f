"""What a result is, and when it is one: finite numbers, one a seed."""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..data._types import Dataset, Whole

MIME = "application/vnd.ldl.result+json"

# A lab's name is also a file's name.
_LAB = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_FRAMEWORKS = ("numpy", "keras", "tensorflow", "torch")


class ResultError(ValueError):
    """A result does not hold what a result must hold; the message says what."""


@dataclass(frozen=True)
class Result:
    """What a lab measured, once for each seed.

    Attributes
    ----------
    lab : str
        Name of the lab, such as ``"05_digits_pytorch"``.
    seeds : tuple of int
        The seeds, in the order of every metric.
    metrics : dict of str to tuple of float
        One finite number a seed. Errors and accuracies are fractions, 0 to 1.
    curves : dict of str to tuple of tuple of float
        One number an epoch, for each seed.
    parameters : dict
        What the run was made with, as the notebook's `parameters` cell names it.
    data : tuple of dict
        Of each dataset its name, source, digest, whether it is a sample, and sizes.
    versions : dict of str to str
        Python and whatever of NumPy, Keras, TensorFlow and PyTorch was in use.
    device : str
        What computed; may be empty.
    key, date : str
        Of a stored run: digest of what it depends on, and day (ISO 8601). Else empty.
    seconds : float
        Of a stored run: how long the notebook took. Else 0.
    """

    lab: str
    seeds: tuple[int, ...]
    metrics: dict[str, tuple[float, ...]]
    curves: dict[str, tuple[tuple[float, ...], ...]]
    parameters: dict[str, Any]
    data: tuple[dict[str, Any], ...]
    versions: dict[str, str]
    device: str = ""
    key: str = ""
    date: str = ""
    seconds: float = 0.0

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Result:
        """Build and check a result from the dict that `payload` returns.

        Raises
        ------
        ResultError
            If a field is missing or of the wrong form, or a number is not finite.
        """
        try:
            lab = str(payload["lab"])
            if not _LAB.fullmatch(lab):
                raise ResultError(
                    f"lab is {lab!r}, expected letters, digits, _ and - only, because "
                    "it names a file"
                )
            seeds = _seeds(payload["seeds"])
            return cls(
                lab=lab,
                seeds=seeds,
                metrics=_metrics(payload["metrics"], len(seeds)),
                curves=_curves(payload.get("curves", {}), len(seeds)),
                parameters=_plain(payload.get("parameters", {})),
                data=tuple(_data(entry) for entry in payload.get("data", [])),
                versions={k: str(v) for k, v in payload.get("versions", {}).items()},
                device=str(payload.get("device", "")),
                key=str(payload.get("key", "")),
                date=str(payload.get("date", "")),
                seconds=float(payload.get("seconds", 0.0)),
            )
        except KeyError as error:
            raise ResultError(f"a result needs the field {error}") from None
        except ResultError:
            raise
        except (TypeError, AttributeError, ValueError, OverflowError) as error:
            raise ResultError(f"a field has the wrong form: {error}") from None

    def payload(self) -> dict[str, Any]:
        """Return the result as a dict that JSON can hold; `from_payload` reads it."""
        fields: dict[str, Any] = {
            "lab": self.lab,
            "seeds": list(self.seeds),
            "metrics": {name: list(values) for name, values in self.metrics.items()},
            "curves": {
                name: [list(curve) for curve in curves]
                for name, curves in self.curves.items()
            },
            "parameters": self.parameters,
            "data": list(self.data),
            "versions": self.versions,
            "device": self.device,
        }
        if self.key:
            fields |= {"key": self.key, "date": self.date, "seconds": self.seconds}
        return fields

    @property
    def is_sample(self) -> bool:
        """Whether any dataset was a sample that only stands in for the real one."""
        return any(entry.get("is_sample", False) for entry in self.data)

    def mean(self, metric: str) -> float:
        """Return the mean of a metric over the seeds."""
        return fmean(self._metric(metric))

    def spread(self, metric: str) -> float:
        """Return the standard deviation (n − 1) over the seeds; 0 with one seed."""
        values = self._metric(metric)
        return stdev(values) if len(values) > 1 else 0.0

    def _metric(self, metric: str) -> tuple[float, ...]:
        if metric not in self.metrics:
            raise ResultError(
                f"{self.lab!r} has no metric {metric!r}; it has "
                + ", ".join(sorted(self.metrics))
            )
        return self.metrics[metric]

    def __str__(self) -> str:
        seeds = f"{len(self.seeds)} seed{'s' if len(self.seeds) > 1 else ''}"
        numbers = "; ".join(f"{name} {self.mean(name):.4g}" for name in self.metrics)
        return f"{self.lab}, {seeds}: {numbers}"

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        return {"text/plain": str(self), MIME: self.payload()}


def record(
    *,
    lab: str,
    seeds: Sequence[int],
    metrics: Mapping[str, Sequence[float]],
    curves: Mapping[str, Sequence[Sequence[float]]] | None = None,
    datasets: Iterable[Dataset | Whole] = (),
    parameters: Mapping[str, Any] | None = None,
    device: object = "",
) -> Result:
    """Record what a lab measured; as a cell's last expression it is also stored.

    Parameters
    ----------
    lab : str
        Name of the lab, such as ``"05_digits_pytorch"``; names the stored file.
    seeds : sequence of int
        One training run each.
    metrics : mapping of str to sequence of float
        One finite number a seed; errors and accuracies as fractions, 0 to 1.
    curves : mapping of str to sequence of sequence of float, optional
        One number an epoch for each seed; all seeds equally long.
    datasets : iterable of ldl_lib.data.Dataset, or series or texts, optional
        Their names, digests and sizes are kept, not their contents.
    parameters : mapping, optional
        Names and values of the `parameters` cell. `reported_vs_measured` compares them
        with those of the full run to say whether this run is shortened.
    device : object, optional
        What computed: `ldl_lib.device(...)` or words.

    Returns
    -------
    Result

    Raises
    ------
    ResultError
        If the lab's name cannot be a file's name, a metric has not one number a seed,
        or a number is not finite.
    """
    return Result.from_payload(
        {
            "lab": lab,
            "seeds": seeds,
            "metrics": metrics,
            "curves": curves or {},
            "parameters": parameters or {},
            "data": [_describe(dataset) for dataset in datasets],
            "versions": _versions(),
            "device": device,
        }
    )


def _describe(dataset: Dataset | Whole) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "source": dataset.source,
        "digest": dataset.digest,
        "is_sample": dataset.is_sample,
        "sizes": _sizes(dataset),
    }


def _sizes(dataset: Dataset | Whole) -> dict[str, int]:
    """Return how much each part holds, or a series or text that the lab splits."""
    if hasattr(dataset, "arrays"):
        return {"whole": len(dataset.arrays()[0])}
    parts = ("train", "validation", "test")
    return {part: len(getattr(dataset, part).y) for part in parts}


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _FRAMEWORKS:
        # Frameworks that this run did not import say nothing about its numbers.
        if name in sys.modules:
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                found[name] = str(getattr(sys.modules[name], "__version__", "unknown"))
    return found


def _seeds(seeds: Iterable[Any]) -> tuple[int, ...]:
    kept = tuple(int(seed) for seed in seeds)
    if not kept:
        raise ResultError("seeds is empty, expected at least one")
    if len(set(kept)) != len(kept):
        raise ResultError(f"seeds repeat: {list(kept)}; equal seeds show no spread")
    return kept


def _metrics(
    metrics: Mapping[str, Iterable[Any]], seeds: int
) -> dict[str, tuple[float, ...]]:
    if not metrics:
        raise ResultError("metrics is empty, expected at least one")
    kept = {name: _numbers(name, values) for name, values in metrics.items()}
    for name, values in kept.items():
        if len(values) != seeds:
            raise ResultError(
                f"metric {name!r} has {len(values)} values, expected one for each of "
                f"the {seeds} seeds"
            )
    return kept


def _curves(
    curves: Mapping[str, Iterable[Iterable[Any]]], seeds: int
) -> dict[str, tuple[tuple[float, ...], ...]]:
    kept = {
        name: tuple(_numbers(name, curve) for curve in runs)
        for name, runs in curves.items()
    }
    for name, runs in kept.items():
        lengths = [len(curve) for curve in runs]
        if len(runs) != seeds or len(set(lengths)) > 1:
            raise ResultError(
                f"curve {name!r} has lengths {lengths}, expected {seeds} equal ones, "
                "one for each seed"
            )
    return kept


def _numbers(name: str, values: Iterable[Any]) -> tuple[float, ...]:
    numbers = tuple(float(value) for value in values)
    for index, number in enumerate(numbers):
        if not isfinite(number):
            raise ResultError(
                f"{name!r} is {number} at position {index}, expected a finite number: "
                "did training diverge?"
            )
    return numbers


def _data(entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = _plain(entry)
    missing = [key for key in ("name", "digest", "sizes") if key not in kept]
    if missing:
        raise ResultError(f"data lacks {', '.join(missing)}")
    return kept


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of plain JSON types, so that comparing with a file is exact."""
    try:
        copy: dict[str, Any] = json.loads(json.dumps(dict(values), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ResultError(f"{dict(values)} cannot be stored as JSON: {error}") from None
    return copy

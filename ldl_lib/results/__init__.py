"""Results of labs: record a run, load the stored full run, compare with the book.

A lab ends with three calls:

>>> run = results.record(lab="05_digits_pytorch", seeds=seeds, metrics=metrics,
...                      curves=curves, datasets=[mnist], parameters=parameters)
>>> results.curve_figure(run, {"validation_error": "Validation"}, y_title="error")
>>> results.reported_vs_measured(run, [Row("test_error", "Test error", "≈ 4 %")])

What `record` returns displays itself as `MIME`. `make full LAB=…` collects that output
of an unshortened run and stores it with `save` as ``results/<lab>.json``.
"""

from ._curves import curve_figure
from ._store import (
    ResultNotFoundError,
    StoredResultError,
    load,
    names,
    save,
)
from ._table import Comparison, Row, reported_vs_measured
from ._types import MIME, Result, ResultError, record

__all__ = [
    "MIME",
    "Comparison",
    "Result",
    "ResultError",
    "ResultNotFoundError",
    "Row",
    "StoredResultError",
    "curve_figure",
    "load",
    "names",
    "record",
    "reported_vs_measured",
    "save",
]

"""Measure what the design promises: one table, and _build/bench.json.

    python -m benchmarks                  all but `environment`
    python -m benchmarks pages kernel     only these

A slow machine changes every number: what has a peer is compared with it in the same
run, and no test asserts a time.
"""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import statistics
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    book,
    digits,
    execution,
    import_time,
    networks,
    notebooks,
    pages,
    playground,
)
from benchmarks.measures import Measure
from ldl_lib.publish import notebook, schedule

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "_build" / "bench.json"


def imports(root: Path) -> list[Measure]:
    """Time `import ldl_lib` against NumPy and Plotly, in pairs."""
    base = import_time.BASE
    ours = f"{base}\nimport ldl_lib"
    for program in (base, ours):  # compile and warm the file cache
        import_time.milliseconds(program)
    pairs = []
    for number in range(9):
        # Whoever comes second finds a warmer machine: take turns.
        order = (base, ours) if number % 2 else (ours, base)
        times = {program: import_time.milliseconds(program) for program in order}
        pairs.append((times[base], times[ours]))
    beyond = statistics.median(with_us - without for without, with_us in pairs)
    ratio = statistics.median(with_us / without for without, with_us in pairs)
    target = import_time.TARGET_MS
    return [
        Measure("import ldl_lib, beyond NumPy and Plotly", beyond, "ms", target),
        Measure("import ldl_lib, ratio to NumPy and Plotly alone", ratio, "×"),
    ]


def executor(root: Path) -> list[Measure]:
    """Execute all notebooks as we do and as Jupyter Book does."""
    numbers = execution.compare(root, notebook.select(root, []), schedule.cores())
    targets = {"ratio, execution": 1.7}
    return [
        Measure(f"execution: {name}", value, target=targets.get(name), at_least=True)
        for name, value in numbers.items()
    ]


def fresh(root: Path) -> list[Measure]:
    """Report how long the last test run needed from a fresh environment to a figure."""
    report = root / "_build" / "tests.xml"
    if not report.exists():
        return []
    return [
        Measure(f"fresh: {case.get('name')}", float(found.get("value", "nan")), "s")
        for case in ElementTree.parse(report).iter("testcase")
        for found in case.iter("property")
        if found.get("name") == "seconds_to_first_figure"
    ]


SECTIONS: dict[str, Callable[[Path], list[Measure]]] = {
    "imports": imports,
    "networks": networks.measure,
    "digits": digits.measure,
    "playground": playground.measure,
    "pages": pages.measure,
    "kernel": notebooks.measure,
    "fresh": fresh,
    "book": book.measure,
    "execution": executor,
    "environment": book.measure_environment,
}
# Downloads and unpacks gigabytes: only where it is asked for.
ON_REQUEST = {"environment"}


def show(measure: Measure) -> str:
    """Return a line of the table."""
    verdict = {None: "", True: "held", False: "MISSED"}[measure.held]
    sign = "≥" if measure.at_least else "≤"
    target = "" if measure.target is None else f"{sign} {measure.target:g}"
    value = f"{measure.value:,.1f} {measure.unit}"
    return f"{measure.what:88} {value:>14} {target:>8} {verdict}"


def main(names: list[str]) -> int:
    """Measure, print and store."""
    unknown = sorted(set(names) - SECTIONS.keys())
    if unknown:
        print(f"no section {unknown[0]!r}: there are {', '.join(SECTIONS)}")
        return 2
    chosen = names or [name for name in SECTIONS if name not in ON_REQUEST]
    results: dict[str, list[Measure]] = {}
    for name in chosen:
        print(f"measuring: {name}", flush=True)
        start = time.monotonic()
        results[name] = SECTIONS[name](ROOT)
        print(f"  {time.monotonic() - start:.0f} s, load {os.getloadavg()[0]:.1f}\n")
        print("\n".join(map(show, results[name])), flush=True)
        store(results)  # so that an interrupted run keeps what it has measured
    print(f"\nstored in {REPORT}")
    return 0


def store(results: dict[str, list[Measure]]) -> None:
    """Write what has been measured to `REPORT`."""
    REPORT.parent.mkdir(exist_ok=True)
    machine = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    stored = {
        name: [dataclasses.asdict(measure) for measure in measures]
        for name, measures in results.items()
    }
    text = json.dumps({"machine": machine, "sections": stored}, indent=1)
    REPORT.write_text(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

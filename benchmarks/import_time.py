"""How much `import ldl_lib` adds to NumPy and Plotly: target below 150 ms.

Usage: python benchmarks/import_time.py [repetitions]

Every import runs in a fresh interpreter and counts processor time, which other load on
the machine disturbs far less than the clock; the files are in the cache by then. The
order is shuffled in each round, and differences are taken within a round.
"""

import random
import statistics
import subprocess
import sys

BASE = "import numpy, plotly.graph_objects"
PROGRAMS = {
    "nothing": "",
    "numpy, plotly.graph_objects": BASE,
    "+ import ldl_lib": f"{BASE}\nimport ldl_lib",
    "+ ldl_lib.nn": f"{BASE}\nimport ldl_lib.nn",
    "+ ldl_lib.figures": f"{BASE}\nimport ldl_lib.figures",
    "+ ldl_lib.explore": f"{BASE}\nimport ldl_lib.explore",
    "+ ldl_lib.data": f"{BASE}\nimport ldl_lib.data",
    "+ setup cell's report": f"{BASE}\nimport ldl_lib; ldl_lib.report()",
}
TARGET_MS = 150.0


def milliseconds(program: str) -> float:
    """Processor time of a program, without Python's own start."""
    timed = (
        "import time; start = time.process_time()\n"
        f"{program}\n"
        "print(f'\\n{(time.process_time() - start) * 1e3}')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", timed], check=True, capture_output=True, text=True
    )
    return float(answer.stdout.splitlines()[-1])


def main(repetitions: int = 15) -> int:
    """Print medians and differences; return 1 if the target is missed."""
    for program in PROGRAMS.values():  # compile and warm the file cache
        milliseconds(program)
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    names = list(PROGRAMS)
    for _ in range(repetitions):
        random.shuffle(names)
        for name in names:
            times[name].append(milliseconds(PROGRAMS[name]))

    base = times["numpy, plotly.graph_objects"]
    beyond = {
        name: statistics.median(v - b for v, b in zip(values, base, strict=True))
        for name, values in times.items()
    }
    print(f"{repetitions} rounds, median milliseconds of processor time")
    print(f"{'program':28} {'time':>8} {'beyond NumPy + Plotly':>22} {'ratio':>7}")
    for name, values in times.items():
        ratio = statistics.median(v / b for v, b in zip(values, base, strict=True))
        added = f"{beyond[name]:.1f}" if name.startswith("+") else ""
        print(f"{name:28} {statistics.median(values):8.1f} {added:>22} {ratio:7.2f}")

    held = beyond["+ import ldl_lib"] < TARGET_MS
    print(
        f"target: import ldl_lib takes less than {TARGET_MS:.0f} ms beyond NumPy and "
        f"Plotly: {'held' if held else 'MISSED'}"
    )
    return int(not held)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

"""Executed again, a notebook shows the same, or the check says where it does not."""

import io
from dataclasses import replace

from ldl_lib.publish import execute, nbval
from ldl_lib.publish.watch import Limits

FIGURE = """\
import random, time
from IPython.display import display
mime = 'application/vnd.ldl.figure+json'
meta = {{'states': 1, 'seconds': time.time()}}
carried = {{'id': 'a', 'payload': {0}, 'meta': meta}}
display({{'text/html': '<p>', mime: carried}}, raw=True)
"""


def run(project, **options):
    return nbval.run(project.root, stream=io.StringIO(), **options)


def prepare(project):
    outcome = execute.run(project.root, stream=io.StringIO())
    assert outcome.ok, outcome.text()


STEADY = (
    ("epochs = 5", ["parameters"]),
    "print(epochs)",
    "object()",  # its text holds an address
    "{'b': 1.5}",
    FIGURE.format("[1, 2]"),
    ("import time; print(time.time())", ["setup"]),
    ("time.time()", ["nbval-ignore-output"]),
    "print('two'); print('streams')",
    "import os; print(os.environ['LDL_SITE'], os.environ['OMP_NUM_THREADS'])",
)


def test_a_steady_notebook_passes_and_is_not_repeated(project):
    project.add("lab_a", *STEADY)
    profile = "01_tiny/lab_a.ipynb: {parameters: {epochs: 1}, reason: short}"
    (project.root / "notebooks/profiles.yml").write_text(profile)
    prepare(project)
    outcome = run(project)
    assert outcome.ok, outcome.text()
    assert not outcome.results[0].cached
    assert run(project).results[0].cached
    assert not run(project, force=True).results[0].cached


PIXEL = (
    "import base64, os\nfrom IPython.display import Image\n"
    "Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + os.urandom(40), format='png')"
)


def test_what_differs_is_found(project):
    varying = [
        "import random; print(random.random())",
        "import time; time.time()",
        FIGURE.format("[random.random()]"),
        PIXEL,
    ]
    project.add("concepts", "a = 1", *varying, "print('same')")
    prepare(project)
    (result,) = run(project).results
    assert result.status == "error"
    assert "Cell outputs differ" in result.failure.message
    assert "(code cells 2, 3, 4, 5)" in result.failure.message
    assert result.failure.cell == 2
    assert result.failure.source == varying[0]
    assert not run(project).ok  # a failure is not remembered as a pass


def test_labs_are_repeated_once_their_own_source_changes(project):
    def cached(**options):
        return [result.cached for result in run(project, **options).results]

    project.add("concepts", "print(1)")
    project.add("lab_a", "print(1)")
    prepare(project)
    assert cached() == [False, False]
    # Something else changed: executed copies are new, sources are not.
    (project.root / "requirements.txt").write_text("torch")
    prepare(project)
    assert cached() == [False, True]
    assert cached(everything=True) == [True, False]
    project.add("lab_a", "print(2)")
    prepare(project)
    assert cached() == [True, False]


def test_what_was_never_executed_is_a_failure(project):
    project.add("concepts", "print(1)")
    (result,) = run(project).results
    assert result.status == "not executed"
    assert "ldl run" in result.failure.message


def test_a_notebook_that_hangs_the_second_time_is_stopped(project, tmp_path):
    flag = tmp_path / "flag"
    code = (
        f"import os, time\nif os.path.exists({str(flag)!r}): time.sleep(1000)\n"
        f"open({str(flag)!r}, 'w').close()"
    )
    path = project.add("concepts", code)
    prepare(project)
    job = nbval._job(project.root, path, tmp_path / "stop", False, False, 1.0)
    result = nbval.check(replace(job, limits=Limits(-29)))  # 1 s with the allowance
    assert result.status == "timed out"


def test_the_command(project):
    project.add("concepts", "import random; print(random.random())")
    prepare(project)
    done = project.ldl("nbval")
    assert done.returncode == 1
    assert "code cell 1" in done.stdout
    assert (project.root / "_build/reports/nbval.json").is_file()

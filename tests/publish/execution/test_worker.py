"""One notebook: whatever it does, there is a result, and nothing is left running."""

import json
import os
import subprocess
import sys
import tempfile
import time

import pytest

from ldl_lib.publish import kernel
from ldl_lib.publish.watch import Limits


def test_an_executed_notebook_and_its_result_belong_together(project):
    path = project.add("concepts", ("rate = 1", ["parameters"]), "print(rate)")
    result = project.run_one(path, parameters={"rate": 5})
    assert (result.status, result.failure) == ("ok", None)
    assert project.printed(path) == "5\n"
    assert project.result(path) == result
    assert len(result.cell_seconds) == 3  # the injected cell is one of them
    assert result.cpu_seconds > 0
    assert 20 < result.peak_mb < 1000


def test_an_error_names_the_cell_its_source_and_the_exception(project):
    path = project.add("lab_a", "a = 1", "a / 0", "print('never')")
    result = project.run_one(path)
    assert result.status == "error"
    assert result.failure.cell == 2
    assert result.failure.source == "a / 0"
    assert result.failure.message == "ZeroDivisionError: division by zero"
    assert "----> 1 a / 0" in result.failure.details
    assert "\x1b" not in result.failure.details
    assert project.executed(path).cells[2].execution_count is None


def test_code_counts_from_where_the_profile_is_injected(project):
    path = project.add("lab_a", ("a = 1", ["parameters"]), "1 / 0")
    assert project.run_one(path, parameters={"a": 2}).failure.cell == 3


@pytest.mark.parametrize("code", ["import time; time.sleep(1000)", "while True: pass"])
def test_a_notebook_that_hangs_is_stopped(project, code):
    path = project.add("concepts", "a = 1", code)
    began = time.monotonic()
    result = project.run_one(path, limits=Limits(0.6))
    assert result.status == "timed out"
    assert result.failure.cell == 2
    assert "limit is 0.6 s" in result.failure.message
    assert time.monotonic() - began < 15


def test_a_memory_eater_is_stopped_and_its_peak_is_told(project):
    path = project.add(
        "concepts", "import time", "kept = []\nwhile True: kept.append(b'1' * 10**7)"
    )
    result = project.run_one(path, limits=Limits(30, memory_mb=200))
    assert result.status == "out of memory"
    assert result.peak_mb > 200
    assert f"{result.peak_mb:.0f} MiB" in result.failure.message


def test_memory_of_child_processes_counts(project):
    code = (
        "import subprocess, sys\n"
        "eat = 'import time; kept = b\"1\" * 300_000_000; time.sleep(100)'\n"
        "subprocess.run([sys.executable, '-c', eat])"
    )
    path = project.add("concepts", code)
    result = project.run_one(path, limits=Limits(30, memory_mb=250))
    assert result.status == "out of memory"


# Linux's ru_maxrss keeps what the parent had at the start of a child; VmHWM does not.
MEASURE = """
import json, pathlib, re, resource, sys
from ldl_lib.publish.worker import Job, execute
from ldl_lib.publish.watch import Limits
result = execute(Job(sys.argv[1], sys.argv[2], "key", limits=Limits(60, output_mb=5)))
status = pathlib.Path("/proc/self/status")
peak = (int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]) if status.exists()
        else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024
print(json.dumps([result.status, result.failure.message, peak]))
"""


@pytest.mark.parametrize(
    "code",
    [
        "print('x' * 100_000_000)",
        "for _ in range(1000): print('x' * 100_000, flush=True)",
        "from IPython.display import HTML, display\n"
        "for _ in range(100): display(HTML('x' * 1_000_000))",
    ],
    ids=["one", "many", "rich"],
)
def test_a_flood_of_100_mb_is_cut_without_filling_memory(project, code):
    path = project.add("concepts", code)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(project.root), path],
        capture_output=True,
        text=True,
        check=True,
    )
    status, message, peak = json.loads(done.stdout)
    assert status == "too much output"
    assert "more than 5 MiB" in message
    print(f"peak {peak:.0f} MiB")
    assert peak < 600  # MiB
    copy = project.root / "_build" / "executed" / path
    assert copy.stat().st_size < 7_000_000


@pytest.mark.parametrize(
    "code", ["import os; os._exit(3)", "import ctypes; ctypes.string_at(0)"]
)
def test_a_dead_kernel_is_reported_as_dead(project, code):
    path = project.add("concepts", "a = 1", code)
    result = project.run_one(path)
    assert result.status == "kernel died"
    assert result.failure.cell == 2
    assert result.failure.source == code


def test_what_a_dying_kernel_says_is_kept(project):
    path = project.add("concepts", "import ctypes; ctypes.string_at(0)")
    assert "Segmentation fault" in project.run_one(path).failure.details


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "not a notebook"),
        ('{"cells": 3}', "not a notebook"),
        ('{"cells": [{"cell_type": "code"}], "nbformat": 4}', "not a valid notebook"),
        ("\xff\xfe", "not valid JSON"),
    ],
)
def test_what_is_no_notebook_is_reported(project, text, words):
    path = project.add("concepts", "1")
    project.run_one(path)
    (project.root / path).write_text(text, encoding="utf-8")
    result = project.run_one(path, force=True)
    assert result.status == "not a notebook"
    assert words in result.failure.message
    # The copy of what it was before must not be published.
    assert not (project.root / "_build" / "executed" / path).exists()


def test_nothing_is_left_running_and_no_folder_is_left(project, alive, monkeypatch):
    code = (
        "import subprocess, os\n"
        "a = subprocess.Popen(['sleep', '1000'])\n"
        "b = subprocess.Popen(['setsid', 'sleep', '1000'])\n"
        "print(os.getpid(), a.pid, b.pid)"
    )
    own = tempfile.mkdtemp()  # short enough for sockets, unlike tmp_path may be
    monkeypatch.setattr(tempfile, "tempdir", own)
    path = project.add("concepts", code, "import time; time.sleep(0.5)")
    assert project.run_one(path).ok
    pids = [int(pid) for pid in project.printed(path).split()]
    assert len(pids) == 3
    assert not [pid for pid in pids if alive(pid)]
    assert os.listdir(own) == []
    os.rmdir(own)


def test_the_kernel_is_private(project):
    code = (
        "import ipykernel, json, os, stat\n"
        "facts = json.load(open(ipykernel.get_connection_file()))\n"
        "folder = os.path.dirname(facts['ip'])\n"
        "mode = stat.S_IMODE(os.stat(folder).st_mode)\n"
        "print(facts['transport'], oct(mode & 0o777), os.path.isabs(folder))"
    )
    path = project.add("concepts", code)
    assert project.run_one(path).ok
    assert project.printed(path) == "ipc 0o700 True\n"


def test_a_long_temporary_folder_does_not_break_sockets(project, tmp_path, monkeypatch):
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    folder = kernel.private_folder()
    folder.rmdir()
    assert len(str(folder)) < 90
    path = project.add("concepts", "1")
    assert project.run_one(path).ok


def test_every_kernel_has_the_same_environment(project, monkeypatch):
    monkeypatch.setenv("LDL_DATA_MIRROR", "/somewhere")
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    names = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    names += ["TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"]
    others = ["LDL_SITE", "PYTHONHASHSEED", "LDL_DATA_MIRROR", "TF_CPP_MIN_LOG_LEVEL"]
    code = f"import os\nprint(*[os.environ[n] for n in {names + others}])"
    path = project.add("concepts", code)
    project.run_one(path, threads=3)
    assert project.printed(path).split() == ["3"] * 5 + ["1", "0", "/somewhere", "3"]


def test_the_project_that_is_executed_is_the_one_that_is_imported(project):
    (project.root / "ldl_lib").mkdir()
    (project.root / "ldl_lib" / "__init__.py").write_text("here = 'this tree'")
    path = project.add("concepts", "import ldl_lib; print(ldl_lib.here)")
    project.run_one(path)
    assert project.printed(path) == "this tree\n"


def test_notebooks_write_no_files_beside_their_sources(project):
    path = project.add("concepts", "open('left.txt', 'w').write('x')")
    assert project.run_one(path).ok
    files = {p.name for p in (project.root / "notebooks").rglob("*")}
    assert files == {"01_tiny", "concepts.ipynb"}


def test_executed_twice_an_executed_copy_has_the_same_cells(project):
    path = project.add("concepts", ("a = 1", ["parameters"]), "a")

    def cells():
        project.run_one(path, parameters={"a": 2}, force=True)
        return [(c.id, c.source, c.outputs) for c in project.executed(path).cells]

    assert cells() == cells()


def test_slow_prints_are_one_output(project):
    code = "import time\nprint(1, flush=True)\ntime.sleep(0.4)\nprint(2)"
    path = project.add("concepts", code)
    project.run_one(path)
    outputs = [o for cell in project.executed(path).cells for o in cell.outputs]
    assert [output.text for output in outputs] == ["1\n2\n"]


def test_a_stop_file_stops_at_once_and_leaves_no_result(project, tmp_path):
    path = project.add("concepts", "import time; time.sleep(1000)")
    stop = tmp_path / "stop"
    stop.touch()
    result = project.run_one(path, stop_file=str(stop))
    assert result.status == "interrupted"
    assert project.result(path) is None


def test_a_worker_that_does_not_see_the_project_says_so(project):
    result = project.run_one("notebooks/elsewhere/concepts.ipynb")
    assert result.status == "executor failed"
    assert "sees no folder" in result.failure.message


def test_a_user_s_own_kernel_of_the_same_name_is_not_used(project, tmp_path):
    spec = tmp_path / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True)
    wrong = {"argv": ["false"], "display_name": "wrong", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(wrong))
    path = project.add("concepts", "1")
    done = project.ldl("run", "--workers", "1", JUPYTER_PATH=str(tmp_path / "jupyter"))
    assert project.result(path).ok, done.stderr
    assert os.path.exists(project.root / "_build" / "executed" / path)

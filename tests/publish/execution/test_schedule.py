"""Many notebooks: resumed, stopped, shared by two executors, on a cluster."""

import io
import json
import signal
import sys
import time

import pytest

from ldl_lib.publish import execute, notebook, profiles, report, schedule
from ldl_lib.publish.worker import Result

COUNT = "import os\nopen({log!r}, 'a').write('x')\n"


@pytest.fixture
def counter(tmp_path_factory):
    """Return code that counts how often a notebook ran, and how to ask."""
    folder = tmp_path_factory.mktemp("counts")

    def code(name):
        return f"open({str(folder / name)!r}, 'a').write('x')"

    def count(name):
        file = folder / name
        return len(file.read_text()) if file.exists() else 0

    return code, count


def run(project, *names, **options):
    paths = list(names) or None
    return execute.run(project.root, paths, stream=io.StringIO(), **options)


def wait_for(condition, seconds=30):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.05)


def test_failures_do_not_hide_each_other(project):
    good = project.add("concepts", "1")
    project.add("lab_error", "1 / 0")
    project.add("lab_dies", "import os; os._exit(1)")
    broken = project.add("lab_broken", "1")
    (project.root / broken).write_text("{", encoding="utf-8")
    outcome = run(project)
    status = {r.path.split("/")[-1]: r.status for r in outcome.results}
    assert status == {
        "concepts.ipynb": "ok",
        "lab_broken.ipynb": "not a notebook",
        "lab_dies.ipynb": "kernel died",
        "lab_error.ipynb": "error",
    }
    text = outcome.text()
    for shown in ("    | 1 / 0", "ZeroDivisionError: division by zero", "kernel died"):
        assert shown in text
    assert project.result(good).ok


def test_the_command_tells_by_its_exit_code_and_report(project):
    project.add("lab_error", "a = 1", "1 / 0")
    done = project.ldl("run")
    assert done.returncode == 1
    assert "ZeroDivisionError: division by zero in code cell 2" in done.stdout
    assert "    | 1 / 0" in done.stdout
    facts = json.loads((project.root / "_build/reports/report.json").read_text())
    (entry,) = facts["notebooks"]
    assert (entry["status"], entry["cached"]) == ("error", False)
    assert entry["failure"]["source"] == "1 / 0"
    assert {"seconds", "peak_mb", "figures", "cell_seconds"} <= entry.keys()
    assert project.ldl("report").stdout.strip() == done.stdout.strip()


def test_what_did_not_change_is_not_executed_again(project, counter):
    code, count = counter
    project.add("concepts", code("a"))
    failing = project.add("lab_error", code("b"), "1 / 0")
    assert [r.cached for r in run(project).results] == [False, False]
    outcome = run(project)
    assert [r.cached for r in outcome.results] == [True, False]
    assert (count("a"), count("b")) == (1, 2)  # a failure is no result to keep
    assert run(project, failing, force=True).failures
    assert (count("a"), count("b")) == (1, 3)


def test_a_damaged_copy_is_made_again(project):
    path = project.add("concepts", "print(1)")
    run(project)
    copy = project.root / "_build" / "executed" / path
    copy.write_text(copy.read_text() + " ")
    assert not run(project).results[0].cached
    copy.unlink()
    assert not run(project).results[0].cached
    (project.root / "_build/reports/notebooks/01_tiny/concepts.json").write_text("{")
    assert not run(project).results[0].cached
    assert run(project).results[0].cached


def test_copies_of_notebooks_that_are_gone_are_removed(project):
    path = project.add("concepts", "1")
    project.add("exercises", "1")
    run(project)
    (project.root / path).unlink()
    run(project)
    left = [p.name for p in (project.root / "_build").rglob("*") if p.is_file()]
    assert not [name for name in left if name in ("concepts.ipynb", "concepts.json")]
    assert "exercises.ipynb" in left


def test_killed_half_way_and_run_again_it_resumes(project, counter, tmp_path, alive):
    code, count = counter
    pid_file, go = tmp_path / "pid", tmp_path / "go"
    project.add("lab_first", code("first"))  # labs are expected to take longest
    slow = (
        f"import os, time\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))\n"
        f"while not os.path.exists({str(go)!r}): time.sleep(0.05)"
    )
    project.add("concepts", code("second"), slow)
    first = "notebooks/01_tiny/lab_first.ipynb"
    process = project.start("run", "--workers", "1")
    wait_for(pid_file.exists)
    process.kill()
    process.communicate()
    assert project.result(first).ok
    # The orphaned kernel notices that its parent is gone.
    wait_for(lambda: not alive(int(pid_file.read_text())), 10)
    go.touch()
    outcome = run(project)
    assert [(r.ok, r.cached) for r in outcome.results] == [(True, False), (True, True)]
    assert (count("first"), count("second")) == (1, 2)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_kernels_and_keeps_what_is_done(project, tmp_path, alive, sent):
    pid_file = tmp_path / "pid"
    done = project.add("lab_a", "1")
    hang = f"import os\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))\n"
    path = project.add("concepts", hang + "while True: pass")
    project.add("exercises", "while True: pass")
    process = project.start("run", "--workers", "2")
    wait_for(lambda: pid_file.exists() and project.result(done))
    began = time.monotonic()
    process.send_signal(sent)
    _, errors = process.communicate(timeout=60)
    assert time.monotonic() - began < 30  # a busy machine takes its time
    assert process.returncode == 130
    assert "Interrupted" in errors
    assert "Traceback" not in errors
    wait_for(lambda: not alive(int(pid_file.read_text())), 20)
    assert project.result(done).ok
    assert project.result(path) is None


def test_two_executors_share_a_tree(project, counter):
    code, count = counter
    names = ["lab_a", "lab_b", "concepts", "exercises"]
    for name in names:
        project.add(name, code(name), "import time; time.sleep(0.4)")
    processes = [project.start("run", "--workers", "2") for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in processes]
    for _, errors in outputs:
        assert "Traceback" not in errors
    assert [count(name) for name in names] == [1, 1, 1, 1]
    for name in names:
        path = f"notebooks/01_tiny/{name}.ipynb"
        assert project.result(path).ok
        assert project.executed(path).cells
    facts = json.loads((project.root / "_build/reports/report.json").read_text())
    assert [entry["status"] for entry in facts["notebooks"]] == ["ok"] * 4


def test_a_run_says_whom_it_waits_for(project, tmp_path):
    go, begun = tmp_path / "go", tmp_path / "begun"
    code = (
        f"import os, time\nopen({str(begun)!r}, 'w')\n"
        f"while not os.path.exists({str(go)!r}): time.sleep(0.05)"
    )
    project.add("concepts", code)
    first = project.start("run")
    wait_for(begun.exists)
    second = project.start("run")
    line = second.stderr.readline()
    go.touch()
    first.communicate(timeout=60)
    second.communicate(timeout=60)
    assert "is being executed by process " + str(first.pid) in line


def test_a_dask_cluster_runs_the_same_code(project):
    distributed = pytest.importorskip("distributed")
    code = "import os; print(os.getppid(), os.environ['OMP_NUM_THREADS'])"
    for name in ("lab_a", "lab_b", "concepts"):
        project.add(name, code, "import time; time.sleep(1)")
    project.add("lab_error", "1 / 0")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
    ) as cluster:
        outcome = run(project, scheduler=cluster.scheduler_address)
        again = run(project, scheduler=cluster.scheduler_address)
    assert outcome.workers == 2
    assert [r.status for r in outcome.results] == ["ok", "ok", "ok", "error"]
    assert [r.cached for r in again.results] == [True, True, True, False]
    printed = [project.printed(r.path).split() for r in outcome.results if r.ok]
    assert len({parent for parent, _ in printed}) == 2
    assert {threads for _, threads in printed} == {"1"}


def test_a_lost_worker_is_a_failure_of_its_notebook_only(project):
    from concurrent.futures import Executor, Future

    class Unlucky(Executor):
        def submit(self, function, /, job):
            future = Future()
            if "lab_" in job.path:
                future.set_exception(RuntimeError("worker gone"))
            else:
                future.set_result(function(job))
            return future

    project.add("concepts", "1")
    project.add("lab_a", "1")
    jobs = execute.plan(project.root, notebook.find(project.root))
    outcomes = schedule.run_all(
        Unlucky(),
        lambda job: Result(job.path, job.key, status="ok"),
        jobs,
        stop=project.root / "stop",
        failed=execute.lost,
        done=lambda result: None,
    )
    assert {r.path[-14:]: r.status for r in outcomes} == {
        "concepts.ipynb": "ok",
        "01_tiny/lab_a.ipynb"[-14:]: "executor failed",
    }
    stored = project.result("notebooks/01_tiny/lab_a.ipynb")
    assert "worker gone" in stored.failure.message


def test_the_longest_notebook_comes_first(project):
    for name in ("concepts", "exercises", "lab_a", "lab_b"):
        project.add(name, "1")
    jobs = execute.plan(project.root, notebook.find(project.root))
    kinds = [notebook.kind(job.path) for job in jobs]
    assert kinds == ["lab", "lab", "exercises", "concepts"]
    path = "notebooks/01_tiny/concepts.ipynb"
    slow = Result(path, "key", status="ok", seconds=500.0)
    slow.write(project.root / "_build/reports/notebooks/01_tiny/concepts.json")
    jobs = execute.plan(project.root, notebook.find(project.root))
    assert jobs[0].path == path


def test_progress_tells_the_time_left():
    stream = io.StringIO()
    progress = schedule.Progress("x", {"a": 10.0, "b": 10.0, "c": 10.0}, 1, stream)
    progress.advance("a", 20.0, "ok a", failed=False)  # twice as slow as expected
    assert stream.getvalue() == "[1/3] ok a  (about 40 s left)\n"
    progress.advance("b", 20.0, "ok b", failed=False)
    progress.advance("c", 20.0, "ok c", failed=False)
    assert stream.getvalue().splitlines()[-1] == "[3/3] ok c"


def test_on_a_terminal_there_is_a_bar_and_failures_stay():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Terminal()
    progress = schedule.Progress("notebooks", {"a": 1.0, "b": 1.0}, 2, stream)
    progress.advance("a", 1.0, "ok a", failed=False)
    progress.advance("b", 1.0, "error b", failed=True)
    progress.close()
    assert "1/2" in stream.getvalue()
    assert "error b" in stream.getvalue()
    assert "ok a" not in stream.getvalue()


def test_names_select_notebooks(project, monkeypatch):
    root = project.root
    a, b = project.add("concepts", "1"), project.add("lab_a", "1")
    (root / "notebooks" / "02_more").mkdir()
    c = "notebooks/02_more/concepts.ipynb"
    (root / c).write_text((root / a).read_text())
    assert notebook.select(root, []) == [a, b, c]
    assert notebook.select(root, ["notebooks/01_tiny"]) == [a, b]
    assert notebook.select(root, ["01_tiny/lab_a.ipynb", "02_more"]) == [b, c]
    assert notebook.select(root, [str(root / c)]) == [c]
    assert notebook.select(root, [], shard="2/2") == [b]
    shards = [notebook.select(root, [], shard=f"{k}/2") for k in (1, 2)]
    assert sorted(shards[0] + shards[1]) == [a, b, c]
    monkeypatch.chdir(root / "notebooks" / "01_tiny")
    assert notebook.select(root, ["lab_a.ipynb"]) == [b]
    for wrong in ("nothing", "../../..", "notebooks/01_tin"):
        with pytest.raises(notebook.SelectionError, match="is no notebook"):
            notebook.select(root, [wrong])
    for wrong in ("0/2", "3/2", "x", "1/"):
        with pytest.raises(notebook.SelectionError, match="not of the form"):
            notebook.select(root, [], shard=wrong)


PROFILE = "01_tiny/lab_a.ipynb: {parameters: {epochs: 2}, reason: 20 epochs take 1 h}\n"


def test_a_profile_is_injected(project):
    path = project.add("lab_a", ("epochs = 20", ["parameters"]), "print(epochs)")
    (project.root / "notebooks/profiles.yml").write_text(PROFILE)
    assert run(project).ok
    assert project.printed(path) == "2\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PROFILE.replace("lab_a", "lab_b"), "no such notebook"),
        (PROFILE.replace("epochs: 2", "epoch: 2"), "unknown parameter 'epoch'"),
        (PROFILE.replace("20 epochs take 1 h", "''"), "reason must be one line"),
        ("01_tiny/lab_a.ipynb: {parameters: {epochs: 2}}", "exactly the entries"),
        (PROFILE.replace("{epochs: 2}", "{}"), "at least one value"),
        ("- a", "must map notebooks"),
        ("a: [", "not valid YAML"),
    ],
)
def test_a_wrong_profile_stops_with_a_sentence(project, text, words):
    project.add("lab_a", ("epochs: int = 20\nrate = 1", ["parameters"]))
    (project.root / "notebooks/profiles.yml").write_text(text)
    with pytest.raises(profiles.ProfileError, match=words):
        profiles.load(project.root)


def test_all_wrong_profiles_are_told_at_once(project):
    project.add("lab_a", "epochs = 20")
    text = PROFILE + PROFILE.replace("lab_a", "lab_b")
    (project.root / "notebooks/profiles.yml").write_text(text)
    done = project.ldl("run")
    assert done.returncode == 2
    assert "0 cells tagged parameters" in done.stderr
    assert "lab_b.ipynb: there is no such notebook" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_report_covers_all_notebooks(project):
    project.add("concepts", "1")
    other = project.add("exercises", "1")
    report.write(project.root, run(project))
    report.write(project.root, run(project, other))
    facts = json.loads((project.root / report.FILE).read_text())
    names = [entry["path"].split("/")[-1] for entry in facts["notebooks"]]
    assert names == ["concepts.ipynb", "exercises.ipynb"]


def test_outside_a_project_the_command_says_so(tmp_path):
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "ldl_lib.publish.cli", "run"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "no folder notebooks/" in done.stderr


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
def test_another_python_stops_with_a_sentence(version):
    from ldl_lib.publish.cli import require_python

    for supported in ((3, 11), (3, 12), (3, 13)):
        require_python(supported)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 to 3\.13"):
        require_python(version)

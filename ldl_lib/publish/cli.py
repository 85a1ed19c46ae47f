"""The command `ldl`: execute, check, build and serve the book."""

from __future__ import annotations

import sys

SUPPORTED = ((3, 11), (3, 13))


def require_python(version: tuple[int, int]) -> None:
    """Stop with a sentence on a Python that the frameworks have no wheels for."""
    oldest, newest = SUPPORTED
    if not oldest <= version <= newest:
        raise SystemExit(
            f"ldl needs Python 3.{oldest[1]} to 3.{newest[1]}, and this is Python "
            f"{version[0]}.{version[1]}: TensorFlow has no release for it. Make an "
            f"environment with one of those."
        )


require_python(sys.version_info[:2])

import argparse  # noqa: E402
import functools  # noqa: E402
import http.server  # noqa: E402
import signal  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from ldl_lib.publish import notebook  # noqa: E402

OK, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code.

    Returns
    -------
    int
        0 if all is well, 1 if a notebook, contract or page is not, 2 if the command
        makes no sense here, 130 after Ctrl-C.
    """
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        if options.root is None:
            options.root = notebook.find_root(Path.cwd())
        options.root = options.root.resolve()
        return command(options)
    except KeyboardInterrupt:
        print(
            "\nInterrupted. What was finished is kept: the same command goes on.",
            file=sys.stderr,
        )
        return INTERRUPTED
    except (ValueError, OSError) as error:
        # Our own errors are sentences: a traceback would hide them.
        print(f"ldl: {error}", file=sys.stderr)
        return WRONG_USE


def _stop(signal_number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ldl", description=__doc__)
    parser.add_argument("--root", type=Path, help="the project's folder")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, function: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(command=function)
        return command

    command = add("run", _run, "execute notebooks that changed; check contracts")
    _add_selection(command)
    _add_execution(command)
    command = add(
        "check", _check, "all checks for what changed: run, nbval, results, site"
    )
    _add_selection(command)
    _add_execution(command)
    command = add("build", _build, "execute what changed, then build the site")
    _add_execution(command)
    command = add("nbval", _nbval, "execute again; compare all outputs")
    _add_selection(command)
    _add_execution(command)
    command.add_argument(
        "--all", action="store_true", help="labs, too, whose source did not change"
    )
    command = add("full", _full, "run labs at full size; store results/<lab>.json")
    command.add_argument("labs", nargs="+", metavar="LAB", help="name or path")
    command.add_argument("--force", action="store_true", help="even if up to date")
    command = add("prefetch", _prefetch, "download and verify datasets")
    command.add_argument("names", nargs="*", metavar="DATASET", help="default: all")
    command = add("serve", _serve, "serve the built site on this machine")
    command.add_argument("--port", type=int, default=8000)
    add("report", _report, "show the last run's report again")
    return parser


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "notebooks", nargs="*", help="files or folders; all by default"
    )
    command.add_argument("--shard", metavar="K/N", help="every N-th, from the K-th on")


def _add_execution(command: argparse.ArgumentParser) -> None:
    command.add_argument("--force", action="store_true", help="what is unchanged, too")
    command.add_argument(
        "--workers", type=_positive, help="notebooks at once; default: one a core"
    )
    command.add_argument("--scheduler", metavar="URL", help="a Dask scheduler, tcp://…")
    command.add_argument(
        "--time-factor",
        type=float,
        default=1.0,
        metavar="X",
        help="multiply time limits, for a slow or crowded machine",
    )


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


def _selected(options: argparse.Namespace) -> list[str]:
    names = getattr(options, "notebooks", [])
    shard = getattr(options, "shard", None)
    return notebook.select(options.root, names, shard=shard)


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "scheduler": options.scheduler,
        "workers": options.workers,
        "force": options.force,
        "time_factor": options.time_factor,
    }


def _run(options: argparse.Namespace) -> int:
    from ldl_lib.publish import contracts, execute, report

    root, paths = options.root, _selected(options)
    everything = paths == notebook.find(root)
    outcome = execute.run(root, None if everything else paths, **_settings(options))
    outcome.problems = contracts.check(
        root,
        paths,
        {result.path: result for result in outcome.results},
        time_factor=options.time_factor,
    )
    report.write(root, outcome)
    print(outcome.text())
    return OK if outcome.ok else FAILED


def _nbval(options: argparse.Namespace) -> int:
    from ldl_lib.publish import nbval

    outcome = nbval.run(
        options.root, _selected(options), everything=options.all, **_settings(options)
    )
    nbval.write(options.root, outcome)
    print(outcome.text())
    return OK if outcome.ok else FAILED


def _check(options: argparse.Namespace) -> int:
    """Run every check, although one before it failed: none hides another."""
    options.all = False
    codes = [_run(options)]
    # What failed to run has its report; only what ran can be compared.
    from ldl_lib.publish import full, report

    ran = {path for path, result in report.stored(options.root).items() if result.ok}
    options.notebooks = [path for path in _selected(options) if path in ran]
    options.shard = None
    if options.notebooks:
        print("\nDeterminism: executed again")
        codes.append(_nbval(options))
    outdated = full.stale(options.root)
    for entry in outdated:
        print(f"STALE {entry}")
    codes.append(FAILED if outdated else OK)
    codes.append(_build_site(options.root) if codes[0] == OK else FAILED)
    return max(codes)


def _build(options: argparse.Namespace) -> int:
    code = _run(options)
    return code or _build_site(options.root)


def _build_site(root: Path) -> int:
    # By name: the site's tools take a second to import, and other commands need none.
    site = import_module("ldl_lib.publish.site")
    try:
        print(f"site: {site.build(root, progress=print)}")
    except site.SiteError as error:
        print(f"FAILED site: {error}", file=sys.stderr)
        return FAILED
    return OK


def _full(options: argparse.Namespace) -> int:
    from ldl_lib.publish import full

    paths = full.select(options.root, options.labs)
    outcome = full.run(options.root, paths, force=options.force)
    print(outcome.text())
    return OK if outcome.ok else FAILED


def _prefetch(options: argparse.Namespace) -> int:
    from ldl_lib import data

    data.prefetch(options.names or data.names())
    return OK


def _serve(options: argparse.Namespace) -> int:
    folder = options.root / notebook.BUILD / "html"
    if not (folder / "index.html").is_file():
        raise ValueError(f"there is no site in {folder} yet: make it with `ldl build`")
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=str(folder)
    )
    # Only this machine may look: 127.0.0.1, not every interface.
    with http.server.ThreadingHTTPServer(("127.0.0.1", options.port), handler) as http_:
        print(f"http://127.0.0.1:{http_.server_port}/ (Ctrl-C ends it)", flush=True)
        http_.serve_forever()
    return OK


def _report(options: argparse.Namespace) -> int:
    from ldl_lib.publish import report

    text = (options.root / report.FILE).with_suffix(".txt")
    if not text.is_file():
        raise ValueError("there is no report yet: make one with `ldl run`")
    print(text.read_text(encoding="utf-8"), end="")
    return OK


if __name__ == "__main__":
    sys.exit(main())

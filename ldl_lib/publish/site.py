"""Build the site from executed notebooks.

`build` stages notebooks, pages, theme and configuration in ``_build/source``, lets
Jupyter Book render that folder with warnings as errors, and moves the finished pages
into ``_build/html``. When no input changed since the last build, it does nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import yaml

from ldl_lib.exercises import quiz
from ldl_lib.explore import bundle
from ldl_lib.publish import pictures, staging, vendor
from ldl_lib.publish.sphinx_ext import STAGED
from ldl_lib.publish.staging import Figure, SiteError

__all__ = ["SiteError", "build", "page_weight"]

Progress = Callable[[str], None]

PLACEHOLDER = "OWNER/"  # in the repository's address, until the project is published
MAX_PAGE_WEIGHT = 300_000  # bytes, gzipped: HTML, styles and scripts before interaction
MAX_PAGE_PAYLOADS = 600_000  # bytes of a page's payload scripts, gzipped
# Of the library, what decides how the site looks; notebooks carry the rest.
MAKERS = (
    "explore/bundle.py",
    "figures/theme.py",
    "publish/pictures.py",
    "publish/site.py",
    "publish/sphinx_ext.py",
    "publish/staging.py",
    "publish/vendor.py",
)
TOOLS = ("jupyter-book", "Sphinx", "myst-nb", "myst-parser", "accessible-pygments")


@dataclass(frozen=True)
class Folders:
    """Where the build reads and writes, below the project's root."""

    root: Path

    @property
    def build(self) -> Path:
        """Everything that is made."""
        return self.root / "_build"

    @property
    def source(self) -> Path:
        """What Jupyter Book reads."""
        return self.build / "source"

    @property
    def assets(self) -> Path:
        """Files that are placed beside the rendered pages."""
        return self.build / "assets"

    @property
    def rendered(self) -> Path:
        """What Jupyter Book writes."""
        return self.build / "site" / "_build" / "html"

    @property
    def html(self) -> Path:
        """The finished site."""
        return self.build / "html"

    @property
    def stamp(self) -> Path:
        """The digest of the inputs of the finished site."""
        return self.build / "site" / "inputs.sha256"


def _quiet(_: str) -> None:
    """Report nothing."""


def build(root: Path, *, progress: Progress = _quiet) -> Path:
    """Build the site, if anything changed.

    Parameters
    ----------
    root : Path
        The project's root, with ``_config.yml``, ``_toc.yml``, ``book/`` and the
        executed notebooks in ``_build/executed``.
    progress : callable, optional
        Called with a short text at the start of each step.

    Returns
    -------
    Path
        The folder of the finished site.

    Raises
    ------
    SiteError
        If a page of the table of contents is missing, if an output would be
        invisible, if Jupyter Book warns, or if a page is too heavy.
    """
    folders = Folders(root.resolve())
    notebooks, pages = _contents(folders)
    digest = _digest(folders, notebooks)
    there = folders.stamp.is_file() and (folders.html / "index.html").is_file()
    if there and folders.stamp.read_text() == digest:
        progress("site is up to date")
        return folders.html
    folders.stamp.unlink(missing_ok=True)
    progress("staging the pages")
    _prepare_assets(folders)
    figures = _stage(folders, notebooks, pages, progress)
    progress(f"rendering {len(notebooks) + len(pages)} pages")
    _render(folders)
    _finish(folders, notebooks, figures)
    weights = _weigh(folders)
    if all(_pictured(folders, figure) for figure in figures.values()):
        folders.stamp.parent.mkdir(parents=True, exist_ok=True)
        folders.stamp.write_text(digest)
    else:
        # The next build, which may have a browser, writes all pages anew.
        shutil.rmtree(folders.build / "site", ignore_errors=True)
    progress(f"site is ready; heaviest page {max(weights.values()) / 1000:.0f} KB")
    return folders.html


# What there is


def _contents(folders: Folders) -> tuple[list[str], list[str]]:
    """Return the notebooks and the other pages of the table of contents."""
    toc = yaml.safe_load((folders.root / "_toc.yml").read_text("utf-8"))
    notebooks, pages = [], []
    for name in _files(toc):
        if (folders.root / "notebooks").joinpath(*Path(name).parts[1:]).with_suffix(
            ".ipynb"
        ).is_file() and name.startswith("notebooks/"):
            if not _executed(folders, name).is_file():
                raise SiteError(
                    f"{name}.ipynb has not been executed: run `ldl run` (or `ldl "
                    "build`, which does both)"
                )
            notebooks.append(name)
        elif (folders.root / f"{name}.md").is_file():
            pages.append(name)
        else:
            raise SiteError(
                f"_toc.yml names {name}, but there is neither {name}.ipynb nor "
                f"{name}.md: correct the entry or add the file"
            )
    return notebooks, pages


def _files(toc: Any) -> Iterator[str]:
    """Yield the files that a table of contents names, in order."""
    if isinstance(toc, list):
        for entry in toc:
            yield from _files(entry)
    elif isinstance(toc, dict):
        for key, value in toc.items():
            if key in ("root", "file"):
                yield str(value)
            elif isinstance(value, list):
                yield from _files(value)


def _executed(folders: Folders, name: str) -> Path:
    return folders.build / "executed" / f"{name}.ipynb"


def _digest(folders: Folders, notebooks: Iterable[str]) -> str:
    """Return a digest of everything the site is made of."""
    package = Path(__file__).parents[1]
    settings = ("_config.yml", "_toc.yml", "notebooks/profiles.yml")
    files = [p for s in settings if (p := folders.root / s).is_file()]
    files += sorted(p for p in (folders.root / "book").rglob("*") if p.is_file())
    files += [p for n in notebooks for p in _origins(folders, n) if p.is_file()]
    files += [package / name for name in MAKERS]
    for front in (bundle.FRONT, quiz.FRONT):
        files += sorted(p for p in front.rglob("*") if p.is_file())
    digest = hashlib.sha256()
    for file in files:
        inside = file.is_relative_to(folders.root)
        place = file.relative_to(folders.root).as_posix() if inside else file.name
        digest.update(f"{place}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    digest.update(os.environ.get("LDL_REPOSITORY", "").encode())
    digest.update(" ".join(version(tool) for tool in TOOLS).encode())
    return digest.hexdigest()


def _origins(folders: Folders, name: str) -> tuple[Path, Path, Path]:
    """Return a notebook's executed copy, its source, and its execution's report."""
    return (
        _executed(folders, name),
        folders.root / f"{name}.ipynb",
        folders.build / "reports" / f"{name}.json",
    )


def _configuration(folders: Folders) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(
        (folders.root / "_config.yml").read_text("utf-8")
    )
    return config


def _repository(config: dict[str, Any]) -> dict[str, Any]:
    url = os.environ.get("LDL_REPOSITORY") or config["repository"]["url"]
    return {
        "url": url.rstrip("/"),
        "branch": config["repository"]["branch"],
        "placeholder": PLACEHOLDER in url,
    }


# Staging


def _reasons(folders: Folders) -> dict[str, str]:
    """Return why notebooks are run shortened, by their page."""
    file = folders.root / "notebooks/profiles.yml"
    profiles = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else None
    return {
        f"notebooks/{name.removesuffix('.ipynb')}": profile["reason"]
        for name, profile in (profiles or {}).items()
    }


def _write(file: Path, text: str) -> None:
    """Write a file, unless it says so already: unchanged pages are not rendered."""
    if file.is_file() and file.read_text("utf-8") == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _prepare_assets(folders: Folders) -> None:
    """Place the front end and the vendored files below ``ldl/``."""
    target = folders.assets / "ldl"
    shutil.rmtree(folders.assets, ignore_errors=True)
    target.mkdir(parents=True)
    vendor.place(folders.root, target)
    (target / "ldl.js").write_text(bundle.site_script(), "utf-8")
    (target / "ldl.css").write_text(bundle.stylesheet(), "utf-8")
    (target / "quiz.js").write_text(quiz.script(), "utf-8")
    (target / "quiz.css").write_text(quiz.stylesheet(), "utf-8")
    for kind, folder in bundle.PARTS.items():
        (target / folder).mkdir(exist_ok=True)
        for name in bundle.parts(kind):
            script = target / folder / f"{name}.js"
            script.write_text(bundle.part(kind, name), "utf-8")


def _stage(
    folders: Folders, notebooks: list[str], pages: list[str], progress: Progress
) -> dict[str, Figure]:
    """Write what Jupyter Book reads; return the figures of all notebooks."""
    source = folders.source
    wanted = {source / "_config.yml", source / "_toc.yml"}
    for name in ("_config.yml", "_toc.yml"):
        _write(source / name, (folders.root / name).read_text("utf-8"))
    for page in [*pages, "book/404"]:
        file = source / ("404.md" if page == "book/404" else f"{page}.md")
        _write(file, (folders.root / f"{page}.md").read_text("utf-8"))
        wanted.add(file)
    bibliography = source / "book/references.bib"
    _write(bibliography, (folders.root / "book/references.bib").read_text("utf-8"))
    wanted.add(bibliography)

    reasons = _reasons(folders)
    figures: dict[str, Figure] = {}
    described: dict[str, Any] = {}
    for name in notebooks:
        executed, original, report = _origins(folders, name)
        notebook = json.loads(executed.read_text("utf-8"))
        staged = staging.stage(notebook, name, reasons.get(name, ""))
        for figure in staged.figures:
            if figures.get(figure.id, figure) != figure:
                raise SiteError(
                    f"{name} shows another figure {figure.id!r} than an earlier "
                    "notebook does: ids are unique, give one of them a new id"
                )
            figures[figure.id] = figure
        described[name] = {
            "shortened": bool(staged.changed),
            "stamp": _stamp(notebook, report),
            "figures": {figure.id: figure.digest for figure in staged.figures},
        }
        # Metadata that changes when the page must be written anew.
        staged.notebook["metadata"]["ldl_page"] = described[name]
        file = source / f"{name}.ipynb"
        _write(file, json.dumps(staged.notebook, indent=1, ensure_ascii=False))
        wanted.add(file)
        _write(
            folders.assets / f"{name}.ipynb",
            staging.source_copy(json.loads(original.read_text("utf-8"))),
        )
    wanted |= _stage_site(folders, figures, described, progress)
    for file in source.rglob("*"):
        if file.is_file() and file not in wanted:
            file.unlink()
    return figures


def _stage_site(
    folders: Folders,
    figures: dict[str, Figure],
    notebooks: dict[str, Any],
    progress: Progress,
) -> set[Path]:
    """Write what the Sphinx extension reads: theme, figures, repository."""
    staged = folders.source / STAGED
    theme = staged / "theme"
    wanted = set()
    for file in (folders.root / "book/theme/ldl").rglob("*"):
        if file.is_file():
            text = file.read_text("utf-8")
            if file.name == "site.css":
                text += _code_colours()
            copy = theme / file.relative_to(folders.root / "book/theme/ldl")
            _write(copy, text)
            wanted.add(copy)
    drawn = pictures.make(
        list(figures.values()), folders.assets, folders.build / "pictures", progress
    )
    entries = {}
    for id, figure in figures.items():
        entry: dict[str, Any] = {"host": figure.host, "digest": figure.digest}
        if figure.inline:
            entry["inline"] = figure.payload
        else:
            entry["src"] = figure.script
            _write(
                folders.assets / figure.script,
                f"ldl.payload({json.dumps(id)}, {figure.payload});\n",
            )
        if id in drawn:
            target = folders.assets / figure.picture
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(drawn[id], target)
            entry["picture"] = {"src": figure.picture, **pictures.size(drawn[id])}
        entries[id] = entry
        file = staged / "figures" / f"{id}.json"
        _write(file, json.dumps(entry))
        wanted.add(file)
    site = {
        "repository": _repository(_configuration(folders)),
        "notebooks": notebooks,
        "figures": entries,
        "assets": {
            "_static/site.css": _short(theme / "static/site.css"),
            "_static/site.js": _short(theme / "static/site.js"),
        }
        | {
            f"ldl/{name}": _short(folders.assets / "ldl" / name)
            for name in ("ldl.css", "ldl.js", "quiz.css", "quiz.js")
        },
    }
    _write(staged / "site.json", json.dumps(site, indent=1))
    # What every page shows lies among the templates: when it changes, Sphinx writes
    # all pages anew.
    shared = {key: site[key] for key in ("repository", "assets")}
    _write(theme / "shared.html", json.dumps(shared))
    return wanted | {staged / "site.json", theme / "shared.html"}


def _pictured(folders: Folders, figure: Figure) -> bool:
    return (folders.assets / figure.picture).is_file()


def _short(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:8]


def _code_colours() -> str:
    """Return the style of highlighted code, for the light and the dark theme."""
    from pygments.formatters import HtmlFormatter

    rules = []
    for theme in ("light", "dark"):
        formatter: Any = HtmlFormatter(style=f"github-{theme}-high-contrast")
        scope = f'html[data-theme="{theme}"] .highlight'
        text = formatter.get_style_defs(scope)
        rules += [
            line
            for line in text.splitlines()
            # Token colours only: the page has its own background.
            if line.startswith(f"{scope} .") and "linenos" not in line
        ]
    return "\n/* Code */\n@media screen, print {\n" + "\n".join(rules) + "\n}\n"


def _stamp(executed: dict[str, Any], report: Path) -> str:
    """Say when and with what a notebook was executed.

    The report has the date. Versions are those installed here: the cache of results
    executes a notebook anew when they change.
    """
    code = [c for c in executed["cells"] if c["cell_type"] == "code"]
    source = "\n".join(staging.text(cell["source"]) for cell in code)
    language = executed["metadata"].get("language_info", {})
    tools = [f"Python {language.get('version') or platform.python_version()}"]
    for package, label in (("tensorflow", "TensorFlow"), ("torch", "PyTorch")):
        if re.search(rf"^\s*(?:import|from) {package}\b", source, re.M):
            tools.append(f"{label} {_installed(package)}")
    words = f"with {', '.join(tools)}"
    if report.is_file():
        day = datetime.fromisoformat(json.loads(report.read_text("utf-8"))["finished"])
        words = f"on {day.day} {day:%B %Y} {words}"
    if re.search(r"\bdata\.load\(", source) and (data := _data_line(code)):
        words += f"; data: {data}"
    return f"Executed {words}."


def _installed(package: str) -> str:
    """Return the version of what provides a module; TensorFlow has several names."""
    return version(packages_distributions()[package][0])


def _data_line(code: list[dict[str, Any]]) -> str | None:
    """Return where data came from, as `ldl_lib.report` printed it."""
    for cell in code:
        for output in cell["outputs"]:
            printed = staging.text(output.get("text", ""))
            if found := re.search(r"^Data: (.+)$", printed, re.M):
                return found[1].rstrip(".")
    return None


# Rendering


def _render(folders: Folders) -> None:
    """Run Jupyter Book on the staged source; its warnings are errors."""
    command = [
        sys.executable,
        "-c",
        "from jupyter_book.cli.main import main; main()",
        "build",
        str(folders.source),
        "--path-output",
        str(folders.build / "site"),
        "-W",
        "-n",
        "--keep-going",
    ]
    # Sphinx colours its messages on its own; without, they can be told apart.
    environment = os.environ | {"NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
    )
    complaints = _complaints(done.stderr, folders)
    if done.returncode or complaints:
        # Sphinx would not repeat the warnings of pages that it has read already.
        shutil.rmtree(folders.build / "site", ignore_errors=True)
        shown = complaints or (done.stdout + done.stderr).splitlines()[-30:]
        raise SiteError(
            "Jupyter Book does not accept the pages:\n  " + "\n  ".join(shown)
        )


def _complaints(stderr: str, folders: Folders) -> list[str]:
    """Return the warnings and errors, with paths as they are below the root."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", stderr)
    found = re.findall(r"^.*\b(?:WARNING|ERROR|CRITICAL|SEVERE)\b:?.*$", text, re.M)
    return [line.replace(f"{folders.source}{os.sep}", "") for line in found]


def _finish(folders: Folders, notebooks: list[str], figures: dict[str, Figure]) -> None:
    """Put rendered pages and assets together as the site."""
    wanted: dict[Path, Path] = {}
    for origin in (folders.rendered, folders.assets):
        for file in origin.rglob("*"):
            if file.is_file() and not _left_out(file.relative_to(origin)):
                wanted[file.relative_to(origin)] = file
    for relative, file in wanted.items():
        target = folders.html / relative
        if target.is_file() and target.read_bytes() == file.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    toc = yaml.safe_load((folders.root / "_toc.yml").read_text("utf-8"))
    title = _configuration(folders)["title"]
    _write(folders.html / "index.html", _redirect(f"{toc['root']}.html", title))
    _write(folders.html / ".nojekyll", "")
    kept = wanted.keys() | {Path("index.html"), Path(".nojekyll")}
    for file in folders.html.rglob("*"):
        if file.is_file() and file.relative_to(folders.html) not in kept:
            file.unlink()


def _left_out(file: Path) -> bool:
    """Whether a rendered file is of no use to readers."""
    if file.parts[0] == "_static":
        return file.name not in {
            "site.css",
            "site.js",
            "doctools.js",
            "documentation_options.js",
            "language_data.js",
            "searchtools.js",
            "sphinx_highlight.js",
        } and not file.name.startswith("sphinx-design")
    return file.parts[0] == "_sources" or file.name in (".buildinfo", "objects.inv")


def _redirect(target: str, title: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n'
        f'<link rel="canonical" href="{target}">\n<link rel="icon" href="data:,">\n'
        f"<title>{title}</title>\n</head>\n<body>\n"
        f'<main><p><a href="{target}">{title}</a></p></main>\n</body>\n</html>\n'
    )


# Weight


def page_weight(page: Path) -> dict[str, int]:
    """Return the gzipped size of a page and of each style and script it loads.

    Parameters
    ----------
    page : Path
        An HTML file of the site.

    Returns
    -------
    dict
        Relative address to bytes; the page itself under its own name.
    """
    text = page.read_text("utf-8")
    addresses = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    addresses += re.findall(r'<script\b[^>]*\bsrc="([^"]+)"', text)
    files = {page.name: page}
    files |= {a: page.parent / a.partition("?")[0] for a in addresses}
    return {
        name: len(gzip.compress(file.read_bytes(), 6)) for name, file in files.items()
    }


def _weigh(folders: Folders) -> dict[str, int]:
    """Weigh every page and write the report; a page over the limit is an error."""
    report: dict[str, Any] = {}
    for page in sorted(folders.html.rglob("*.html")):
        parts = page_weight(page)
        payloads = re.findall(r'data-ldl-src="([^"]+)"', page.read_text("utf-8"))
        data = sum(
            len(gzip.compress((page.parent / p).read_bytes(), 6)) for p in payloads
        )
        report[page.relative_to(folders.html).as_posix()] = {
            "bytes": sum(parts.values()),
            "parts": parts,
            "payloads": data,
        }
    _write(folders.build / "reports/site.json", json.dumps(report, indent=1))
    for what, limit in (("bytes", MAX_PAGE_WEIGHT), ("payloads", MAX_PAGE_PAYLOADS)):
        heavy = [f"{n}: {r[what]:,}" for n, r in report.items() if r[what] > limit]
        if heavy:
            raise SiteError(
                f"more than {limit:,} gzipped bytes of {what} on {'; '.join(heavy)}: "
                "make the page's figures coarser or split the page"
            )
    return {name: entry["bytes"] for name, entry in report.items()}

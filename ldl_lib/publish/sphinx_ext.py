"""Sphinx extension of the site: figures, mathematics, and pages that carry little.

It renders what `ldl_lib.publish.site` staged; on any other folder it stops at once.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.math import get_node_equation_number

STAGED = "_ldl"  # folder of the staged source that holds what is not a page
HOST = re.compile(r'<div\b[^>]*\bdata-ldl-figure="([^"]+)"[^>]*>')
PICTURE = re.compile(r'<img\b[^>]*\bdata-ldl-picture="([^"]+)"')

logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension, if the source folder was staged for it."""
    staged = Path(app.srcdir) / STAGED
    if not (staged / "site.json").is_file():
        raise SystemExit(
            "This folder holds the book's sources, which Jupyter Book cannot build by "
            "itself: run `make book`, which executes the notebooks and builds the site."
        )
    app.add_html_theme("ldl", str(staged / "theme"))
    app.add_html_math_renderer(
        "ldl",
        inline_renderers=(_visit_inline_math, None),
        block_renderers=(_visit_block_math, None),
    )
    # Jupyter Book sets it even where the extension that reads it is not loaded.
    app.add_config_value("comments_config", None, "html")
    app.add_directive("ldl-figure", FigureDirective)
    app.add_post_transform(Dropdowns)
    app.connect("builder-inited", _load)
    app.connect("html-page-context", _page, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _load(app: Sphinx) -> None:
    site = json.loads((Path(app.srcdir) / STAGED / "site.json").read_text("utf-8"))
    app.env.ldl_site = site  # type: ignore[attr-defined]


# Figures


class FigureDirective(SphinxDirective):
    """Show a figure that some executed notebook defines: ``{ldl-figure} id``."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Return the figure's host element."""
        id = self.arguments[0]
        figures: dict[str, Any] = self.env.ldl_site["figures"]  # type: ignore[attr-defined]
        if id not in figures:
            logger.warning(
                "no executed notebook defines the figure %r; there are: %s",
                id,
                ", ".join(sorted(figures)) or "none",
                location=self.get_location(),
            )
            return []
        # The page is written anew when the figure's data changes.
        self.env.note_dependency(f"{STAGED}/figures/{id}.json")
        return [nodes.raw("", figures[id]["host"], format="html")]


def fill_hosts(body: str, figures: dict[str, Any], root: str) -> str:
    """Tell every host element of a page where its data and its picture are.

    Parameters
    ----------
    body : str
        HTML of the page.
    figures : dict
        Figure id to its ``src`` or ``inline`` payload and ``picture``.
    root : str
        Relative path from the page to the site's root, empty or ending in a slash.
    """

    def host(match: re.Match[str]) -> str:
        figure = figures[match[1]]
        if "inline" in figure:
            payload = figure["inline"]
            script = f'<script type="application/json" class="ldl-payload">{payload}'
            return f"{match[0]}{script}</script>"
        return f'{match[0][:-1]} data-ldl-src="{root}{figure["src"]}">'

    def picture(match: re.Match[str]) -> str:
        found = figures[match[1]].get("picture")
        if found is None:
            return match[0]
        size = f'width="{found["width"]}" height="{found["height"]}"'
        return f'{match[0]} src="{root}{found["src"]}" {size}'

    return PICTURE.sub(picture, HOST.sub(host, body))


class Dropdowns(SphinxPostTransform):
    """Make admonitions of class ``dropdown`` the browser's own disclosure."""

    default_priority = 400
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Replace each admonition by a details element."""
        for box in list(self.document.findall(nodes.admonition)):
            if "dropdown" not in box["classes"]:
                continue
            title, *content = box.children
            opening = '<details class="dropdown"><summary>'
            box.replace_self(
                [
                    nodes.raw("", opening, format="html"),
                    nodes.inline("", "", *title.children),
                    nodes.raw("", "</summary>", format="html"),
                    *content,
                    nodes.raw("", "</details>", format="html"),
                ]
            )


# Mathematics: the page's script hands the text of .tex elements to KaTeX.


def _visit_inline_math(translator: Any, node: nodes.math) -> None:
    tex = html.escape(node.astext(), quote=False)
    translator.body.append(f'<span class="math"><span class="tex">{tex}</span></span>')
    raise nodes.SkipNode


def _visit_block_math(translator: Any, node: nodes.math_block) -> None:
    tex = html.escape(node.astext().strip(), quote=False)
    if r"\begin{" not in tex and (r"\\" in tex or "&amp;" in tex):
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"  # as Sphinx does by itself
    ids = "".join(f'<span id="{id}"></span>' for id in node["ids"])
    translator.body.append(f'<div class="math">{ids}<span class="tex">{tex}</span>')
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


# Pages


def _page(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any
) -> str | None:
    """Give the page its figures, its few resources, and what the layout shows."""
    site: dict[str, Any] = app.env.ldl_site  # type: ignore[attr-defined]
    root = context["content_root"].removeprefix("./")
    body = context.get("body", "")
    body = body.replace("<table", '<div class="wide"><table')
    body = body.replace("</table>", "</table></div>")
    # docutils calls it a list, but its children are no list items.
    body = body.replace('<div role="list" class="citation-list">', "<div>")
    # MyST-NB's label hides from screen readers what the summary says.
    body = body.replace(' aria-label="Toggle hidden content"', "")
    shown = HOST.findall(body)
    for id in sorted({id for id in shown if shown.count(id) > 1}):
        # Only one of them would come to life.
        logger.warning("%s shows the figure %r twice: once is enough", name, id)
    body = fill_hosts(body, site["figures"], root)
    context["body"] = body

    title = html.unescape(re.sub("<[^>]*>", "", context.get("title", name)))
    context["ldl"] = {
        "baseurl": app.config.html_baseurl,
        "repository": site["repository"],
        "description": _description(doctree),
        "navigation": _navigation(context["toctree"]),
        "contents": _contents(context),
        "notebook": _notebook(site, name, root),
        "report": _report_link(site["repository"]["url"], title, name),
        "styles": [f"{root}{file}" for file in _styles(site, body)],
        "scripts": [f"{root}{file}" for file in _scripts(site, body)],
    }
    return "404.html" if name == "404" else None


def _styles(site: dict[str, Any], body: str) -> list[str]:
    version = site["assets"]
    files = [f"_static/site.css?v={version['_static/site.css']}"]
    if 'class="tex"' in body:
        files.append("ldl/katex/katex.min.css")
    if "data-ldl-figure" in body:
        files.append(f"ldl/ldl.css?v={version['ldl/ldl.css']}")
    if "data-ldl-quiz" in body:
        files.append(f"ldl/quiz.css?v={version['ldl/quiz.css']}")
    return files


def _scripts(site: dict[str, Any], body: str) -> list[str]:
    version = site["assets"]
    files = ["ldl/katex/katex.min.js"] if 'class="tex"' in body else []
    files.append(f"_static/site.js?v={version['_static/site.js']}")
    if "data-ldl-figure" in body:
        files.append(f"ldl/ldl.js?v={version['ldl/ldl.js']}")
    if "data-ldl-quiz" in body:
        files.append(f"ldl/quiz.js?v={version['ldl/quiz.js']}")
    return files


def _description(doctree: Any) -> str:
    """Return the page's first sentences, for lists of links."""
    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > 40:
            return text[:300]
    return ""


def _navigation(toctree: Any) -> str:
    """Return the book's contents as nested lists; the current page is marked."""
    tree: str = toctree(
        collapse=False, includehidden=True, maxdepth=3, titles_only=True
    )
    tree = re.sub(r'<p class="caption"[^>]*><span[^>]*>', '<p class="caption">', tree)
    tree = tree.replace("</span></p>", "</p>")
    return re.sub(r'<a class="current[^"]*"', '<a aria-current="page"', tree)


def _contents(context: dict[str, Any]) -> str:
    """Return the links to the page's sections, without the page's own title."""
    toc: str = context.get("toc", "")
    inner = re.search(r"<li>.*?</a>\s*(<ul>.*</ul>)\s*</li>\s*</ul>\s*$", toc, re.S)
    return inner[1] if inner else ""


def _notebook(site: dict[str, Any], name: str, root: str) -> dict[str, Any] | None:
    """Return the links and the stamp of a page that is a notebook."""
    page: dict[str, Any] | None = site["notebooks"].get(name)
    if page is None:
        return None
    return page | {
        "download": f"{root}{name}.ipynb",
        "locally": f"{root}book/how_to_use.html#run-locally",
        "colab": colab_link(site["repository"], f"{name}.ipynb"),
    }


def colab_link(repository: dict[str, Any], path: str) -> str:
    """Return the address that opens a notebook of the repository in Colab."""
    place = repository["url"].removeprefix("https://github.com/").strip("/")
    branch = repository["branch"]
    return f"https://colab.research.google.com/github/{place}/blob/{branch}/{path}"


def _report_link(url: str, title: str, name: str) -> str:
    subject = quote(f"Problem on the page “{title}”")
    return f"{url}/issues/new?title={subject}&body={quote(f'Page: {name}')}"

"""Every page of the built site, as readers and their browsers meet it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
AXE = (ROOT / "tests/vendor/axe.min.js").read_text("utf-8")
MAX_WEIGHT = 300_000  # bytes, gzipped, before interaction, without payloads and Plotly


def toc_files(entry: Any) -> Iterator[str]:
    """Yield the pages of the table of contents in reading order."""
    if isinstance(entry, list):
        for each in entry:
            yield from toc_files(each)
    elif isinstance(entry, dict):
        for key, value in entry.items():
            if key in ("root", "file"):
                yield f"{value}.html"
            elif isinstance(value, list):
                yield from toc_files(value)


PAGES = list(toc_files(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))))
NOTEBOOKS = [page for page in PAGES if page.startswith("notebooks/")]


def draw_figures(page: Page) -> int:
    """Draw every figure of a page, also those that are not in view yet."""
    return page.evaluate(
        """async () => {
          const figures = [...(window.ldl?.figures?.values() ?? [])];
          for (const figure of figures) await figure.load();
          return figures.length;
        }"""
    )


def overflow(page: Page) -> list[str]:
    """Return what sticks out of the page to the right, if the page scrolls there."""
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.body.querySelectorAll("*")]
            .filter((e) => e.getBoundingClientRect().right > width + 1)
            .map((e) => `${e.tagName}.${e.className} ${e.textContent.slice(0, 40)}`)
            .slice(0, 8);
        }"""
    )


def serious(page: Page) -> list[str]:
    """Return axe-core's serious and critical findings."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {v['help']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical") or v["id"] == "heading-order"
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("name", [*PAGES, "search.html", "404.html"])
def test_page_loads_without_complaint_and_fits(opened, address, name):
    with opened(address, name) as (page, complaints):
        draw_figures(page)
        assert overflow(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(200)  # figures follow the new width
        assert overflow(page) == []
        assert page.locator(".ldl-error, .katex-error").count() == 0
        assert page.locator("h1").count() == 1
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [*PAGES, "search.html?q=perceptron", "404.html"])
def test_page_is_accessible(opened, http, name, theme):
    with opened(http, name, theme=theme) as (page, _):
        draw_figures(page)
        wide = serious(page)
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(200)
        assert wide == []
        assert serious(page) == []


def test_menu_of_narrow_pages_is_accessible(opened, http):
    with opened(http, PAGES[0], width=390) as (page, _):
        button = page.get_by_role("button", name="Menu")
        menu = page.get_by_role("navigation", name="Book")
        expect(menu).to_be_hidden()
        button.press("Enter")
        expect(menu).to_be_visible()
        assert button.get_attribute("aria-expanded") == "true"
        assert serious(page) == []
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_light_before_interaction(opened, http, name, record_property):
    weights: dict[str, int] = {}
    responses: list[Any] = []
    with opened(http, "404.html") as (page, _):
        page.on("response", lambda response: responses.append(response))
        page.goto(http + name, wait_until="networkidle")
        # Not in the event: a body that is asked for while the page closes is an error.
        for response in list(responses):
            if response.request.resource_type in ("document", "stylesheet", "script"):
                address = response.url.partition("/project/")[2]
                weights[address] = len(gzip.compress(response.body(), 6))
    own = {
        address: weight
        for address, weight in weights.items()
        if not re.match(r"ldl/(plotly-|figures/)", address)
    }
    record_property("weights", json.dumps(weights))
    assert name in own
    assert sum(own.values()) <= MAX_WEIGHT, own


# Finding one's way


def test_root_leads_to_a_live_figure_on_the_first_screen(opened, address):
    for width in (390, 1280):
        with opened(address, "index.html", width=width) as (page, complaints):
            page.wait_for_url("**/book/index.html")
            plot = page.locator(".ldl-figure[data-ldl-state='ready'] .ldl-plot").first
            plot.wait_for()
            top = plot.bounding_box()["y"]
            assert top + 150 < page.viewport_size["height"]
        assert complaints == []


def test_next_leads_through_the_whole_book_and_previous_back(opened, address):
    with opened(address, PAGES[0]) as (page, _):
        for name in PAGES[1:]:
            page.locator(".turn-next").click()
            page.wait_for_url(f"**/{name}")
        for name in reversed(PAGES[:-1]):
            page.locator(".turn-prev").click()
            page.wait_for_url(f"**/{name}")
        assert page.locator(".turn-prev").count() == 0


def test_navigation_lists_every_page_and_marks_this_one(opened, http):
    with opened(http, PAGES[1]) as (page, _):
        links = page.get_by_role("navigation", name="Book").get_by_role("link")
        found = {
            link.evaluate("a => a.href").partition("/project/")[2].rstrip("#")
            for link in links.all()
        }
        assert set(PAGES[1:]) <= found
        marked = page.locator(".book-nav [aria-current='page']")
        assert marked.count() == 1


def test_search_finds_pages(opened, address):
    with opened(address, PAGES[1]) as (page, complaints):
        page.get_by_label("Search this book").fill("perceptron")
        page.get_by_label("Search this book").press("Enter")
        page.wait_for_url("**/search.html?q=perceptron")
        first = page.locator("#search-results li a").first
        first.wait_for()
        expect(page.locator("#search-results")).to_contain_text("Search finished")
        page.wait_for_load_state("networkidle")  # summaries are fetched
        first.click()
        page.wait_for_load_state()
        assert "perceptron" in page.locator("main").inner_text().lower()
    assert complaints == []


def test_search_says_when_nothing_is_found(opened, http):
    with opened(http, "search.html?q=zzyzxq") as (page, _):
        expect(page.locator("#search-results")).to_contain_text("did not match any")


@pytest.mark.parametrize("place", ["gone.html", "a/b/c/gone", "notebooks/x/y/z.html"])
def test_missing_page_leads_home_from_any_depth(opened, http, place):
    root = http if place.startswith("notebooks") else http.removesuffix("project/")
    with opened(root, place) as (page, _):
        expect(page.get_by_role("heading", level=1)).to_have_text("Page not found#")
        links = page.get_by_role("main").get_by_role("link", name=re.compile("[Mm]ap"))
        links.first.click()
        page.wait_for_url(f"{root}book/map.html")
        expect(page.get_by_role("heading", level=1)).to_contain_text("map")


def test_skip_link_is_the_first_stop(opened, http):
    with opened(http, PAGES[1]) as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


class _Links(HTMLParser):
    """Collects what a page links to, and the anchors it has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.anchors.add(values["id"] or "")
        for key in ("href", "src"):
            if values.get(key):
                self.links.append(values[key] or "")


def _parse(file: Path) -> _Links:
    parser = _Links()
    parser.feed(file.read_text("utf-8"))
    return parser


def test_no_link_of_the_site_is_dead(site):
    pages = {file: _parse(file) for file in site.rglob("*.html")}
    dead = []
    for file, parsed in pages.items():
        for link in parsed.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = file if not parts.path else file.parent / unquote(parts.path)
            target = target.resolve()
            place = unquote(parts.fragment)
            if place.startswith("ldl-"):  # a figure's state follows its anchor
                place = place.partition("?")[0]
            if not target.is_file() or (
                place
                and target.suffix == ".html"
                and place not in pages[target].anchors
            ):
                dead.append(f"{file.relative_to(site)} -> {link}")
    assert dead == []


# Notebook pages


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_page_offers_its_source_and_colab(opened, http, name):
    source = json.loads((ROOT / name).with_suffix(".ipynb").read_text("utf-8"))
    with opened(http, name) as (page, _):
        with page.expect_download() as download:
            page.get_by_role("link", name="Download notebook").click()
        copy = json.loads(Path(download.value.path()).read_text("utf-8"))
        colab = page.get_by_role("link", name="Open in Colab").get_attribute("href")
        locally = page.get_by_role("link", name="Run locally").get_attribute("href")
        report = page.get_by_role("link", name="Report a problem").first
        title = page.locator("h1").evaluate("h => h.firstChild.textContent")
        assert title.split()[0] in unquote(report.get_attribute("href"))
        expect(page.locator(".stamp")).to_have_text(re.compile(r"^Executed .*Python 3"))
    assert [c["source"] for c in copy["cells"]] == [
        c["source"] for c in source["cells"]
    ]
    assert not any(c.get("outputs") for c in copy["cells"])
    assert re.fullmatch(
        r"https://colab\.research\.google\.com/github/[^/]+/[^/]+/blob/[^/]+/"
        + re.escape(name.replace(".html", ".ipynb")),
        colab,
    )
    assert locally.endswith("book/how_to_use.html#run-locally")


PROFILES = yaml.safe_load((ROOT / "notebooks/profiles.yml").read_text("utf-8")) or {}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_exactly_shortened_notebooks_are_labelled(opened, http, name):
    key = name.removeprefix("notebooks/").replace(".html", ".ipynb")
    with opened(http, name) as (page, _):
        labelled = page.locator(".notice", has_text="shortened").count()
        assert labelled == (1 if key in PROFILES else 0)


def test_nothing_of_execution_or_tests_is_published(site):
    for file in [*site.rglob("*.html"), *site.rglob("*.ipynb"), *site.rglob("*.js")]:
        if "plotly" in file.name or "katex" in file.name:
            continue
        text = file.read_text("utf-8")
        for word in ('"probes"', "papermill", "injected-parameters"):
            assert word not in text, f"{word} in {file.relative_to(site)}"


# Dark mode, no scripts, paper


def test_dark_mode_follows_the_system_until_it_is_chosen(opened, address):
    with opened(address, PAGES[0], theme="dark") as (page, _):
        html = page.locator("html")
        button = page.get_by_role("button", name="Dark mode")
        assert html.get_attribute("data-theme") == "dark"
        assert button.get_attribute("aria-pressed") == "true"
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        button.click()
        assert html.get_attribute("data-theme") == "light"
        assert button.get_attribute("aria-pressed") == "false"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
        page.reload()
        assert html.get_attribute("data-theme") == "light"


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_figures_show_question_words_and_picture(opened, http, name):
    with opened(http, name, java_script_enabled=False) as (page, complaints):
        hosts = page.locator(".ldl-figure")
        for host in hosts.all():
            picture = host.locator("img[data-ldl-picture]")
            assert picture.is_visible()
            assert picture.get_attribute("alt")
            assert picture.bounding_box()["height"] > 100
            assert host.locator(".ldl-sentence").is_visible()
            identity = host.get_attribute("data-ldl-figure")
            if not identity.startswith("fig-"):
                assert host.locator(".ldl-question").is_visible()
        assert page.get_by_role("heading", level=1).is_visible()
    assert complaints == []


def test_paper_shows_the_article_alone_on_white(opened, http):
    with opened(http, PAGES[0], theme="dark") as (page, _):
        page.emulate_media(media="print")
        for part in (".top", ".book-nav", ".page-nav", ".turn"):
            expect(page.locator(part)).to_be_hidden()
        expect(page.locator("article")).to_be_visible()
        white = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert white == "rgb(255, 255, 255)"
        assert len(page.pdf()) > 5000


def test_mathematics_is_drawn_and_has_mathml(opened, address):
    with opened(address, "book/notation.html") as (page, _):
        formulas = page.locator(".tex")
        assert formulas.count() > 20
        assert page.locator(".tex math").count() == formulas.count()
        assert page.locator(".tex .katex-html").count() == formulas.count()


def test_code_can_be_copied(opened, http):
    with opened(http, NOTEBOOKS[0]) as (page, _):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        button = page.get_by_role("button", name="Copy this code").first
        code = button.evaluate("b => b.parentElement.querySelector('pre').textContent")
        button.focus()
        button.press("Enter")
        expect(button).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == code

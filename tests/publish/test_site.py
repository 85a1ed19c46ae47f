"""Building the site: what is staged, what stops the build, what is left alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ldl_lib.explore import page
from ldl_lib.publish import browser, pictures, site, staging, vendor
from ldl_lib.publish.sphinx_ext import colab_link, fill_hosts
from tests.publish import fake_project as fake


@pytest.fixture(autouse=True)
def _site_mode(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("LDL_REPOSITORY", raising=False)
    page.forget_all()
    yield
    page.forget_all()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a project whose site is built."""
    root = fake.write(tmp_path_factory.mktemp("project"))
    site.build(root)
    return root


def html(root: Path, name: str = fake.NOTEBOOK) -> str:
    return (root / f"_build/html/{name}.html").read_text("utf-8")


# Staging


def staged(*cells: Any) -> staging.StagedNotebook:
    return staging.stage(fake.notebook(*cells), "some.ipynb")


def test_published_copy_has_no_probes_payloads_or_papermill():
    text = json.dumps(staging.stage(fake.small_lab(), "lab").notebook)
    for word in ("probes", "vnd.ldl", "papermill", "injected", "somewhere"):
        assert word not in text


def test_injected_parameters_become_a_notice_that_compares():
    lab = staging.stage(fake.small_lab(), "lab", "The full run takes an hour.")
    assert lab.changed == {"epochs": ("20", "2")}
    notice = next(c for c in lab.notebook["cells"] if c["id"] == "shortened-run")
    assert "| `epochs` | `20` | `2` |" in notice["source"]
    assert "The full run takes an hour." in notice["source"]


def test_equal_injected_parameters_are_no_change():
    result = staged(
        fake.code("epochs = 20", tags=("parameters",)),
        fake.code("epochs = 20", tags=("injected-parameters",)),
    )
    assert result.changed == {}
    assert len(result.notebook["cells"]) == 1


def display(**data: str) -> dict[str, Any]:
    bundle = {key.replace("__", "/").replace("_", "."): v for key, v in data.items()}
    return {"output_type": "display_data", "data": bundle, "metadata": {}}


@pytest.mark.parametrize("mime", [staging.WIDGET_MIME, staging.PLOTLY_MIME])
def test_output_that_readers_would_not_see_is_an_error(mime: str):
    output = {
        "output_type": "display_data",
        "data": {mime: {}, "text/plain": "IntSlider(value=0)"},
        "metadata": {},
    }
    with pytest.raises(staging.SiteError, match=r"some\.ipynb, cell 2.*without HTML"):
        staged(fake.words("# A"), fake.code("slider", output))


def test_widget_with_html_keeps_only_the_html():
    output = {
        "output_type": "display_data",
        "data": {staging.WIDGET_MIME: {}, "text/html": "<p>form</p>"},
        "metadata": {},
    }
    result = staged(fake.code("widget", output))
    assert result.notebook["cells"][0]["outputs"][0]["data"] == {
        "text/html": "<p>form</p>"
    }


def test_figure_shown_twice_is_an_error():
    shown = fake.output("twice")
    with pytest.raises(staging.SiteError, match="'twice'"):
        staged(fake.code("a", shown), fake.code("b", json.loads(json.dumps(shown))))


def test_two_figures_of_one_id_are_an_error():
    first, second = fake.output("twice"), fake.output("twice", states=10)
    with pytest.raises(staging.SiteError, match=r"some\.ipynb shows .*'twice'"):
        staged(fake.code("a", first), fake.code("b", second))


def test_payload_cannot_end_the_script_that_holds_it():
    shown = fake.output("sly")
    # A script inside a comment inside a script: not even </script> ends that.
    title = "</script><b> <!-- <script>"
    shown["data"][page.MIME]["payload"]["title"] = title
    (figure,) = staged(fake.code("sly", shown)).figures
    assert "</script" not in figure.payload
    assert "<!--" not in figure.payload
    assert json.loads(figure.payload)["title"] == title


# Host elements


def test_hosts_are_filled_relative_to_the_page():
    figures = {
        "small": {"inline": '{"id":"small"}'},
        "large": {
            "src": "ldl/figures/large.1.js",
            "picture": {"src": "ldl/figures/large.1.png", "width": 7, "height": 5},
        },
    }
    body = page.host("small", "Why?", "So.") + page.host("large", "", "It is.")
    filled = fill_hosts(body, figures, "../../")
    assert 'data-ldl-src="../../ldl/figures/large.1.js"' in filled
    assert 'src="../../ldl/figures/large.1.png" width="7" height="5"' in filled
    assert (
        '<script type="application/json" class="ldl-payload">{"id":"small"}' in filled
    )
    assert filled.count("data-ldl-src") == 1


def test_colab_link_names_repository_branch_and_notebook():
    repository = {"url": "https://github.com/someone/book", "branch": "main"}
    assert colab_link(repository, "notebooks/a/b.ipynb") == (
        "https://colab.research.google.com/github/someone/book/blob/main/"
        "notebooks/a/b.ipynb"
    )


# The whole build


def test_small_payload_is_inline_and_large_one_a_script(built: Path):
    text = html(built)
    assert '"id":"decision-line"' in text
    script = next((built / "_build/html/ldl/figures").glob("fine-line.*.js"))
    assert script.stat().st_size > staging.INLINE_LIMIT
    assert f'data-ldl-src="../../ldl/figures/{script.name}"' in text
    assert script.read_text("utf-8").startswith('ldl.payload("fine-line", {')


def test_every_figure_has_a_picture(built: Path):
    for figure in ("decision-line", "fine-line"):
        (picture,) = (built / "_build/html/ldl/figures").glob(f"{figure}.*.png")
        facts = pictures.size(picture)
        assert facts["width"] > 600
        assert facts["height"] > 250
        assert f'src="../../ldl/figures/{picture.name}"' in html(built)


def test_figure_of_a_notebook_can_stand_on_another_page(built: Path):
    assert 'data-ldl-figure="decision-line"' in html(built, "book/index")


def test_page_says_what_was_shortened_and_when_it_ran(built: Path):
    text = html(built)
    assert '<a href="#shortened-run">' in text
    assert 'id="shortened-run"' in text
    assert "a <strong>shortened</strong> run" in text
    assert "Executed with Python 3." in text


def test_pages_carry_only_scripts_and_styles_that_they_need(built: Path):
    plain = html(built, "book/how_to_use")
    assert "ldl.js" not in plain
    assert "katex" not in plain
    assert "katex.min.js" in html(built, "book/notation")
    assert "quiz." not in plain


def test_a_page_with_a_question_loads_what_brings_it_to_life(built: Path):
    text = html(built)
    assert 'data-ldl-quiz="how-many"' in text
    for name in ("quiz.js", "quiz.css"):
        assert re.search(rf'(?:src|href)="\.\./\.\./ldl/{re.escape(name)}\?v=', text)
        assert (built / "_build/html/ldl" / name).is_file()


def test_nothing_of_the_stock_theme_is_left(built: Path):
    names = " ".join(
        p.relative_to(built).as_posix() for p in (built / "_build/html").rglob("*")
    )
    for word in (
        "fontawesome",
        "fa-solid",
        "thebe",
        "bootstrap",
        "mathjax",
        "_sources",
    ):
        assert word not in names


def test_nothing_changed_means_nothing_done(built: Path):
    index = built / "_build/html/book/index.html"
    before = index.stat().st_mtime_ns
    said: list[str] = []
    site.build(built, progress=said.append)
    assert said == ["site is up to date"]
    assert index.stat().st_mtime_ns == before


def test_a_site_that_was_removed_is_built_again(tmp_path: Path):
    root = fake.write(tmp_path)
    shutil.rmtree(site.build(root))
    site.build(root)
    assert (root / "_build/html/index.html").is_file()


def test_pictures_are_made_once_there_is_a_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = fake.write(tmp_path)
    monkeypatch.setenv("LDL_CHROMIUM", "no-such-browser")
    with pytest.warns(UserWarning, match="no pic"):
        site.build(root)
    monkeypatch.delenv("LDL_CHROMIUM")
    assert ".png" not in html(root)
    site.build(root)
    assert html(root).count(".png") == 2


def test_a_page_that_shows_a_figure_twice_is_an_error(tmp_path: Path):
    root = fake.write(tmp_path)
    page = root / "book/how_to_use.md"
    twice = "\n```{ldl-figure} decision-line\n```\n" * 2
    page.write_text(page.read_text() + twice)
    with pytest.raises(site.SiteError, match=r"how_to_use.*'decision-line' twice"):
        site.build(root)


def test_a_moved_file_changes_the_site(tmp_path: Path):
    root = fake.write(tmp_path)
    folders = site.Folders(root)
    before = site._digest(folders, [])
    (root / "book/other").mkdir()
    (root / "book/references.bib").rename(root / "book/other/references.bib")
    assert site._digest(folders, []) != before


def test_repository_can_be_set_from_outside(
    built: Path, monkeypatch: pytest.MonkeyPatch
):
    assert "is a placeholder" in html(built)
    monkeypatch.setenv("LDL_REPOSITORY", "https://github.com/real/place")
    try:
        site.build(built)
        assert "colab.research.google.com/github/real/place/blob/main/" in html(built)
        assert "is a placeholder" not in html(built)
    finally:
        monkeypatch.delenv("LDL_REPOSITORY")
        site.build(built)


def test_warning_is_an_error_also_the_second_time(tmp_path: Path):
    root = fake.write(tmp_path)
    page = root / "book/how_to_use.md"
    page.write_text(page.read_text() + "\n[gone](nowhere.md)\n")
    for _ in range(2):
        with pytest.raises(site.SiteError, match=r"book/how_to_use\.md.*nowhere"):
            site.build(root)


def test_unknown_figure_is_named_with_those_there_are(tmp_path: Path):
    root = fake.write(tmp_path)
    page = root / "book/how_to_use.md"
    page.write_text(page.read_text() + "\n```{ldl-figure} misspelt\n```\n")
    with pytest.raises(site.SiteError, match=r"misspelt.*decision-line, fine-line"):
        site.build(root)


def test_contents_that_name_no_file_are_an_error(tmp_path: Path):
    root = fake.write(tmp_path)
    toc = root / "_toc.yml"
    toc.write_text(toc.read_text() + "      - file: book/unwritten\n")
    with pytest.raises(site.SiteError, match=r"book/unwritten.*neither"):
        site.build(root)


def test_notebook_that_was_not_executed_is_an_error(tmp_path: Path):
    root = fake.write(tmp_path)
    (root / f"_build/executed/{fake.NOTEBOOK}.ipynb").unlink()
    with pytest.raises(site.SiteError, match=r"not been executed.*ldl run"):
        site.build(root)


def test_page_over_its_weight_is_an_error(built: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(site, "MAX_PAGE_WEIGHT", 1000)
    with pytest.raises(site.SiteError, match=r"more than 1,000 .*concepts\.html: "):
        site._weigh(site.Folders(built))


def test_sources_send_jupyter_book_users_to_make():
    command = "from jupyter_book.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "build", str(fake.ROOT), "--path-output", "-"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0
    assert "run `make book`" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


# Pictures and vendored files


def test_without_a_browser_there_is_a_warning_and_no_picture(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LDL_CHROMIUM", "no-such-browser")
    figures = staging.stage(fake.small_lab(), "lab").figures
    with pytest.warns(UserWarning, match="no-such-browser.*no picture of decision"):
        made = pictures.make(
            figures, built / "_build/assets", tmp_path / "cache", lambda _: None
        )
    assert made == {}


def test_pictures_are_taken_from_the_cache(
    built: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(browser, "chromium", lambda: pytest.fail("drew again"))
    figures = staging.stage(fake.small_lab(), "lab").figures
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = pictures.make(
            figures, built / "_build/assets", built / "_build/pictures", lambda _: None
        )
    assert set(made) == {"decision-line", "fine-line"}


def test_vendored_files_are_those_of_the_manifest():
    assert len(vendor.verify(fake.ROOT)) > 20


def test_changed_vendored_file_stops_the_build(tmp_path: Path):
    root = fake.write(tmp_path)
    file = root / "book/vendor/katex/katex.min.js"
    file.write_bytes(file.read_bytes() + b";")
    with pytest.raises(vendor.VendorError, match=r"katex\.min\.js has SHA-256"):
        site.build(root)
    file.unlink()
    with pytest.raises(vendor.VendorError, match=r"katex\.min\.js .* missing"):
        vendor.verify(root)


def test_plotly_bundle_must_fit_the_python_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("plotly.offline.get_plotlyjs_version", lambda: "99.0.0")
    with pytest.raises(vendor.VendorError, match=r"99\.0\.0.*--plotly 99\.0\.0"):
        vendor.verify(fake.ROOT)


def test_katex_style_asks_only_for_fonts_that_are_carried(built: Path):
    folder = built / "_build/html/ldl/katex"
    style = (folder / "katex.min.css").read_text("utf-8")
    asked = set(re.findall(r"url\(([^)]*)\)", style))
    assert asked
    assert all((folder / name).is_file() for name in asked)

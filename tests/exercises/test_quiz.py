"""Multiple-choice questions: what Python says, and what the browser makes of them."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import chain, combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ldl_lib.exercises import MultipleChoice, quiz

AXE = (Path(__file__).parents[1] / "vendor/axe.min.js").read_text("utf-8")


def single(id="zero") -> MultipleChoice:
    return MultipleChoice(
        id=id,
        question="Is `sign(0)` < 1 & *not* +1?",
        code="y = sign(0)\nassert y < 2",
        options={
            "It is `0`.": (False, "A gate has *two* answers, `-1` and `+1`."),
            "It is +1.": (True, "Zero counts as positive: x <b>0</b>."),
            "It is −1, as 2 * 3 * 4 shows.": (False, "Then 0 would be negative."),
        },
    )


def several(id="gates") -> MultipleChoice:
    return MultipleChoice(
        id=id,
        question="Which gates can one neuron make?",
        options={
            "XOR": (False, "No line separates its corners."),
            "AND": (True, "Only one corner is +1."),
            "XNOR": (False, "It is XOR, negated."),
            "NAND": (True, "It is AND, negated."),
        },
    )


def selections(question: MultipleChoice) -> Iterator[tuple[int, ...]]:
    numbers = range(1, len(question.options) + 1)
    sizes = numbers if question.several else [1]
    return chain(*(combinations(numbers, size) for size in sizes))


# Without a browser


def test_each_wrong_option_gets_its_own_explanation():
    question = single()
    assert question.judge(2).passed
    for number, part in ((1, "two"), (3, "negative")):
        feedback = question.judge(number)
        assert not feedback.passed
        assert feedback.recognised
        assert feedback.message == "Not this one."
        assert part in feedback.hint
    assert not question.judge().started


def test_several_right_options_have_to_be_chosen_exactly():
    question = several()
    assert [s for s in selections(question) if question.judge(*s)] == [(2, 4)]
    part = question.judge(2)
    assert part.message == "1 of the 2 right answers chosen."
    assert "Look for what else" in part.hint
    mixed = question.judge(1, 2, 3, 4)
    assert mixed.message == "2 of the 2 right answers chosen, and 2 wrong."
    assert mixed.hint == (
        "“XOR”: No line separates its corners. “XNOR”: It is XOR, negated."
    )


@pytest.mark.parametrize("chosen", [(0,), (4,), (1, 2)])
def test_a_selection_that_cannot_be_made_is_an_error(chosen):
    with pytest.raises(ValueError, match="expected one number from 1 to 3"):
        single().judge(*chosen)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"id": "No Spaces"}, "lower-case words"),
        ({"options": {"a": (True, "x"), "b": (True, "y")}}, "one right option and one"),
        ({"options": {"a": (False, "x"), "b": (False, "y")}}, "one right option and"),
        ({"options": {"a": (True, "x"), "b": (False, " ")}}, "explanation of its own"),
        ({"options": {"a": (True, "x"), "b": (False, "x")}}, "explanation of its own"),
    ],
)
def test_a_question_without_sense_is_an_error(changed, message):
    sound = {"options": {"a": (True, "x"), "b": (False, "y")}}
    with pytest.raises(ValueError, match=message):
        MultipleChoice(**({"id": "a", "question": "?"} | sound | changed))


def test_text_form_shows_options_and_no_answer():
    text = repr(single())
    assert "assert y < 2" in text
    assert "  2. It is +1." in text
    assert "positive" not in text


class _Tree(HTMLParser):
    """Collects elements and the text outside of the folded answers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "details" not in self.open:
            self.text += data


def test_html_is_native_and_keeps_the_answers_folded():
    tree = _Tree(single().html())
    assert tree.open == []
    names = [tag for tag, _ in tree.tags]
    assert {"fieldset", "legend", "details", "code", "em"} <= set(names)
    assert names.count("label") == names.count("input") == 3
    assert "b" not in names  # the author's text is escaped
    assert "2 * 3 * 4" in tree.text  # stars between spaces multiply
    assert "Is sign(0) < 1 & not +1?" in tree.text
    for hidden in ("Zero counts", "negative.", "two"):
        assert hidden not in tree.text
    types = {v["type"] for tag, v in _Tree(several().html()).tags if tag == "input"}
    assert types == {"checkbox"}


def test_on_the_site_the_script_is_the_page_s(monkeypatch):
    brought = single()._repr_html_()
    assert quiz.script() in brought
    assert quiz.stylesheet() in brought
    assert "</script" not in quiz.script()
    monkeypatch.setenv("LDL_SITE", "1")
    assert single()._repr_html_() == single().html()


# In the browser


def write(folder: Path, *questions: MultipleChoice) -> str:
    """Write a page as the site has it; return its address on this disk."""
    (folder / "quiz.js").write_text(quiz.script())
    (folder / "quiz.css").write_text(quiz.stylesheet())
    page = folder / "index.html"
    page.write_text(
        '<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Quiz</title>'
        '<link rel="stylesheet" href="quiz.css"><script defer src="quiz.js"></script>'
        f"<main><h1>Quiz</h1>{''.join(q.html() for q in questions)}</main>"
    )
    return page.as_uri()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 390, "height": 800})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, tmp_path: Path) -> Page:
    opened = context.new_page()
    opened.goto(write(tmp_path, single(), several()))
    return opened


def verdict(page: Page, id: str) -> str:
    found = page.locator(f"#ldl-quiz-{id} [role=status]")
    return " ".join((found.inner_text()).split())


def test_the_browser_says_of_every_selection_what_python_says(page):
    said = """([id, chosen]) => {
      const host = document.getElementById(`ldl-quiz-${id}`);
      const inputs = [...host.querySelectorAll("input")];
      inputs.forEach((input, i) => { input.checked = chosen.includes(i + 1); });
      host.querySelector("button").click();
      return host.querySelector("[role=status]").innerText;
    }"""
    for question in (single(), several()):
        for chosen in ((), *selections(question)):
            shown = page.evaluate(said, [question.id, list(chosen)])
            feedback = question.judge(*chosen)
            text = f"{feedback.message} {feedback.hint}"
            text = text.replace("`", "").replace("*two*", "two")
            assert shown.split() == text.split()


def test_keyboard_alone_answers_and_the_verdict_is_announced(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "radio"
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert verdict(page, "zero").startswith("Not this one. A gate has two answers")
    first = page.get_by_role("radio").first
    assert first.evaluate("i => i.labels[0].innerText").endswith("wrong")
    page.keyboard.press("ArrowDown")  # chooses another: the verdict was of the first
    assert verdict(page, "zero") == ""
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # on the button
    assert verdict(page, "zero").startswith("Right. Zero counts as positive")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Try again
    assert verdict(page, "zero") == ""
    assert page.evaluate("document.activeElement.type") == "radio"
    assert page.get_by_role("radio", checked=True).count() == 0


def test_pointer_answers_on_a_phone_and_nothing_sticks_out(page):
    gates = page.locator("#ldl-quiz-gates")
    for text in ("AND", "NAND"):
        gates.locator("label").get_by_text(text, exact=True).click()
    gates.get_by_role("button", name="Check").click()
    assert verdict(page, "gates").startswith("Right. Only one corner is +1.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sizes = [label.bounding_box()["height"] for label in gates.locator("label").all()]
    assert min(sizes) >= 36


def test_answers_are_not_on_the_page_before_one_is_given(page):
    assert "Zero counts" not in page.locator("main").inner_text()
    zero = page.locator("#ldl-quiz-zero")
    zero.get_by_role("button", name="Check").click()
    assert verdict(page, "zero") == "Choose an answer first."
    assert "Zero counts" not in page.locator("main").inner_text()
    zero.get_by_role("radio").first.check()
    zero.get_by_role("button", name="Check").click()
    zero.get_by_text("All answers explained").click()
    assert "Zero counts" in zero.inner_text()


def test_an_answer_outlasts_the_page_until_it_is_taken_back(page):
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Check").first.click()
    before = verdict(page, "zero")
    page.reload()
    assert verdict(page, "zero") == before
    assert page.get_by_role("radio").first.is_checked()
    assert verdict(page, "gates") == ""
    page.get_by_role("button", name="Try again").click()
    page.reload()
    assert page.get_by_role("radio", checked=True).count() == 0


def test_what_another_page_stored_does_no_harm(page):
    page.evaluate("localStorage.setItem('ldl-quiz-zero', '{\"chosen\": 7}')")
    page.evaluate("localStorage.setItem('ldl-quiz-gates', 'no json')")
    page.reload()
    for host in page.locator(".ldl-quiz").all():
        host.locator("input").first.check()
        host.get_by_role("button", name="Check").click()
        expect(host.locator("[role=status]")).not_to_be_empty()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page, theme):
    page.evaluate("t => { document.documentElement.dataset.theme = t; }", theme)
    page.evaluate(AXE)
    for answered in (False, True):
        if answered:
            for host in page.locator(".ldl-quiz").all():
                host.locator("input").first.check()
                host.get_by_role("button", name="Check").click()
                host.get_by_text("All answers explained").click()
        found = page.evaluate("axe.run('.ldl-quiz', {resultTypes: ['violations']})")
        assert json.dumps(found["violations"]) == "[]"


def test_without_scripts_question_options_and_folded_answer_remain(browser, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write(tmp_path, single()))
    assert page.get_by_role("group", name="Is sign(0) < 1").count() == 1
    assert page.get_by_role("radio").count() == 3
    assert page.get_by_role("button", name="Check").count() == 0
    answer = page.get_by_text("Zero counts as positive")
    expect(answer).to_be_hidden()
    page.get_by_text("Answer", exact=True).click()
    expect(answer).to_be_visible()
    context.close()


def test_in_a_notebook_each_output_brings_its_script_and_views_stay_apart(context):
    page = context.new_page()
    page.goto("about:blank")
    # As JupyterLab does: HTML first, then each script anew, so that it runs.
    page.evaluate(
        """outputs => outputs.forEach(html => {
          const output = document.createElement("div");
          output.innerHTML = html;
          document.body.append(output);
          for (const old of output.querySelectorAll("script")) {
            const script = document.createElement("script");
            script.textContent = old.textContent;
            old.replaceWith(script);
          }
        })""",
        [single()._repr_html_(), several()._repr_html_(), single()._repr_html_()],
    )
    assert page.get_by_role("button", name="Check").count() == 3
    views = page.locator(".ldl-quiz[data-ldl-quiz=zero]")
    views.nth(0).get_by_role("radio").nth(0).check()
    views.nth(1).get_by_role("radio").nth(1).check()
    assert views.nth(0).get_by_role("radio").nth(0).is_checked()
    views.nth(1).get_by_role("button", name="Check").click()
    expect(views.nth(1).locator("[role=status]")).to_contain_text("Right.")
    expect(views.nth(0).locator("[role=status]")).to_be_empty()

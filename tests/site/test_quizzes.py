"""Every question of the built site, answered on its page without a kernel."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.site.test_pages import NOTEBOOKS, serious

PAGES = [name for name in NOTEBOOKS if name.endswith("/exercises.html")]

# Chooses each option of a question alone, in turn; returns what the page says of it.
ANSWER_ALL = """host => {
  const inputs = [...host.querySelectorAll("input")];
  return inputs.map((input) => {
    inputs.forEach((each) => { each.checked = each === input; });
    host.querySelector("button").click();
    return host.querySelector("[role=status]").innerText;
  });
}"""


@pytest.mark.parametrize("name", PAGES)
def test_every_question_tells_right_from_wrong(opened, address, name):
    with opened(address, name) as (page, complaints):
        questions = page.locator(".ldl-quiz")
        assert questions.count() >= 4
        for question in questions.all():
            assert question.locator("details").is_hidden()
            said = question.evaluate(ANSWER_ALL)
            several = question.locator("[type=checkbox]").count() > 0
            right = sum(text.startswith("Right.") for text in said)
            assert right == (0 if several else 1)
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_answered_questions_are_accessible(opened, http, name, theme):
    with opened(http, name, theme=theme, width=390) as (page, _):
        for question in page.locator(".ldl-quiz").all():
            question.evaluate(ANSWER_ALL)
            question.locator("summary").click()
        assert serious(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_the_answer_unfolds(opened, address, name):
    with opened(address, name, java_script_enabled=False) as (page, _):
        question = page.locator(".ldl-quiz").first
        answer = question.locator("li").first
        expect(answer).to_be_hidden()
        question.get_by_text("Answer", exact=True).click()
        expect(answer).to_be_visible()

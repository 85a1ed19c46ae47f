from html.parser import HTMLParser

import pytest

from ldl_lib.exercises import Feedback

PASSED = Feedback(True, "Right.", name="z")
NOT_YET = Feedback(False, "Got 1 < 2.\nSecond line.", "Try <b> & think.", "z")
STUB = Feedback(False, "Replace the dots.", name="z", started=False)


class Page(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.text = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("feedback", [PASSED, NOT_YET, STUB])
def test_html_says_in_words_what_the_text_says(feedback):
    page = Page(feedback._repr_html_())
    assert page.open == []
    assert feedback.status.capitalize() in page.text
    for part in (feedback.name, feedback.message, feedback.hint):
        assert part in page.text
    assert page.tags[0][1]["role"] == "status"
    assert "b" not in [tag for tag, _ in page.tags]  # the reader's text is escaped


def test_status_and_truth():
    assert [f.status for f in (PASSED, NOT_YET, STUB)] == [
        "passed",
        "not yet",
        "your turn",
    ]
    assert PASSED
    assert not NOT_YET


def test_text_form():
    assert str(NOT_YET).splitlines() == [
        "Not yet: z",
        "Got 1 < 2.",
        "Second line.",
        "Hint: Try <b> & think.",
    ]
    assert repr(PASSED) == str(PASSED)


def test_colours_come_from_the_host_page():
    html = "".join(f._repr_html_() for f in (PASSED, NOT_YET, STUB))
    assert "#" not in html
    assert "rgb" not in html


def test_code_in_a_hint_is_marked_up_and_the_reader_s_text_is_not():
    feedback = Feedback(False, "Got `a`.", "Try `w = w - step`, not 2 * 3 * <4>.", "z")
    html = feedback._repr_html_()
    assert "<code>w = w - step</code>" in html
    assert "2 * 3 * &lt;4&gt;" in html
    assert "Got `a`." in html

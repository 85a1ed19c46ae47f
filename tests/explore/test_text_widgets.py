"""The beam search tree and the sampling widget in a reader's hands, against Python."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from ldl_lib.figures.text.beam_tree import PROMPTS, TREE, BeamTree
from ldl_lib.figures.text.sampling import Sampling
from tests.explore.widgets import Stage, read
from tests.figures.character_models import random_model

AXE = Path(__file__).parents[1] / "vendor/axe.min.js"
BEAM = {"start": TREE, "width": 2, "depth": 4, "length_power": 0, "space": False}
SAMPLE = {
    "prompt": "i saw ",
    "temperature": 1,
    "top_k": 36,
    "nucleus": 1,
    "seed": 1,
    "letters": 30,
}


@pytest.fixture(scope="module")
def beams() -> BeamTree:
    return BeamTree(random_model(3))


@pytest.fixture(scope="module")
def draws() -> Sampling:
    return Sampling(random_model(3))


def ready(page: Page) -> Page:
    """Wait until the widget has unpacked its network."""
    page.evaluate("async () => { window.widget = await window.widget; }")
    return page


@pytest.fixture
def tree(stage: Stage, beams: BeamTree) -> Page:
    return ready(stage("beam_tree", beams.constants(), BEAM))


@pytest.fixture
def sampler(stage: Stage, draws: Sampling) -> Page:
    return ready(stage("sampling", draws.constants(), SAMPLE))


def agrees(page: Page, figure: BeamTree | Sampling, values: dict[str, Any]) -> None:
    """Set the controls: what the page reads and says must be what Python does."""
    page.evaluate("(values) => widget.set(values)", values)
    for path, expected in figure.state(**values).items():
        got = read(page, path)
        if np.asarray(expected).dtype.kind == "U":
            assert got == expected, (values, path)
        else:
            assert np.allclose(got, expected, rtol=0, atol=1e-9), (values, path)
    assert page.evaluate("said.at(-1)") == figure.words(**values)


def test_searches_are_python_s(tree: Page, beams: BeamTree) -> None:
    chance = random.Random(1)
    for start in (TREE, TREE, *PROMPTS, *PROMPTS):
        values = {
            "start": start,
            "width": chance.randint(1, 8),
            "depth": chance.randint(1, 8),
            "length_power": chance.choice([0, 0.5, 1.3]),
            "space": chance.random() < 0.5,
        }
        agrees(tree, beams, values)
    agrees(tree, beams, BEAM | {"depth": 0})
    agrees(tree, beams, BEAM | {"length_power": 0.8})  # puts another first
    agrees(tree, beams, BEAM | {"width": 3, "length_power": 0.8})


def test_the_tree_shows_what_is_kept_finished_and_pruned(tree: Page) -> None:
    nodes = tree.locator(".ldl-beam svg g.node[role=img]")
    fates = [
        fate
        for label in nodes.evaluate_all("all => all.map((n) => n.ariaLabel)")
        for fate in ("dropped later:", "kept:", "finished:", "pruned:")
        if fate in label
    ]
    # creature, night; fell, fled; the sentence's end, slowly; its end
    assert fates.count("dropped later:") == 2
    assert fates.count("kept:") == 3
    assert fates.count("finished:") == 2
    assert fates.count("pruned:") == 7  # all there are: 1, 4, and 2 of step 3
    rows = tree.locator(".ldl-beam tbody tr").all()
    cells = [row.locator("th, td").all_text_contents() for row in rows]
    assert [row[1:3] for row in cells] == [  # behind the rank
        ["“night fell.” ■", "3"],
        ["“night fell slowly.” ■", "4"],
    ]


BOXES = """() => {
  const line = document.querySelector(".ldl-beam .cut").getBoundingClientRect().y;
  return [...document.querySelectorAll(".ldl-beam .node")].map((node) => {
    const { top, bottom } = node.getBoundingClientRect();
    return [node.classList.contains("pruned"), bottom < line, top > line];
  });
}"""


@pytest.mark.parametrize("width", [1, 2, 5, 8])
def test_what_is_kept_stands_above_the_line_and_the_rest_below(
    tree: Page, width: int
) -> None:
    values = BEAM | {"start": "the m", "width": width}
    tree.evaluate("(values) => widget.set(values)", values)
    boxes = tree.evaluate(BOXES)
    shown = min(5, 10 - width)
    assert len(boxes) == BEAM["depth"] * (width + shown)
    for pruned, above, below in boxes:
        assert (above, below) == (not pruned, pruned)
    hidden = tree.locator(".ldl-beam svg text", has_text="+").all_text_contents()
    assert hidden[0] == f"+ {36 - width - shown} ×"


def test_candidates_are_reached_by_keys_and_clicks(tree: Page) -> None:
    detail = tree.locator(".ldl-beam .detail")
    tree.locator('.ldl-beam .node[tabindex="0"]').focus()
    assert "“night fell.”, finished: number 1 of 4" in detail.inner_text()
    for key, expected in (
        ("ArrowLeft", "Step 2, “night fell”, kept"),
        ("ArrowDown", "Step 2, “creature fled”, kept, dropped later: number 2 of 6"),
        ("ArrowDown", "pruned: number 3 of 6 candidates, room for 2."),
        ("ArrowLeft", "Step 1, “creature”"),
        ("ArrowLeft", "Step 1, “creature”"),  # nothing stands before it
        ("ArrowRight", "Step 2, “creature fled”"),
    ):
        tree.keyboard.press(key)
        assert expected in detail.inner_text()
    assert tree.locator('.ldl-beam .node[tabindex="0"]').count() == 1
    assert "probability 0.300 here, log-probability −1.20" in detail.inner_text()
    tree.locator(".ldl-beam .node", has_text="door").click()
    assert "Step 1, “door”, pruned: number 3 of 3" in detail.inner_text()


# A widget once more, with a page that lets it set its controls.
WITH_CONTROLS = """async ([name, options, values]) => {
  stage.replaceChildren();
  const now = { ...values };
  const own = await front.registered("widget", name)(stage, {
    options, values, announce: (text) => said.push(text), theme: () => "light",
    onTheme: () => () => {}, setValues: (some) => own.set(Object.assign(now, some)),
  });
}"""


def test_steps_can_be_taken_beside_the_tree(tree: Page, beams: BeamTree) -> None:
    tree.evaluate(WITH_CONTROLS, ["beam_tree", beams.constants(), BEAM | {"depth": 0}])
    back = tree.get_by_label("one step back in the tree")
    on = tree.get_by_label("one step on in the tree")
    now = tree.locator(".ldl-beam .now span")
    assert now.inner_text() == "Nothing is written yet."
    assert back.get_attribute("aria-disabled") == "true"
    rooms = ["Step 1: 3 candidates, room for 2.", "Step 2: 6 candidates, room for 2."]
    rooms += ["Step 3: 4 candidates, room for 2."]
    rooms += ["Step 4: 1 candidate, room for 1. The search is over."]
    for expected in [*rooms, rooms[-1]]:  # there is no fifth step
        on.click(force=True)
        assert now.inner_text() == expected
    assert on.get_attribute("aria-disabled") == "true"
    back.click()
    assert now.inner_text() == rooms[2]


def test_texts_are_python_s(sampler: Page, draws: Sampling) -> None:
    chance = random.Random(2)
    for _ in range(12):
        values = {
            "prompt": chance.choice(list(draws.options().values())),
            "temperature": chance.choice([0.2, 0.7, 1, 2]),
            "top_k": chance.choice([1, 3, 12, 36]),
            "nucleus": chance.choice([0.05, 0.5, 0.9, 1]),
            "seed": chance.randint(1, 5),
            "letters": chance.choice([1, 20, 90]),
        }
        agrees(sampler, draws, values)
    agrees(sampler, draws, SAMPLE | {"letters": 0})


def test_bars_are_the_probabilities_and_cuts_are_marked(
    sampler: Page, draws: Sampling
) -> None:
    values = SAMPLE | {"top_k": 4, "temperature": 0.8}
    sampler.evaluate("(values) => widget.set(values)", values)
    widths = sampler.locator(".ldl-sampling .bar i").evaluate_all(
        "all => all.map((bar) => parseFloat(bar.style.width))"
    )
    after = np.sort(draws.state(**values)["layout.after"])[::-1]
    assert np.allclose(widths[:12], 100 * after[:12], atol=1e-3)
    notes = sampler.locator(".ldl-sampling .note").all_inner_texts()
    assert notes[4:] == ["× cut off"] * 9
    assert notes[:4].count("◀ drawn") == 1
    heading = sampler.locator(".ldl-sampling .head").first.inner_text()
    random_number, start, end = map(float, re.findall(r"\d\.\d{3}", heading))
    assert start <= random_number <= end
    percent = sampler.locator("li.drawn .number").inner_text()
    assert 100 * (end - start) == pytest.approx(float(percent[:-2]), abs=0.2)


def test_the_character_that_is_drawn_is_the_next_one_written(
    sampler: Page, draws: Sampling
) -> None:
    drawn = sampler.locator(".ldl-sampling mark").inner_text().replace("␣", " ")
    longer = draws.state(**SAMPLE | {"letters": 31})["layout.text"]
    assert longer[-1] == drawn


def test_a_reader_s_own_beginning_is_continued(sampler: Page, draws: Sampling) -> None:
    sampler.evaluate(WITH_CONTROLS, ["sampling", draws.constants(), SAMPLE])
    sampler.get_by_label("your own beginning").fill("Élan – the “Wolf”")
    text = 'elan - the "wolf"'
    assert sampler.locator(".ldl-sampling .text b").inner_text() == text
    assert sampler.evaluate("said.at(-1)") == draws.words(**SAMPLE | {"prompt": text})


@pytest.mark.parametrize("which", ["tree", "sampler"])
def test_it_fits_a_phone_takes_the_theme_and_is_accessible(
    which: str, request: pytest.FixtureRequest
) -> None:
    page = request.getfixturevalue(which)
    assert page.evaluate("stage.scrollWidth <= stage.clientWidth")
    name = {"tree": "--beam-kept", "sampler": "--sampling-after"}[which]
    hue = f"getComputedStyle(stage).getPropertyValue('{name}')"
    light = page.evaluate(hue)
    page.evaluate("switchTheme('dark')")
    assert page.evaluate(hue) != light
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run('#stage', { preload: false })")["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []

"""E4.3: the cells of the matrix hold the images that they count."""

import re

import numpy as np
from sklearn.metrics import confusion_matrix

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.digits import confusions
from ldl_lib.figures.theme import DARK_TWIN

RNG = np.random.default_rng(3)
LABELS = RNG.integers(0, 10, 400)
OUTPUTS = RNG.random((400, 10)) + 0.8 * np.eye(10)[LABELS]
# Each image is one grey, by which it can be recognised.
IMAGES = np.broadcast_to(
    RNG.integers(0, 256, 400).astype(np.uint8)[:, None, None], (400, 4, 4)
)
FIGURE = confusions.ConfusionImages(IMAGES, LABELS, OUTPUTS)


def test_counts_are_those_of_scikit_learn():
    theirs = confusion_matrix(LABELS, OUTPUTS.argmax(axis=1), labels=range(10))
    np.testing.assert_array_equal(FIGURE.counts, theirs)


def test_a_cell_holds_its_images_the_largest_output_first():
    everywhere = [FIGURE.cell(i, j) for i in range(10) for j in range(10)]
    assert sorted(np.concatenate(everywhere)) == list(range(400))
    for true, answer in ((3, 3), (4, 9)):
        places = FIGURE.cell(true, answer)
        assert (LABELS[places] == true).all()
        assert (OUTPUTS[places].argmax(axis=1) == answer).all()
        assert (np.diff(OUTPUTS[places, answer]) <= 0).all()


def test_state_frames_the_cell_and_shows_as_many_images_as_fit():
    true, answer = np.unravel_index(FIGURE.counts.argmin(), (10, 10))
    state = FIGURE.state(int(true), int(answer))
    frame = [state[f"layout.shapes[0].{side}"] for side in ("x0", "x1", "y0", "y1")]
    assert frame == [answer - 0.5, answer + 0.5, true - 0.5, true + 0.5]
    for cell in ((true, answer), (2, 2)):
        z = FIGURE.state(*map(int, cell))["data[3].z"]
        shown = np.isfinite(z).sum() / 16
        assert shown == min(FIGURE.counts[cell], confusions.ROWS * confusions.COLUMNS)


def test_words_count_both_ways():
    said = FIGURE.words(4, 9)
    there, back = FIGURE.counts[4, 9], FIGURE.counts[9, 4]
    assert said.startswith(f"{there} of {(LABELS == 4).sum()} images of 4")
    assert f"9 taken for 4: {back}." in said
    assert f"{FIGURE.counts[2, 2]} of" in FIGURE.words(2, 2)


def test_every_state_has_the_same_paths_and_only_theme_colours():
    paths = frozenset(evaluate(FIGURE.state, {"true": 0, "answer": 0}, None))
    for true in range(10):
        evaluate(FIGURE.state, {"true": true, "answer": 9 - true}, paths)
    drawn = FIGURE.figure().update_layout(template=None)
    assert set(re.findall(r"#[0-9a-f]{6}", drawn.to_json())) <= set(DARK_TWIN)

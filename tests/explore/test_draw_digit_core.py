"""The core of draw-a-digit: unpacking, preparation, noise and network, as in Python."""

from __future__ import annotations

import base64
import os
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from scipy import ndimage

from ldl_lib import data, nn
from ldl_lib.explore import bundle
from ldl_lib.figures.digits import draw

PAD = 280
CORE = "const core = front.registered('core', 'draw_digit');"

needs_mnist = pytest.mark.skipif(
    "LDL_DATA_MIRROR" not in os.environ,
    reason="needs real data: LDL_DATA_MIRROR is not set",
)
needs_artifact = pytest.mark.skipif(
    not draw.ARTIFACT.exists(), reason="chapter 4's lab has not had its full run yet"
)


@pytest.fixture
def core(front: Page) -> Page:
    if not front.evaluate("Boolean(front.registered('core', 'draw_digit'))"):
        front.add_script_tag(content=bundle.part("widget", "draw_digit"))
    return front


def random_weights(seed: int = 0) -> draw.Weights:
    rng = np.random.default_rng(seed)
    half = [
        rng.normal(0, spread, shape).astype(np.float16)
        for spread, shape in (
            (0.08, (25, 784)),
            (0.3, 25),
            (0.7, (10, 25)),
            (0.4, 10),
        )
    ]
    return draw.Weights(*half, mean=33.3, sd=78.6, test_error=0.9)


def packed(network: draw.Weights) -> dict[str, Any]:
    return {
        "weights": draw.pack_weights(network),
        "hidden": 25,
        "outputs": 10,
        "mean": network.mean,
        "sd": network.sd,
    }


def as_text(images: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(images, np.uint8).tobytes()).decode()


def as_bytes(text: str) -> np.ndarray:
    """Read what TEXT made: one letter a byte, which Playwright passes on fast."""
    return np.frombuffer(text.encode("latin-1"), np.uint8)


TEXT = "const text = (all) => Array.from(all, (c) => String.fromCharCode(c)).join('');"
TO_BYTES = "const bytes = (t) => Uint8Array.from(atob(t), (c) => c.charCodeAt(0));"


# ---------------------------------------------------------------- unpacking


def test_half_precision_is_read_exactly(core: Page) -> None:
    codes = np.arange(0, 65_536, 7, dtype=np.uint16)
    codes = codes[np.isfinite(codes.view(np.float16))]
    got = core.evaluate(
        f"(codes) => {{ {CORE} return codes.map(core.fromHalf); }}", codes.tolist()
    )
    assert np.array_equal(got, codes.view(np.float16).astype(float))


def test_weights_arrive_unchanged(core: Page) -> None:
    network = random_weights()
    got = core.evaluate(
        f"async (given) => {{ {CORE}"
        "const { W1, b1, W2, b2 } = await core.readNetwork(given);"
        "return [W1, b1, W2, b2].map((a) => Array.from(a)); }",
        packed(network),
    )
    for array, expected in zip(got, network[:4], strict=True):
        assert np.array_equal(array, expected.ravel().astype(float))


# ---------------------------------------------------------------- the network

FORWARD = f"""async ([given, images]) => {{
  {CORE} const network = await core.readNetwork(given);
  return images.map((image) => {{
    const pass = core.forward(network, image);
    return [pass.z, pass.hidden, pass.slope, pass.outputs].map((a) => Array.from(a));
  }});
}}"""


def test_forward_pass_is_the_library_s(core: Page) -> None:
    network = random_weights(1)
    images = np.random.default_rng(2).uniform(0, 255, (20, 784))
    images[0] = 0
    passes = core.evaluate(FORWARD, [packed(network), images.tolist()])
    library = network.network()
    outputs = library.forward((images - network.mean) / network.sd)
    hidden = library.layers[0]
    slope = nn.ACTIVATIONS["tanh"].derivative(hidden.z)
    for number, expected in enumerate((hidden.z, hidden.outputs, slope, outputs)):
        got = np.array([each[number] for each in passes])
        assert np.allclose(got, expected, rtol=0, atol=1e-6)


ERRORS = f"""async ([given, text, labels]) => {{
  {CORE} {TO_BYTES}
  const [network, pixels] = [await core.readNetwork(given), bytes(text)];
  const wrong = labels.filter((label, i) =>
    core.argmax(core.forward(network, pixels.subarray(i * 784, (i + 1) * 784)).outputs)
      !== label);
  return wrong.length;
}}"""


@needs_mnist
@needs_artifact
def test_error_on_the_whole_test_set_is_python_s(core: Page) -> None:
    test = data.load("mnist", strict=True).test
    network = draw.weights()
    wrong = core.evaluate(ERRORS, [packed(network), as_text(test.X), test.y.tolist()])
    assert wrong == np.sum(network.predict(test.X) != test.y)
    assert wrong / 10_000 == pytest.approx(network.test_error, abs=1e-12)


def test_errors_are_counted_as_python_counts_them(core: Page) -> None:
    sample = data.load("digits").test  # no real data needed for this one
    images = np.kron(sample.X, np.ones((1, 3, 3)))
    images = np.pad(images * 15, ((0, 0), (2, 2), (2, 2))).astype(np.uint8)
    network = random_weights(4)
    wrong = core.evaluate(ERRORS, [packed(network), as_text(images), sample.y.tolist()])
    assert wrong == np.sum(network.predict(images) != sample.y)
    assert 0 < wrong < len(sample.y)


# ---------------------------------------------------------------- preparation


def area_mean(lines: np.ndarray, pixels: int) -> np.ndarray:
    """Average rows over equal intervals, by interpolating their running sum."""
    edges = np.linspace(0, len(lines), pixels + 1)
    sums = np.vstack([np.zeros(lines.shape[1]), np.cumsum(lines, axis=0)])
    whole = np.minimum(edges.astype(int), len(lines) - 1)
    at = sums[whole] + (edges - whole)[:, None] * lines[whole]
    return np.diff(at, axis=0) * pixels / len(lines)


def prepared(pad: np.ndarray) -> np.ndarray:
    """Crop, scale and centre as MNIST's makers say, with NumPy and SciPy."""
    rows, columns = ndimage.find_objects((pad > 0).astype(int))[0]
    crop = pad[rows, columns].astype(float)
    scale = 20 / max(crop.shape)
    height, width = (max(1, int(side * scale + 0.5)) for side in crop.shape)
    small = area_mean(area_mean(crop, height).T, width).T
    y, x = np.floor(np.array(ndimage.center_of_mass(small)) + 0.500001)
    image = np.zeros((84, 84))
    top, left = 28 + 14 - int(y), 28 + 14 - int(x)
    image[top : top + height, left : left + width] = np.floor(small + 0.5)
    return image[28:56, 28:56]


# Strokes of the pen, points of the pad: a 7, a 1, a small and a large round, a dot.
SHAPES: dict[str, list[tuple[float, float]]] = {
    "seven": [(60, 60), (200, 66), (120, 240)],
    "one": [(150, 20), (140, 262)],
    "flat": [(20, 150), (260, 141)],
    "tiny": [(200, 40), (222, 38), (226, 60), (203, 63), (200, 41)],
    "large": [(30, 140), (60, 40), (200, 30), (250, 180), (90, 255), (33, 150)],
    "dot": [(33, 210), (33, 210)],
}
DRAW = f"""([points, radius, what]) => {{
  {CORE} {TEXT} const pad = core.emptyPad();
  points.slice(1).forEach((to, i) => core.stroke(pad, points[i], to, radius));
  return [pad, core[what](pad)].map(text);
}}"""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("radius", [8, 14])
def test_a_drawing_is_prepared_as_mnist_was(
    core: Page, shape: str, radius: int
) -> None:
    pad, image = core.evaluate(DRAW, [SHAPES[shape], radius, "prepare"])
    pad = as_bytes(pad).reshape(PAD, PAD).astype(int)
    image = as_bytes(image).reshape(28, 28).astype(int)
    assert np.abs(pad - draw.ink([SHAPES[shape]], radius)).max() <= 1
    assert np.abs(image - draw.prepare(pad)).max() <= 1
    expected = prepared(pad)
    assert np.abs(image - expected).max() <= 1  # grey levels: halves may round apart
    assert np.mean(image != expected) < 0.05

    box = ndimage.find_objects((image > 0).astype(int))[0]
    assert max(side.stop - side.start for side in box) in (19, 20)  # a faint edge
    y, x = np.array(ndimage.center_of_mass(image)) + 0.5
    assert 13.9 <= x <= 15.1
    assert 13.9 <= y <= 15.1


def test_without_centring_the_pad_is_only_made_coarser(core: Page) -> None:
    pad, image = core.evaluate(DRAW, [SHAPES["tiny"], 9, "shrink"])
    blocks = as_bytes(pad).reshape(28, 10, 28, 10).mean(axis=(1, 3))
    assert np.abs(as_bytes(image).reshape(28, 28) - blocks).max() <= 0.5 + 1e-9


def test_an_empty_pad_stays_empty(core: Page) -> None:
    image = core.evaluate(
        f"() => {{ {CORE} return Array.from(core.prepare(core.emptyPad())); }}"
    )
    assert image == [0] * 784


def test_the_eraser_takes_away_what_the_pen_left(core: Page) -> None:
    left = core.evaluate(
        f"""([points]) => {{
          {CORE} const pad = core.emptyPad();
          const draw = (erase, radius) => points.slice(1).forEach(
            (to, i) => core.stroke(pad, points[i], to, radius, erase));
          draw(false, 10);
          const before = core.inkBox(pad);
          draw(true, 13);
          return [before, core.inkBox(pad)];
        }}""",
        [SHAPES["seven"]],
    )
    # 10 points around the outermost places.
    assert left[0] == {"left": 50, "top": 50, "width": 160, "height": 200}
    assert left[1] is None


# Puts each image on a pad, `grain` points a pixel, away from the corner; prepares it.
PREPARE_ALL = f"""([given, grain, left, top]) => {{
  {CORE} {TO_BYTES} {TEXT}
  const all = bytes(given);
  return Array.from({{ length: all.length / 784 }}, (_, i) => {{
    const pad = core.emptyPad();
    for (let row = 0; row < 28 * grain; row += 1) {{
      for (let column = 0; column < 28 * grain; column += 1) {{
        pad[(top + row) * {PAD} + left + column] =
          all[i * 784 + 28 * Math.floor(row / grain) + Math.floor(column / grain)];
      }}
    }}
    return text(core.prepare(pad));
  }}).join("");
}}"""


@needs_mnist
def test_mnist_s_own_images_are_prepared_already(core: Page) -> None:
    images = data.load("mnist", strict=True).test.X[:200]
    got = as_bytes(core.evaluate(PREPARE_ALL, [as_text(images), 10, 0, 0]))
    same = (got.reshape(images.shape) == images).all(axis=(1, 2))
    assert same.mean() >= 0.95, f"{same.sum()} of 200 unchanged"


@needs_mnist
@needs_artifact
def test_a_digit_that_was_moved_and_shrunk_keeps_its_class(core: Page) -> None:
    """Each digit at 70 % of its size, near a corner: preparing it brings it back."""
    images = data.load("mnist", strict=True).test.X[:200]
    got = as_bytes(core.evaluate(PREPARE_ALL, [as_text(images), 7, 4, 80]))
    before = draw.weights().predict(images)
    again = draw.weights().predict(got.reshape(images.shape))
    assert np.mean(again == before) >= 0.95


def test_a_test_image_fills_the_pad_in_blocks(core: Page) -> None:
    image = np.random.default_rng(5).integers(0, 256, (28, 28)).astype(np.uint8)
    pad = core.evaluate(
        f"(given) => {{ {CORE} {TO_BYTES} {TEXT}"
        "return text(core.padOf(bytes(given))); }",
        as_text(image),
    )
    blocks = np.kron(image, np.ones((10, 10), np.uint8))
    assert np.array_equal(as_bytes(pad).reshape(PAD, PAD), blocks)


# ---------------------------------------------------------------- shift, noise, words


def test_shift_and_noise_are_python_s(core: Page) -> None:
    rng = np.random.default_rng(6)
    image = rng.integers(0, 256, (28, 28)).astype(np.uint8)
    for dx, dy, noise, pattern in [
        (0, 0, 0, 1),
        (4, -3, 0, 1),
        (-28, 0, 40, 2),
        (0, 9, 255, 5),
        (-2, -2, 100, 3),
    ]:
        got = core.evaluate(
            f"([image, dx, dy, noise, pattern]) => {{ {CORE} return Array.from("
            "core.addNoise(core.shift(image, dx, dy), noise, pattern)); }",
            [image.ravel().tolist(), dx, dy, noise, pattern],
        )
        expected = draw.add_noise(draw.shift(image, dx, dy), noise, pattern)
        assert np.array_equal(np.reshape(got, (28, 28)), expected)


def test_noise_is_even_and_its_patterns_differ() -> None:
    random = np.array([draw.chances(pattern, 784) for pattern in range(1, 6)])
    assert abs(random.mean() - 0.5) < 0.02
    assert abs(random.std() - 12**-0.5) < 0.01
    assert np.abs(np.corrcoef(random) - np.eye(5)).max() < 0.15
    beside = np.corrcoef(random[:, :-1].ravel(), random[:, 1:].ravel())
    assert abs(beside[0, 1]) < 0.06


def test_words_and_outputs_are_python_s(core: Page) -> None:
    rng = np.random.default_rng(9)
    images = rng.integers(0, 256, (80, 28, 28)).astype(np.uint8)
    labels = np.arange(80) % 10
    reader = draw.Reader(images, labels, random_weights(7))
    tries = [(draw.DRAWING, 0, 0, 0, 1), (draw.DRAWING, 2, 0, 60, 2)]
    for number in reader.numbers[::4]:
        tries.append((number, *map(int, rng.integers(-8, 9, 2)), 30, 4))
    got = core.evaluate(
        f"""async ([given, tries]) => {{
          {CORE}
          const network = await core.readNetwork(given);
          const images = await core.readImages(given);
          return tries.map(([number, dx, dy, noise, pattern]) => {{
            const place = given.numbers.indexOf(number);
            const image = images[place] ?? new Uint8Array(784);
            const moved = core.addNoise(core.shift(image, dx, dy), noise, pattern);
            const pass = core.forward(network, moved);
            const of = {{ source: place < 0 ? "empty" : "test", number,
              label: given.labels[place] }};
            return [core.words(pass, of), Array.from(pass.outputs)];
          }});
        }}""",
        [reader.constants(), tries],
    )
    for (words, outputs), given in zip(got, tries, strict=True):
        assert words == reader.words(*given, centre=True)
        expected = reader.state(*given, centre=True)["layout.outputs"]
        assert np.allclose(outputs, expected, rtol=0, atol=1e-9)

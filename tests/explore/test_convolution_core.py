"""The convolution widget's core against PyTorch, and against its Python twin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from ldl_lib.explore import bundle
from ldl_lib.figures.convolution import explorer

torch = pytest.importorskip("torch")
F = torch.nn.functional

CORE = "const core = front.registered('core', 'convolution');"


@pytest.fixture
def core(front: Page) -> Page:
    if not front.evaluate("Boolean(front.registered('core', 'convolution'))"):
        front.add_script_tag(content=bundle.part("widget", "convolution"))
    return front


def in_page(
    core: Page, image: np.ndarray, kernel: np.ndarray, operation: str, **setting: Any
) -> np.ndarray:
    got = core.evaluate(
        f"""([image, kernel, setting, operation]) => {{ {CORE}
          return operation === "convolution" ? core.convolve2d(image, kernel, setting)
            : core.apply(image, kernel, setting, operation); }}""",
        [image.tolist(), kernel.tolist(), setting | {"size": len(kernel)}, operation],
    )
    return np.array(got)


def padded(image: np.ndarray, size: int, setting: dict[str, Any], value: float) -> Any:
    """Pad as the setting says; how Keras shares out an odd zero is written out here."""
    edges = []
    for length in image.shape[::-1]:
        if setting["padding"] == "same":
            out = int(np.ceil(length / setting["stride"]))
            need = (out - 1) * setting["stride"] + setting["dilation"] * (size - 1) + 1
            total = max(need - length, 0)
            edges += [total // 2, total - total // 2]
        else:
            edges += [int(setting["padding"].replace("valid", "0"))] * 2
    return F.pad(torch.tensor(image)[None, None], edges, value=value)


def by_torch(
    image: np.ndarray, kernel: np.ndarray, operation: str, setting: dict[str, Any]
) -> np.ndarray:
    size, stride, dilation = len(kernel), setting["stride"], setting["dilation"]
    if operation == "convolution":
        result = F.conv2d(
            padded(image, size, setting, 0.0),
            torch.tensor(kernel)[None, None],
            stride=stride,
            dilation=dilation,
        )
    elif operation == "max":
        result = F.max_pool2d(
            padded(image, size, setting, -np.inf), size, stride, dilation=dilation
        )
    else:  # the sum of the pixels over the number of them
        ones = torch.ones(1, 1, size, size, dtype=torch.float64)
        sums, counts = (
            F.conv2d(
                padded(each, size, setting, 0.0), ones, stride=stride, dilation=dilation
            )
            for each in (image, np.ones_like(image))
        )
        result = sums / counts
    return result[0, 0].numpy()


def settings(count: int) -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(7)
    drawn = []
    for _ in range(count):
        size = int(rng.choice([2, 3, 5]))
        image = rng.integers(0, 256, size=rng.integers(14, 20, size=2)).astype(float)
        setting = {
            "stride": int(rng.integers(1, 5)),
            "padding": str(rng.choice(["valid", "same", "1"])),
            "dilation": int(rng.integers(1, 4)),
        }
        drawn.append((image, rng.normal(size=(size, size)), setting))
    return drawn


@pytest.mark.parametrize("operation", ["convolution", "max", "average"])
def test_the_page_and_python_compute_what_torch_computes(
    core: Page, operation: str
) -> None:
    for image, kernel, setting in settings(40):
        expected = by_torch(image, kernel, operation, setting)
        got = in_page(core, image, kernel, operation, **setting)
        assert got.shape == expected.shape, setting
        assert np.allclose(got, expected, rtol=0, atol=1e-9), setting
        python = explorer.output(image, kernel, operation, **setting)
        assert np.allclose(python, expected, rtol=0, atol=1e-9), setting


def test_a_flipped_kernel_is_scipy_s_convolution(core: Page) -> None:
    from scipy.signal import convolve2d

    rng = np.random.default_rng(1)
    image, kernel = rng.normal(size=(9, 8)), rng.normal(size=(3, 3))
    turned = core.evaluate(
        f"(kernel) => {{ {CORE} return core.flipped(kernel); }}", kernel.tolist()
    )
    got = in_page(
        core,
        image,
        np.array(turned),
        "convolution",
        stride=1,
        padding="valid",
        dilation=1,
    )
    assert np.allclose(got, convolve2d(image, kernel, mode="valid"))


def test_a_window_names_its_pixels_and_what_lies_beyond_the_edge(core: Page) -> None:
    image = np.arange(16.0).reshape(4, 4)
    setting = {"size": 3, "stride": 2, "padding": "1", "dilation": 1}
    cells = core.evaluate(
        f"""([image, setting]) => {{ {CORE}
          return core.windowAt(image, setting, 0, 1); }}""",
        [image.tolist(), setting],
    )
    pixels = [[cell["pixel"] for cell in line] for line in cells]
    assert pixels == [[None, None, None], [1, 2, 3], [5, 6, 7]]
    assert [cells[1][0]["y"], cells[1][0]["x"]] == [0, 1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/9", 1 / 9),
        (" −0.5 ", -0.5),
        ("-2", -2),
        ("0,25", 0.25),
        (".5", 0.5),
        ("", None),
        ("x", None),
        ("1/0", None),
        ("1/2/3", None),
    ],
)
def test_entries_are_read_as_people_write_them(
    core: Page, text: str, value: float | None
) -> None:
    got = core.evaluate(f"(text) => {{ {CORE} return core.readEntry(text); }}", text)
    assert got == (None if value is None else pytest.approx(value))


def test_every_ready_made_weight_can_be_written_and_read_back(core: Page) -> None:
    for name in explorer.KERNELS.values():
        for size in explorer.SIZES:
            weights = explorer.kernel_of(name, size).ravel()
            back = core.evaluate(
                f"""(weights) => {{ {CORE}
                  return weights.map((w) => core.readEntry(core.writeEntry(w))); }}""",
                weights.tolist(),
            )
            assert np.allclose(back, weights), (name, size)

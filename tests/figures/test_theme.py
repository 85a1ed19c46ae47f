"""The palette holds its promises: contrast, colour blindness, light-dark twins."""

from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import plotly.io
import pytest

from ldl_lib.figures import theme

LIGHT_PAGES = ("#ffffff",)
DARK_PAGES = ("#121212", "#14181e")
DATA_COLORS = ("blue", "vermillion", "green", "orange", "purple", "sky")

# Severity 1.0 of Machado, Oliveira and Fernandes (2009), applied to linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# sRGB to XYZ under D65 (IEC 61966-2-1).
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear_rgb(hex_: str) -> np.ndarray:
    rgb = np.array([int(hex_[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    a, b = (TO_XYZ[1] @ linear_rgb(hex_) + 0.05 for hex_ in (one, other))
    return float(max(a, b) / min(a, b))


def cielab(rgb: np.ndarray) -> np.ndarray:
    t = TO_XYZ @ rgb / (TO_XYZ @ np.ones(3))
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, vision: str) -> float:
    """CIE76 colour difference as somebody with that vision sees it."""
    seen = (
        cielab(np.clip(np.asarray(VISION[vision]) @ linear_rgb(hex_), 0, 1))
        for hex_ in (one, other)
    )
    return float(np.linalg.norm(np.subtract(*seen)))


def test_reference_functions_agree_with_published_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert cielab(linear_rgb("#ff0000")) == pytest.approx([53.24, 80.09, 67.2], abs=0.1)


@pytest.mark.parametrize("name", [*DATA_COLORS, "axis"])
def test_graphics_stand_out_from_the_page(name):
    light, dark = theme.COLORS[name]
    assert min(contrast(light, page) for page in LIGHT_PAGES) >= 3
    assert min(contrast(dark, page) for page in DARK_PAGES) >= 3


@pytest.mark.parametrize("name", theme.TEXT_COLORS)
def test_words_are_readable_on_the_page(name):
    light, dark = theme.COLORS[name]
    assert min(contrast(light, page) for page in LIGHT_PAGES) >= 4.5
    assert min(contrast(dark, page) for page in DARK_PAGES) >= 4.5


@pytest.mark.parametrize("tint", [n for n in theme.COLORS if n.endswith("_tint")])
def test_points_and_words_are_readable_on_tinted_areas(tint):
    for mode in (0, 1):
        area = theme.COLORS[tint][mode]
        assert contrast(theme.COLORS["ink"][mode], area) >= 4.5
        assert contrast(theme.COLORS["blue"][mode], area) >= 3
        assert contrast(theme.COLORS["vermillion"][mode], area) >= 3


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_data_colors_differ_for_everyone(mode, vision):
    hexes = [theme.COLORS[name][mode] for name in DATA_COLORS]
    closest = min(distance(a, b, vision) for a, b in combinations(hexes, 2))
    assert closest >= 19


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_two_half_planes_differ_for_everyone(mode, vision):
    blue, vermillion = (theme.COLORS[n][mode] for n in ("blue_tint", "vermillion_tint"))
    assert distance(blue, vermillion, vision) >= 15


def all_pairs() -> list[tuple[str, str]]:
    pairs = list(theme.COLORS.values())
    for scale in (theme.SEQUENTIAL, theme.DIVERGING):
        pairs += [
            (a[1], b[1]) for a, b in zip(scale["light"], scale["dark"], strict=True)
        ]
    return pairs


def test_every_light_hex_has_exactly_one_dark_twin():
    twins: dict[str, set[str]] = {}
    for light, dark in all_pairs():
        assert light == light.lower()
        assert dark == dark.lower()
        twins.setdefault(light, set()).add(dark)
    assert all(len(darks) == 1 for darks in twins.values())
    assert {light: next(iter(d)) for light, d in twins.items()} == theme.DARK_TWIN


def test_a_dark_hex_never_names_two_light_ones_nor_is_one():
    darks = list(theme.DARK_TWIN.values())
    assert len(set(darks)) == len(darks)
    assert not set(darks) & set(theme.DARK_TWIN)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_sequential_scale_goes_one_way_in_lightness(mode):
    lightness = [cielab(linear_rgb(hex_))[0] for _, hex_ in theme.SEQUENTIAL[mode]]
    steps = np.diff(lightness) * (-1 if mode == "light" else 1)
    assert (steps > 5).all()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_diverging_scale_is_closest_to_the_page_at_zero(mode):
    page = theme.COLORS["paper"][mode == "dark"]
    hexes = [hex_ for _, hex_ in theme.DIVERGING[mode]]
    gap = [abs(cielab(linear_rgb(h))[0] - cielab(linear_rgb(page))[0]) for h in hexes]
    assert (np.diff(gap[:5]) < 0).all()
    assert (np.diff(gap[4:]) > 0).all()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_templates_are_valid_plain_dicts(mode):
    template = theme.TEMPLATES[mode]
    assert type(template) is dict
    figure = go.Figure(go.Scatter(y=[1, 2]), layout={"template": template})
    assert figure.layout.template.layout.font.size == 14
    assert figure.layout.template.layout.paper_bgcolor == "rgba(0,0,0,0)"


def test_dark_template_is_the_light_one_with_twins():
    def swap(value):
        if isinstance(value, dict):
            return {key: swap(item) for key, item in value.items()}
        if isinstance(value, list):
            return [swap(item) for item in value]
        return theme.DARK_TWIN.get(value, value) if isinstance(value, str) else value

    assert swap(theme.TEMPLATES["light"]) == theme.TEMPLATES["dark"]


def test_template_is_the_default():
    assert plotly.io.templates.default == "ldl"
    assert go.Figure().layout.template.layout.colorway == tuple(theme.SEQUENCE)


def test_color_looks_names_up():
    assert theme.color("blue") == theme.COLORS["blue"][0]
    with pytest.raises(ValueError, match=r"no colour named 'teal'.*blue"):
        theme.color("teal")


def test_there_is_a_symbol_and_a_dash_for_each_color():
    assert len(set(theme.SYMBOLS)) == len(set(theme.DASHES)) == len(theme.SEQUENCE)

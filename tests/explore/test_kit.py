"""What hand-written widgets share: elements, buttons and numbers as words."""

import pytest
from playwright.sync_api import Page

KIT = "const kit = front.registered('core', 'kit');"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(-0.001, 2, "0.00"), (-1.5, 1, "−1.5"), (3, 0, "3"), (0.125, 3, "0.125")],
)
def test_numbers_have_true_minus_signs(
    front: Page, value: float, digits: int, text: str
) -> None:
    got = front.evaluate(
        f"([v, d]) => {{ {KIT} return kit.fixed(v, d); }}", [value, digits]
    )
    assert got == text


def test_plural_unless_there_is_one(front: Page) -> None:
    got = front.evaluate(
        f"() => {{ {KIT} return [1, 0, 1200].map((n) => kit.plural(n, 'weight')); }}"
    )
    assert got == ["1 weight", "0 weights", "1,200 weights"]


def test_elements_get_properties_attributes_and_children(front: Page) -> None:
    got = front.evaluate(
        f"""() => {{ {KIT}
          const inner = kit.html("i", {{ textContent: "x" }});
          const given = {{ className: "a", role: "img", "aria-label": "b" }};
          const box = kit.html("div", given, [inner, "y"]);
          const line = kit.svg("line", {{ x1: 3 }});
          return [box.outerHTML, line.namespaceURI, line.getAttribute("x1")];
        }}"""
    )
    assert got == [
        '<div class="a" role="img" aria-label="b"><i>x</i>y</div>',
        "http://www.w3.org/2000/svg",
        "3",
    ]


def test_buttons_act_when_clicked(front: Page) -> None:
    got = front.evaluate(
        f"""() => {{ {KIT}
          const said = [];
          const act = () => said.push("went");
          const button = kit.button("go", act, {{ className: "a" }});
          button.click();
          return [button.type, button.className, ...said];
        }}"""
    )
    assert got == ["button", "a", "went"]


def test_a_canvas_counts_in_the_page_s_pixels_and_is_sharp(front: Page) -> None:
    got = front.evaluate(
        f"""() => {{ {KIT}
          const canvas = document.createElement("canvas");
          const scale = kit.fit(canvas, 30, 20).getTransform().a;
          return [canvas.width / scale, canvas.height / scale, canvas.style.width];
        }}"""
    )
    assert got == [30, 20, "30px"]

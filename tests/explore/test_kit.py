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


def test_buttons_act_and_lists_tell_what_was_chosen(front: Page) -> None:
    got = front.evaluate(
        f"""() => {{ {KIT}
          const said = [];
          const button = kit.button("go", () => said.push("went"));
          const field = kit.select("size", [["3", "three"], ["5", "five"]],
            (value) => said.push(value));
          button.click();
          field.list.value = "5";
          field.list.dispatchEvent(new Event("change"));
          return [button.type, field.element.textContent, ...said];
        }}"""
    )
    assert got == ["button", "size threefive", "went", "5"]

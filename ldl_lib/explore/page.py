"""Figures on pages without a kernel: host element, payload, and test probes."""

from __future__ import annotations

import hashlib
import html
import json
import os
import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ldl_lib.explore.states import plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ldl_lib.explore.explorable import Explorable, Interactive

MIME = "application/vnd.ldl.figure+json"
PROBES = 12

_registered: dict[str, object] = {}


def in_site_mode() -> bool:
    """Whether outputs are made for the site (environment variable LDL_SITE=1)."""
    return os.environ.get("LDL_SITE") == "1"


def register(figure: Interactive) -> None:
    """Note the figure's id.

    Raises
    ------
    ValueError
        If the site's page has a figure of this id already. In a live notebook a
        cell may be run again, so there the new figure replaces the old one.
    """
    if in_site_mode() and figure.id in _registered:
        raise ValueError(
            f"two figures have the id {figure.id!r}: ids are permanent and unique; "
            "give the new figure another one"
        )
    _registered[figure.id] = figure


def forget_all() -> None:
    """Forget every registered id, as a restart of the kernel would."""
    _registered.clear()


def host(id: str, question: str, sentence: str) -> str:
    """Return the element that the front end brings to life.

    Without JavaScript it shows the question, the description and a picture, which
    publishing fills in.
    """
    words = html.escape(sentence)
    asked = f'<p class="ldl-question">{html.escape(question)}</p>' if question else ""
    return (
        f'<div class="ldl-figure" id="ldl-{id}" data-ldl-figure="{id}">{asked}'
        f'<noscript><img data-ldl-picture="{id}" alt="{words}">'
        f'<p class="ldl-sentence">{words}</p></noscript></div>'
    )


def _limit_hover_digits(figure: dict[str, Any], digits: Mapping[str, int]) -> None:
    """Let hover labels show no more decimals than the table keeps."""
    least: dict[str, int] = {}
    for path, kept in digits.items():
        target, _, letter = path.partition("].")
        if letter not in ("x", "y"):
            continue
        trace = figure["data"][int(target.removeprefix("data["))]
        axis = trace.get(f"{letter}axis", letter).replace(letter, f"{letter}axis", 1)
        least[axis] = min(kept, least.get(axis, kept))
    for axis, kept in least.items():
        # Plotly's own choice for numbers so small that six decimals hide them.
        if kept <= 6:
            settings = figure["layout"].setdefault(axis, {})
            settings.setdefault("hoverformat", f".{kept}~f")


def payload(
    figure: Interactive,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return what the page needs, each panel's tolerances, and facts about cost."""
    spec = figure.spec()
    tolerances: dict[str, Any] = {}
    facts: dict[str, Any] = {"states": 0, "seconds": 0.0}
    for panel, described in zip(figure._panels(), spec["panels"], strict=True):
        if panel.hand_written:
            source = "widget"
        elif panel.compute:
            described["source"] = {
                "kind": "compute",
                "name": panel.compute,
                "constants": panel.constants,
            }
            source = "compute"
        elif panel.controls:
            table = panel.table()
            described["source"] = {"kind": "table", "table": table.text}
            _limit_hover_digits(described["figure"], table.digits)
            tolerances[panel.id] = table.tolerance
            facts["states"] += table.states
            facts["seconds"] += round(table.seconds, 3)
            source = "table"
        else:
            source = "static"
        facts.setdefault("sources", []).append(source)
    facts["bytes"] = len(json.dumps(spec, ensure_ascii=False).encode())
    return spec, tolerances, facts


def probes(figure: Interactive) -> list[dict[str, Any]]:
    """Return random control settings with what Python says they show.

    The settings depend on the figure's id alone, so that outputs are repeatable.
    """
    chance = random.Random(figure.id)
    settings = [figure.defaults]
    for _ in range(PROBES if figure.controls else 0):
        settings.append(
            {name: chance.choice(c.grid()) for name, c in figure.controls.items()}
        )
    return [
        {
            "values": values,
            "panels": {
                panel.id: {
                    "state": {k: plain(v) for k, v in panel.evaluate(values).items()},
                    "sentence": panel.sentence(values),
                }
                for panel in figure._panels()
            },
        }
        for values in settings
    ]


def mime_bundle(figure: Interactive) -> dict[str, Any]:
    """Return the output of a cell on the site: host element and payload."""
    spec, tolerances, facts = payload(figure)
    sentence = figure.describe_values()
    return {
        "text/html": host(figure.id, figure.question, sentence),
        "text/plain": f"{figure.question} {sentence}".strip(),
        MIME: {
            "id": figure.id,
            "payload": spec,
            "probes": probes(figure),
            "tolerance": tolerances,
            "meta": facts,
        },
    }


def plain_figure(figure: go.Figure) -> Explorable:
    """Wrap a bare Plotly figure; its alternative text is `layout.meta["alt"]`."""
    from ldl_lib.explore.explorable import Explorable

    meta = figure.layout.meta
    alt = meta.get("alt", "") if isinstance(meta, Mapping) else ""
    digest = hashlib.sha256(figure.to_json().encode()).hexdigest()[:12]
    shown = sum(name.startswith(f"fig-{digest}") for name in _registered)
    return Explorable(
        id=f"fig-{digest}" + (f"-{shown + 1}" if shown else ""),
        figure=figure,
        state=lambda: {},
        controls={},
        question="",
        describe=lambda: alt,
    )


def site_mode() -> None:
    """Make bare Plotly figures show themselves through the site's front end."""
    import plotly.io as pio
    from plotly.io.base_renderers import MimetypeRenderer

    class SiteRenderer(MimetypeRenderer):  # type: ignore[misc]
        def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, Any]:
            import plotly.graph_objects as go

            return mime_bundle(plain_figure(go.Figure(fig_dict)))

    pio.renderers["ldl"] = SiteRenderer()
    pio.renderers.default = "ldl"

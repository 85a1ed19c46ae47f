"""Which inputs an output has seen, against recurrent layers of torch."""

import itertools

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.text import shapes

CASES = list(itertools.product(shapes.KINDS.values(), (False, True)))


def changed_outputs(kind, both):
    """Change one input of a real network at a time; return which outputs move.

    A single output reads the layers' last states, as Keras returns them.
    """
    torch.manual_seed(0)
    layer = torch.nn.RNN(2, 8, batch_first=True, bidirectional=both)
    X = torch.randn(1, shapes.STEPS, 2)
    moved = {}

    def outputs(X):
        every, last = layer(X)
        if kind == "every":
            return every
        nothing = torch.zeros(1, shapes.STEPS - 1, 8)
        return torch.cat([nothing, last.sum(dim=0)[:, None]], dim=1)

    with torch.no_grad():
        before = outputs(X)
        for t in range(shapes.STEPS):
            other = X.clone()
            other[0, t] += 1
            change = (outputs(other) - before).abs().sum(dim=(0, 2))
            moved[t + 1] = {s + 1 for s in np.flatnonzero(change > 1e-7)}
    return moved


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("kind", ["last", "every"])
def test_an_output_has_seen_the_inputs_that_move_it(kind, both):
    moved = changed_outputs(kind, both)
    for output in shapes.outputs_of(kind):
        seen = {t for name, t in shapes.seen_by(output, kind, both) if name == "x"}
        assert seen == {t for t, outputs in moved.items() if output in outputs}


def test_a_writer_sees_only_what_it_wrote():
    for output in range(1, shapes.STEPS + 1):
        seen = shapes.seen_by(output, "write", both=False)
        assert {t for name, t in seen if name == "y"} == set(range(1, output + 1))
        assert {t for name, t in seen if name == "x"} == set(range(1, output + 1))


def waits_for_itself(output, kind, both):
    seen = shapes.seen_by(output, kind, both)
    edges = shapes.wiring(kind, both).edges
    return any(start == ("y", output) and end in seen for start, end in edges)


def test_a_writer_in_both_directions_waits_for_itself():
    for output in range(1, shapes.STEPS):
        assert waits_for_itself(output, "write", both=True)
        assert "cannot start" in shapes.words("write", True, output)
    assert not any(
        waits_for_itself(output, kind, both)
        for kind, both in CASES
        for output in shapes.outputs_of(kind)
        if (kind, both) != ("write", True)
    )


@pytest.mark.parametrize("both", [False, True])
def test_translation_starts_when_all_is_read(both):
    for output in shapes.outputs_of("later"):
        seen = shapes.seen_by(output, "later", both)
        assert {t for name, t in seen if name == "x"} == {1, 2, 3}


@pytest.mark.parametrize("kind", ["last", "later"])
def test_the_layer_that_goes_back_hands_on_its_state_after_all_inputs(kind):
    backwards = {node for node in shapes.wiring(kind, both=True).nodes if "b" in node}
    for output in shapes.outputs_of(kind):
        assert backwards <= shapes.seen_by(output, kind, both=True)


def test_words_find_the_leak():
    for output in range(1, shapes.STEPS):
        assert "need only copy" in shapes.words("every", True, output)
        assert "None of them comes after it" in shapes.words("every", False, output)
    assert "fair" in shapes.words("last", True, 2)


def test_every_state_draws_each_node_and_line_once():
    paths = None
    for (kind, both), output in itertools.product(CASES, range(1, shapes.STEPS + 1)):
        values = {"kind": kind, "both": both, "output": output}
        state = evaluate(shapes.state, values, paths)
        paths = paths or frozenset(state)
        nodes, edges = shapes.wiring(kind, both)
        drawn = sum(len(state[f"data[{trace}].x"]) for trace in (2, 3, 4))
        assert drawn == len(set(nodes)) == len(nodes)
        lines = sum(np.isnan(state[f"data[{trace}].x"]).sum() for trace in (0, 1))
        assert lines == len(set(edges)) == len(edges)

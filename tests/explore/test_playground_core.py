"""The playground's core learns as ldl_lib.nn does, and its data sets are what they say.

Both start from equal weights and see equal batches in float64. 200 steps later the
weights may differ by 1e-6, the error of two orders of rounding in between.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from ldl_lib import nn
from ldl_lib.explore import bundle

STEPS = 200
TOLERANCE = 1e-6
ACTIVATIONS = [name for name in nn.ACTIVATIONS if name != "softmax"]
# Rates at which each moves the weights a good way in 200 steps.
OPTIMIZERS = {
    "SGD": lambda: nn.SGD(0.2),
    "momentum": lambda: nn.SGD(0.03, momentum=0.9),
    "Nesterov": lambda: nn.SGD(0.03, momentum=0.9, nesterov=True),
    "AdaGrad": lambda: nn.AdaGrad(0.1),
    "RMSProp": lambda: nn.RMSProp(0.005),
    "Adam": lambda: nn.Adam(0.01),
    "AdaMax": lambda: nn.AdaMax(0.01),
    "AdamW": lambda: nn.AdamW(0.01),
    "Nadam": lambda: nn.Nadam(0.01),
}
LOSSES = {
    "cross entropy": ("logistic", nn.BinaryCrossEntropy),
    "squared error": ("tanh", lambda: nn.SquaredError(half=True)),
}
PENALTIES = {"none": lambda _: None, "L1": nn.L1, "L2": nn.L2}
DATA_SETS = ("circle", "xor", "gaussians", "spiral", "moons", "stripes")

Setting = Mapping[str, Any]
DEFAULT: Setting = {
    "hidden": [5, 4],
    "activation": "tanh",
    "loss": "cross entropy",
    "optimizer": "SGD",
    "penalty": "none",
    "strength": 0,
}


@pytest.fixture(scope="module")
def core(front: Page) -> Page:
    front.add_script_tag(content=bundle.part("widget", "playground"))
    front.evaluate("""() => {
      window.core = front.registered("core", "playground");
      window.data = front.registered("core", "playground_data");
    }""")
    return front


def twin(setting: Setting) -> nn.Network:
    """The same network in Python, with its own starting weights."""
    output, _ = LOSSES[setting["loss"]]
    hidden = [nn.Dense(units, setting["activation"]) for units in setting["hidden"]]
    network = nn.Network(2, [*hidden, nn.Dense(1, output)], seed=3)
    rng = np.random.default_rng(4)
    for layer in network.layers:  # biases of 0 would hide where they belong
        layer.parameters["b"][...] = rng.normal(0, 0.3, layer.parameters["b"].shape)
    return network


def examples(size: int = 60) -> tuple[Any, Any]:
    """A ring around a disc, so that all units are needed."""
    rng = np.random.default_rng(5)
    y = np.arange(size) % 2
    radius = np.where(y == 1, 0.5, 1.4) + rng.normal(0, 0.15, size)
    angle = rng.uniform(0, 2 * math.pi, size)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), y


def batches(size: int, number: int) -> list[list[int]]:
    """Batches of 10, of 7 and of one, as the last of an epoch may be smaller."""
    rng = np.random.default_rng(6)
    lengths = [(10, 7, 1)[step % 3] for step in range(number)]
    return [rng.choice(size, length, replace=False).tolist() for length in lengths]


LEARN = """([all, points, batches]) => {
  const set = data.set(points);
  return all.map(([setting, weights]) => {
    const net = core.create(setting);
    core.restore(net, weights);
    for (const order of batches) core.learn(net, set, order, 0, order.length);
    return {
      weights: [...core.weights(net)], outputs: [...core.outputs(net, set)],
      penalty: core.penaltyOf(net), steps: net.steps, ...core.measure(net, set),
    };
  });
}"""


def learn_in_python(setting: Setting, network: nn.Network, order: Any) -> None:
    X, y = examples()
    output, make_loss = LOSSES[setting["loss"]]
    targets = y if output == "logistic" else 2 * y - 1
    loss, optimizer = make_loss(), OPTIMIZERS[setting["optimizer"]]()
    penalty = PENALTIES[setting["penalty"]](setting["strength"])
    for batch in order:
        given = network.forward(X[batch], training=True)
        network.backward(loss.gradient(given, targets[batch].reshape(-1, 1)))
        if penalty:
            penalty.add_gradient(network)
        optimizer.step(network.weights, network.gradient)


def as_points(X: Any, y: Any) -> list[dict[str, float]]:
    return [
        {"x1": float(a), "x2": float(b), "y": int(label)}
        for (a, b), label in zip(X, y, strict=True)
    ]


def compare(page: Page, settings: list[Setting], steps: int = STEPS) -> None:
    """Let both learn in all settings and compare weights, outputs and measures."""
    X, y = examples()
    order = batches(len(X), steps)
    twins = [twin(setting) for setting in settings]
    starts = [network.weights.copy() for network in twins]
    rates = [OPTIMIZERS[setting["optimizer"]]().rate for setting in settings]
    tasks = [
        [{**setting, "rate": rate}, start.tolist()]
        for setting, rate, start in zip(settings, rates, starts, strict=True)
    ]
    results = page.evaluate(LEARN, [tasks, as_points(X, y), order])
    for setting, network, start, result in zip(
        settings, twins, starts, results, strict=True
    ):
        learn_in_python(setting, network, order)
        moved = np.abs(network.weights - start).max()
        assert moved > 0.05, f"nothing is learnt, which proves nothing: {setting}"
        np.testing.assert_allclose(
            result["weights"], network.weights, rtol=0, atol=TOLERANCE, err_msg=setting
        )
        check_measures(setting, network, result)
        assert result["steps"] == steps


def check_measures(setting: Setting, network: nn.Network, result: Any) -> None:
    X, y = examples()
    output, make_loss = LOSSES[setting["loss"]]
    targets = (y if output == "logistic" else 2 * y - 1).reshape(-1, 1)
    given = network.predict(X)
    penalty = PENALTIES[setting["penalty"]](setting["strength"])
    added = penalty.value(network) if penalty else 0
    threshold = 0.5 if output == "logistic" else 0.0
    np.testing.assert_allclose(result["outputs"], given[:, 0], rtol=0, atol=1e-6)
    assert result["loss"] == pytest.approx(make_loss().value(given, targets), abs=1e-5)
    assert result["error"] == nn.error_rate(given, y, threshold)
    assert result["penalty"] == pytest.approx(added, abs=1e-6)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_activation_with_every_optimizer(core: Page, optimizer: str) -> None:
    compare(
        core,
        [
            {**DEFAULT, "activation": name, "optimizer": optimizer}
            for name in ACTIVATIONS
        ],
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_every_depth_with_every_loss(core: Page, loss: str) -> None:
    depths = [[], [1], [7], [3, 2], [8, 8], [6, 5, 4], [2, 3, 4, 5], [9, 1, 6, 2]]
    compare(core, [{**DEFAULT, "hidden": hidden, "loss": loss} for hidden in depths])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("penalty", ["L1", "L2"])
def test_penalties_with_every_optimizer(core: Page, penalty: str, loss: str) -> None:
    compare(
        core,
        [
            {
                **DEFAULT,
                "optimizer": optimizer,
                "penalty": penalty,
                "strength": 0.01,
                "loss": loss,
            }
            for optimizer in OPTIMIZERS
        ],
    )


def test_what_it_offers_is_what_the_library_has(core: Page) -> None:
    offered = core.evaluate(
        "() => [core.ACTIVATIONS, core.OPTIMIZERS, Object.keys(core.LOSSES), "
        "core.PENALTIES, data.NAMES, core.INITIALIZERS]"
    )
    expected = [ACTIVATIONS, OPTIMIZERS, LOSSES, PENALTIES, DATA_SETS]
    for names, known in zip(offered, expected, strict=False):
        assert sorted(names) == sorted(known)
    assert set(offered[-1]) == {"uniform", "zeros", *nn.INITIALIZERS}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_far_from_zero(core: Page, name: str) -> None:
    """One unit whose weight is 1 shows its activation; both ends and the middle."""
    z = np.concatenate([np.linspace(-9, 9, 3001), [-750, -40, 40, 750], [1e-9, -1e-9]])
    values = core.evaluate(
        """([activation, z]) => {
          const net = core.create({ hidden: [1], activation });
          core.restore(net, [1, 0, 0, 0, 0]);
          return z.map((value) => core.activities(net, value, 0)[1][0]);
        }""",
        [name, z.tolist()],
    )
    with np.errstate(over="ignore"):
        expected = nn.activation(name).value(z)
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-12)


def test_pictures_are_the_library_s_forward_pass(core: Page) -> None:
    settings = [
        {**DEFAULT, "activation": name, "loss": loss, "hidden": hidden}
        for name, loss, hidden in [
            ("gelu", "cross entropy", [5, 3]),
            ("tanh", "squared error", [4]),
            ("mish", "cross entropy", []),
            ("leaky relu", "squared error", [2, 3, 4, 5]),
        ]
    ]
    width, height, edge = 31, 23, 2.5  # more than one block of points, not a square
    rows = edge * (1 - 2 * (np.arange(height) + 0.5) / height)
    columns = edge * (2 * (np.arange(width) + 0.5) / width - 1)
    X = np.array([[x1, x2] for x2 in rows for x1 in columns])
    for setting in settings:
        network = twin(setting)
        result = core.evaluate(
            """([setting, weights, size]) => {
              const net = core.create(setting);
              const grid = core.grid(net, size);
              core.restore(net, weights);
              core.paint(net, grid);
              const plain = (pictures) => pictures.map((picture) => [...picture]);
              return { inputs: plain(grid.inputs), output: [...grid.output],
                hidden: grid.hidden.map(plain) };
            }""",
            [
                setting,
                network.weights.tolist(),
                {"width": width, "height": height, "edge": edge},
            ],
        )
        output = network.predict(X)[:, 0]
        assert np.ptp(output) > 0.1
        np.testing.assert_allclose(np.transpose(result["inputs"]), X, atol=1e-12)
        np.testing.assert_allclose(result["output"], output, rtol=0, atol=1e-10)
        network.forward(X)
        assert len(result["hidden"]) == len(setting["hidden"])
        for pictures, layer in zip(result["hidden"], network.layers, strict=False):
            np.testing.assert_allclose(pictures, layer.outputs.T, rtol=0, atol=1e-10)


def test_activities_of_one_example(core: Page) -> None:
    network = twin(DEFAULT)
    given = core.evaluate(
        """([setting, weights]) => {
          const net = core.create(setting);
          core.restore(net, weights);
          return core.activities(net, 0.3, -1.2);
        }""",
        [DEFAULT, network.weights.tolist()],
    )
    network.forward([[0.3, -1.2]])
    expected = [[0.3, -1.2], *(layer.outputs[0].tolist() for layer in network.layers)]
    assert [len(layer) for layer in given] == [2, 5, 4, 1]
    for ours, theirs in zip(given, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


# --- a network's start and its epochs -------------------------------------------------


def test_starting_weights_have_the_initialiser_s_spread(core: Page) -> None:
    spread = {**nn.INITIALIZERS, "uniform": nn.Uniform(1.0), "zeros": nn.Zeros()}
    rng = np.random.default_rng(1)
    for name, make in spread.items():
        layers = core.evaluate(
            """(initializer) => core.create({ hidden: [60, 40], initializer }).layers
              .map(({ W, b }) => [[...W], [...b]])""",
            name,
        )
        W, b = np.array(layers[1][0]), np.array(layers[1][1])
        expected = make(60, 40, rng)
        assert W.size == expected.size
        assert (b == 0).all()
        assert W.std() == pytest.approx(expected.std(), rel=0.05)
        assert abs(W.mean()) <= 4 * expected.std() / math.sqrt(W.size)
        # Uniform numbers end at √3 standard deviations, normal ones do not.
        if expected.std() and not name.endswith("normal"):
            assert np.abs(W).max() < 1.75 * W.std()
        if name.endswith("normal"):
            assert np.abs(W).max() > 2.5 * W.std()


EPOCHS = """([seed, epochs]) => {
  const { train } = data.make("moons", { count: 50, share: 1, seed: 2 });
  const net = core.create({ seed, batch: 8, hidden: [4] });
  const orders = [];
  const ends = [];
  for (let i = 0; i < epochs; i += 1) {
    let steps = 1;
    while (!core.step(net, train)) steps += 1;
    orders.push([...net.order]);
    ends.push(steps);
  }
  return { orders, ends, epochs: net.epochs, steps: net.steps,
    weights: [...core.weights(net)] };
}"""


def test_an_epoch_shows_every_example_once_in_a_new_order(core: Page) -> None:
    result = core.evaluate(EPOCHS, [1, 4])
    assert result["ends"] == [7] * 4  # six batches of 8 and one of 2
    assert (result["epochs"], result["steps"]) == (4, 28)
    for order in result["orders"]:
        assert sorted(order) == list(range(50))
    assert len({tuple(order) for order in result["orders"]}) == 4


def test_a_seed_repeats_everything_and_another_nothing(core: Page) -> None:
    first, again, other = (core.evaluate(EPOCHS, [seed, 3]) for seed in (1, 1, 2))
    assert first == again
    assert first["orders"][0] != other["orders"][0]
    assert not np.allclose(first["weights"], other["weights"])


def test_restoring_starts_the_network_anew(core: Page) -> None:
    paths = core.evaluate("""() => {
      const { train } = data.make("xor", { count: 40, share: 1 });
      const net = core.create({ optimizer: "Nadam", rate: 0.01 });
      const start = core.weights(net);
      return [1, 2].map(() => {
        core.restore(net, start);
        for (let i = 0; i < 7; i += 1) core.step(net, train);
        return [...core.weights(net), net.steps, net.epochs];
      });
    }""")
    assert paths[0] == paths[1]


def test_without_examples_nothing_happens(core: Page) -> None:
    result = core.evaluate("""() => {
      const net = core.create();
      const none = data.set([]);
      const before = core.weights(net);
      const ended = core.step(net, none);
      core.epoch(net, none);
      const { loss, error } = core.measure(net, none);
      return [ended, net.steps, Number.isNaN(loss), Number.isNaN(error),
        core.weights(net).every((w, i) => w === before[i])];
    }""")
    assert result == [False, 0, True, True, True]


def test_another_size_of_the_set_starts_the_epoch_anew(core: Page) -> None:
    result = core.evaluate("""() => {
      const net = core.create({ batch: 4 });
      const points = (count) => data.make("xor", { count, share: 1 }).train;
      core.step(net, points(20));
      core.step(net, points(30));
      return [net.progress, net.order.length, net.epochs];
    }""")
    assert result == [4, 30, 0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"activation": "sine"}, "no activation sine"),
        ({"optimizer": "LBFGS"}, "no optimizer LBFGS"),
        ({"hidden": [3, 0]}, "whole numbers from 1"),
        ({"rate": -1}, "must be above 0"),
    ],
)
def test_what_cannot_be_is_refused(core: Page, options: Any, message: str) -> None:
    answer = core.evaluate(
        """(options) => {
          try { core.create(options); } catch (error) { return String(error); }
          return "accepted";
        }""",
        options,
    )
    assert answer.startswith("RangeError")
    assert message in answer


# --- data sets ------------------------------------------------------------------------

MAKE = """([name, options]) => {
  const plain = (set) => [[...set.x1], [...set.x2], [...set.y]];
  const { train, test } = data.make(name, options);
  return [plain(train), plain(test)];
}"""


def made(page: Page, name: str, **options: Any) -> tuple[Any, Any]:
    train, test = page.evaluate(MAKE, [name, options])
    return np.array(train), np.array(test)


@pytest.mark.parametrize("name", DATA_SETS)
def test_data_are_balanced_reproducible_and_inside(core: Page, name: str) -> None:
    train, test = made(core, name, count=400, noise=0.3, seed=7, share=0.75)
    assert train.shape == (3, 300)
    assert test.shape == (3, 100)
    assert train[2].sum() == 150
    assert test[2].sum() == 50
    assert np.abs(train[:2]).max() <= 2
    assert np.abs(test[:2]).max() <= 2
    again, _ = made(core, name, count=400, noise=0.3, seed=7, share=0.75)
    other, _ = made(core, name, count=400, noise=0.3, seed=8, share=0.75)
    np.testing.assert_array_equal(again, train)
    assert not np.allclose(np.sort(other[0]), np.sort(train[0]))
    pairs = {tuple(point) for point in np.hstack([train, test])[:2].T}
    assert len(pairs) == 400  # no point is in both parts


def test_shapes_without_noise(core: Page) -> None:
    def points(name: str) -> tuple[Any, Any, Any]:
        x1, x2, y = made(core, name, count=600, noise=0, share=1)[0]
        return x1, x2, y == 1

    x1, x2, inner = points("circle")
    radius = np.hypot(x1, x2)
    assert radius[inner].max() < 1 < radius[~inner].min()

    x1, x2, different = points("xor")
    np.testing.assert_array_equal(x1 * x2 < 0, different)

    x1, x2, upper = points("gaussians")
    assert np.mean((x1 + x2 > 0) == upper) > 0.99

    x1, x2, turned = points("spiral")
    radius = np.hypot(x1, x2)
    angle = np.arctan2(x2, x1) - 2 * math.pi * 1.5 * radius / 1.8
    np.testing.assert_allclose(np.cos(angle), np.where(turned, -1, 1), atol=1e-6)

    x1, x2, upper = points("moons")
    middle = np.where(upper, x1 + 0.55, 0.55 - x1), np.where(upper, x2 + 0.3, 0.3 - x2)
    np.testing.assert_allclose(np.hypot(*middle), 1.1, atol=1e-12)
    assert middle[1].min() >= 0

    x1, x2, striped = points("stripes")
    across = (x1 + x2) / math.sqrt(2) / 0.9
    np.testing.assert_array_equal(np.round(across) % 2 == 1, striped)


def test_noise_moves_points_by_its_size(core: Page) -> None:
    x1, x2, _ = made(core, "moons", count=4000, noise=0.1, share=1)[0]
    upper = made(core, "moons", count=4000, noise=0.1, share=1)[0][2] == 1
    middle = np.where(upper, x1 + 0.55, 0.55 - x1), np.where(upper, x2 + 0.3, 0.3 - x2)
    away = np.hypot(*middle) - 1.1
    assert away.std() == pytest.approx(0.1, rel=0.1)


def test_drawn_points_are_passed_on(core: Page) -> None:
    X, y = examples(13)
    split = core.evaluate(
        """(points) => {
          const { train, test } = data.split(points, { seed: 3, share: 0.5 });
          const plain = (set) => Array.from(set.x1, (x1, i) =>
            [x1, set.x2[i], set.y[i]]);
          return [plain(train), plain(test), plain(data.set(points))];
        }""",
        as_points(X, y),
    )
    drawn = [
        [float(a), float(b), int(label)] for (a, b), label in zip(X, y, strict=True)
    ]
    assert split[2] == drawn
    assert sorted(split[0] + split[1]) == sorted(drawn)
    for part in split[:2]:
        ones = sum(label for _, _, label in part)
        assert abs(2 * ones - len(part)) <= 2


def test_it_learns_what_a_line_cannot(core: Page) -> None:
    errors = core.evaluate("""() => {
      const { train, test } = data.make("circle", { count: 200, noise: 0.1 });
      return [[], [6]].map((hidden) => {
        const net = core.create({ hidden, optimizer: "Adam", rate: 0.03 });
        for (let i = 0; i < 60; i += 1) core.epoch(net, train);
        return [core.measure(net, train).error, core.measure(net, test).error];
      });
    }""")
    assert min(errors[0]) > 0.2
    assert max(errors[1]) < 0.1

"""The playground's core against a network of objects, in the same browser engine.

Both start from the same weights, learn from the same examples in the same order and
must end with the same weights and pictures: nobody may be fast by doing less. They take
turns, and the best of many short rounds counts, which other load on the machine
disturbs least.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.measures import Measure
from ldl_lib.explore import bundle
from ldl_lib.publish.browser import chromium

OBJECTS = Path(__file__).with_name("playground.js")
# At least so much.
EPOCH_RATIO, PICTURE_RATIO, PICTURES_A_SECOND = 2.5, 3.0, 30.0
TOLERANCE = 1e-9  # both compute in float64 and round in another order

COMPARE = """async ({sizes, examples, batch, rate, side}) => {
  const data = front.registered("core", "playground_data");
  const core = front.registered("core", "playground");
  const objects = front.registered("core", "objects");
  const {train} = data.make("circle", {count: examples, share: 1});
  const net = core.create({
    hidden: sizes.slice(1, -1), loss: "squared error", rate, batch});
  const peer = objects.build(sizes, core.weights(net));
  const order = Uint32Array.from({length: examples}, (_, i) => i);
  const points = Array.from(order, (i) => (
    {x1: train.x1[i], x2: train.x2[i], target: 2 * train.y[i] - 1}));
  const grid = core.grid(net, {width: side, height: side});
  let picture;
  const tasks = {
    ourEpoch: () => {
      for (let at = 0; at < examples; at += batch) {
        core.learn(net, train, order, at, at + batch);
      }
    },
    theirEpoch: () => objects.epoch(peer, points, rate, batch),
    ourPicture: () => core.paint(net, grid),
    theirPicture: () => { picture = objects.picture(peer, side, grid.edge); },
  };
  const repeats = {ourEpoch: 40, theirEpoch: 40, ourPicture: 2, theirPicture: 2};
  const best = {};
  for (let round = 0; round < 50; round += 1) {
    for (const [name, task] of Object.entries(tasks)) {
      const start = performance.now();
      for (let i = 0; i < repeats[name]; i += 1) task();
      const each = (performance.now() - start) / repeats[name];
      best[name] = Math.min(best[name] ?? Infinity, each);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
  const apart = (ours, theirs) =>
    ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0);
  const difference = Math.max(apart(core.weights(net), objects.weights(peer)),
    apart(grid.output, picture.flat()));
  return {...best, difference};
}"""

# What a frame of the view needs of the core: an epoch, both measures, all pictures.
FRAMES = """({examples, batch, side}) => {
  const data = front.registered("core", "playground_data");
  const core = front.registered("core", "playground");
  const {train, test} = data.make("spiral", {count: 2 * examples});
  const net = core.create({batch, optimizer: "Adam", rate: 0.01});
  const grid = core.grid(net, {width: side, height: side});
  const frame = () => {
    core.epoch(net, train);
    core.paint(net, grid);
    return [core.measure(net, train), core.measure(net, test)];
  };
  const frames = 300;
  for (let i = 0; i < frames; i += 1) frame(); // warms up
  const start = performance.now();
  for (let i = 0; i < frames; i += 1) frame();
  return 1000 * frames / (performance.now() - start);
}"""


def measure(root: Path) -> list[Measure]:
    """Time an epoch, a picture, and both together."""
    setting = {"examples": 250, "batch": 10}
    network = {"sizes": [2, 8, 8, 1], "rate": 0.03, "side": 100}
    with chromium() as browser:
        page = browser.new_page()
        page.add_script_tag(content=bundle.library() + "window.front = ldl;")
        page.add_script_tag(content=bundle.part("widget", "playground"))
        objects = OBJECTS.read_text(encoding="utf-8")
        page.add_script_tag(content=f"{{ const ldl = front;\n{objects} }}")
        times = page.evaluate(COMPARE, setting | network)
        pictures = page.evaluate(FRAMES, setting | {"side": 60})
    if times["difference"] > TOLERANCE:
        raise SystemExit(f"the two cores differ by {times['difference']:.2g}")
    epoch = times["theirEpoch"] / times["ourEpoch"]
    picture = times["theirPicture"] / times["ourPicture"]
    return [
        Measure("playground: an epoch, ours", 1000 * times["ourEpoch"], "µs"),
        Measure("playground: an epoch, objects", 1000 * times["theirEpoch"], "µs"),
        Measure("playground: an epoch, objects ÷ ours", epoch, "×", EPOCH_RATIO, True),
        Measure("playground: 100 × 100 picture, ours", times["ourPicture"], "ms"),
        Measure("playground: 100 × 100 picture, objects", times["theirPicture"], "ms"),
        Measure(
            "playground: 100 × 100 picture, objects ÷ ours",
            picture,
            "×",
            PICTURE_RATIO,
            True,
        ),
        Measure(
            "playground: epoch and 60 × 60 pictures of all units, a second",
            pictures,
            "",
            PICTURES_A_SECOND,
            True,
        ),
    ]

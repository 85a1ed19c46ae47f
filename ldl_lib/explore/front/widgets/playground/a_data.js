// Points of two classes in the square |x1|, |x2| <= EDGE. Pure functions, no DOM.
// A set is {x1, x2, y, size}: Float64Arrays of one length, y is 0 or 1.
(() => {
  const EDGE = 2;
  const INNER = 1.8; // points without noise keep so far from the middle at most
  const TURNS = 1.5; // of each arm of the spiral
  const BAND = 0.9; // width of a stripe, across
  const TRIES = 100; // for a point that noise has pushed out of the square

  // Numbers in [0, 1) from a whole number: a Weyl sequence, mixed (mulberry32).
  const random = (seed) => {
    let state = seed | 0;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  };

  // Standard normal numbers (Box and Muller); 1 - u is never 0.
  const normal = (uniform) =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

  const shuffled = (list, uniform) => {
    const order = [...list];
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = Math.floor(uniform() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  };

  const polar = (radius, angle) => [radius * Math.cos(angle), radius * Math.sin(angle)];
  const within = (uniform, low, high) => low + (high - low) * uniform();

  // Draws from the square until the point is of the class: good(x1, x2).
  const drawn = (uniform, good) => {
    for (;;) {
      const [x1, x2] = [within(uniform, -INNER, INNER), within(uniform, -INNER, INNER)];
      if (good(x1, x2)) return [x1, x2];
    }
  };

  // One point of a class (0 or 1), before noise.
  const SHAPES = {
    // Class 1 fills a disc, class 0 a ring around it.
    circle: (uniform, y) => {
      const [low, high] = y ? [0, 0.8] : [1.2, INNER];
      const radius = Math.sqrt(within(uniform, low * low, high * high)); // even by area
      return polar(radius, within(uniform, 0, 2 * Math.PI));
    },
    // Class 1 where the signs differ.
    xor: (uniform, y) => drawn(uniform, (x1, x2) =>
      Math.min(Math.abs(x1), Math.abs(x2)) > 0.1 && (x1 * x2 < 0) === (y === 1)),
    gaussians: (uniform, y) => {
      const middle = y ? 0.8 : -0.8;
      return [middle + 0.3 * normal(uniform), middle + 0.3 * normal(uniform)];
    },
    spiral: (uniform, y) => {
      const along = within(uniform, 0.05, 1);
      return polar(INNER * along, 2 * Math.PI * TURNS * along + Math.PI * y);
    },
    moons: (uniform, y) => {
      const [across, up] = polar(1.1, within(uniform, 0, Math.PI));
      return y ? [across - 0.55, up - 0.3] : [0.55 - across, 0.3 - up];
    },
    // Bands from the lower right to the upper left.
    stripes: (uniform, y) => drawn(uniform, (x1, x2) =>
      Math.abs(Math.floor((x1 + x2) / (Math.SQRT2 * BAND) + 0.5)) % 2 === y),
  };
  const NAMES = Object.keys(SHAPES);

  // A point of the class, moved by noise of this standard deviation, in the square.
  const place = (shape, y, noise, uniform) => {
    for (let turn = 0; turn < TRIES; turn += 1) {
      const [x1, x2] = shape(uniform, y).map((value) => value + noise * normal(uniform));
      if (Math.abs(x1) <= EDGE && Math.abs(x2) <= EDGE) return { x1, x2, y };
    }
    const [x1, x2] = drawn(uniform, () => true);
    return { x1, x2, y };
  };

  const set = (points) => ({
    x1: Float64Array.from(points, (point) => point.x1),
    x2: Float64Array.from(points, (point) => point.x2),
    y: Float64Array.from(points, (point) => point.y),
    size: points.length,
  });

  // Both classes are divided in the same share.
  const split = (points, { seed = 1, share = 0.5 } = {}) => {
    if (!(share > 0 && share <= 1)) throw new RangeError(`share must be in (0, 1], got ${share}`);
    const uniform = random(seed);
    const [train, test] = [[], []];
    for (const y of [0, 1]) {
      const own = shuffled(points.filter((point) => point.y === y), uniform);
      const kept = Math.round(share * own.length);
      train.push(...own.slice(0, kept));
      test.push(...own.slice(kept));
    }
    return { train: set(train), test: set(test) };
  };

  const make = (name, { count = 500, noise = 0.1, seed = 1, share = 0.5 } = {}) => {
    if (!SHAPES[name]) throw new RangeError(`no data set ${name}: there are ${NAMES}`);
    const uniform = random(seed);
    const points = Array.from({ length: count }, (_, i) =>
      place(SHAPES[name], i % 2, noise, uniform));
    return split(points, { seed, share });
  };

  ldl.register("core", "playground_data", { EDGE, NAMES, random, normal, set, split, make });
})();

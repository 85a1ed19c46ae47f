// A small network that learns in the page, step for step as ldl_lib.nn does in Python.
// Pure functions, no DOM. Values are in Float64Arrays that are kept from step to step: a
// layer's stand unit by unit, each unit's examples in a row, so that the inner loops run
// along the examples.
(() => {
  const random = (seed) => ldl.registered("core", "playground_data").random(seed);
  const normal = (uniform) => ldl.registered("core", "playground_data").normal(uniform);

  // ------------------------------------------------------------------- activations
  // value: a = f(z), for places from...to; z and a may be the same array.
  // chain: d = d * f'(z), to carry a gradient back.

  const LEAK = 0.01; // slope of the leaky ReLU below 0
  const TWIST = 0.2; // slope added to tanh, so that it nowhere becomes flat
  const SELU_ALPHA = 1.6732632423543772;
  const SELU_SCALE = 1.0507009873554805;
  const DENSITY = 1 / Math.sqrt(2 * Math.PI);

  const logistic = (z) => 1 / (1 + Math.exp(-z));
  const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

  // tanh(x0 + d) = (tanh x0 + tanh d) / (1 + tanh x0 tanh d), with tanh x0 from a table and
  // three terms for tanh d: within 1e-13 of Math.tanh, in a fraction of its time.
  const PER_ONE = 32; // x0 in the table
  const FLAT = 19; // beyond, tanh is 1 to the last digit
  const TABLE = Float64Array.from({ length: 2 * FLAT * PER_ONE + 1 },
    (_, i) => Math.tanh(i / PER_ONE - FLAT));
  const tanh = (x) => {
    if (x > FLAT) return 1;
    if (x < -FLAT) return -1;
    const i = ((x + FLAT) * PER_ONE + 0.5) | 0;
    const d = x - (i / PER_ONE - FLAT);
    const square = d * d;
    const small = d * (1 - square * (1 / 3 - square * (2 / 15)));
    return (TABLE[i] + small) / (1 + TABLE[i] * small);
  };

  // The share of a standard normal distribution below z: a series that sums terms until
  // they no longer count (G. Marsaglia, "Evaluating the Normal Distribution", 2004).
  const normalShare = (z) => {
    if (z < -8) return 0;
    if (z > 8) return 1;
    let sum = z;
    let term = z;
    for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
      term *= z * z / odd;
      sum += term;
    }
    return 0.5 + sum * DENSITY * Math.exp(-0.5 * z * z);
  };

  const UNITS = {
    tanh: {
      value: (z, a, from, to) => { for (let k = from; k < to; k += 1) a[k] = tanh(z[k]); },
      chain: (z, a, d, to) => { for (let k = 0; k < to; k += 1) d[k] *= 1 - a[k] * a[k]; },
    },
    logistic: {
      value: (z, a, from, to) => { for (let k = from; k < to; k += 1) a[k] = logistic(z[k]); },
      chain: (z, a, d, to) => { for (let k = 0; k < to; k += 1) d[k] *= a[k] * (1 - a[k]); },
    },
    relu: {
      value: (z, a, from, to) => { for (let k = from; k < to; k += 1) a[k] = z[k] > 0 ? z[k] : 0; },
      chain: (z, a, d, to) => { for (let k = 0; k < to; k += 1) if (z[k] <= 0) d[k] = 0; },
    },
    "leaky relu": {
      value: (z, a, from, to) => {
        for (let k = from; k < to; k += 1) a[k] = z[k] > 0 ? z[k] : LEAK * z[k];
      },
      chain: (z, a, d, to) => { for (let k = 0; k < to; k += 1) if (z[k] <= 0) d[k] *= LEAK; },
    },
    "leaky tanh": {
      value: (z, a, from, to) => {
        for (let k = from; k < to; k += 1) a[k] = tanh(z[k]) + TWIST * z[k];
      },
      chain: (z, a, d, to) => {
        for (let k = 0; k < to; k += 1) {
          const bent = a[k] - TWIST * z[k];
          d[k] *= 1 - bent * bent + TWIST;
        }
      },
    },
    elu: {
      value: (z, a, from, to) => {
        for (let k = from; k < to; k += 1) a[k] = z[k] > 0 ? z[k] : Math.expm1(z[k]);
      },
      chain: (z, a, d, to) => { for (let k = 0; k < to; k += 1) if (z[k] <= 0) d[k] *= a[k] + 1; },
    },
    selu: {
      value: (z, a, from, to) => {
        for (let k = from; k < to; k += 1) {
          a[k] = SELU_SCALE * (z[k] > 0 ? z[k] : SELU_ALPHA * Math.expm1(z[k]));
        }
      },
      chain: (z, a, d, to) => {
        for (let k = 0; k < to; k += 1) {
          d[k] *= z[k] > 0 ? SELU_SCALE : a[k] + SELU_SCALE * SELU_ALPHA;
        }
      },
    },
    softplus: {
      value: (z, a, from, to) => { for (let k = from; k < to; k += 1) a[k] = softplus(z[k]); },
      chain: (z, a, d, to) => { for (let k = 0; k < to; k += 1) d[k] *= logistic(z[k]); },
    },
    gelu: {
      value: (z, a, from, to) => {
        for (let k = from; k < to; k += 1) a[k] = z[k] * normalShare(z[k]);
      },
      chain: (z, a, d, to) => {
        for (let k = 0; k < to; k += 1) {
          d[k] *= normalShare(z[k]) + z[k] * DENSITY * Math.exp(-0.5 * z[k] * z[k]);
        }
      },
    },
    swish: {
      value: (z, a, from, to) => {
        for (let k = from; k < to; k += 1) a[k] = z[k] * logistic(z[k]);
      },
      chain: (z, a, d, to) => {
        for (let k = 0; k < to; k += 1) {
          const gate = logistic(z[k]);
          d[k] *= gate + z[k] * gate * (1 - gate);
        }
      },
    },
    mish: {
      value: (z, a, from, to) => {
        for (let k = from; k < to; k += 1) a[k] = z[k] * tanh(softplus(z[k]));
      },
      chain: (z, a, d, to) => {
        for (let k = 0; k < to; k += 1) {
          const squashed = tanh(softplus(z[k]));
          d[k] *= squashed + z[k] * (1 - squashed * squashed) * logistic(z[k]);
        }
      },
    },
    linear: {
      value: (z, a, from, to) => { if (a !== z) for (let k = from; k < to; k += 1) a[k] = z[k]; },
      chain: () => {},
    },
  };

  // ------------------------------------------------------------------------ losses
  // Each with the output it belongs to. `start` writes the mean loss differentiated by z,
  // where `given` are the outputs; `value` is the loss of one example.

  const LOSSES = {
    "cross entropy": {
      low: 0, high: 1, threshold: 0.5, output: "logistic",
      start: (given, y, d, count) => {
        for (let k = 0; k < count; k += 1) d[k] = (given[k] - y[k]) / count;
      },
      value: (z, given, y) => softplus(z) - y * z, // -log of the right class's probability
    },
    "squared error": { // half of it, with targets -1 and +1
      low: -1, high: 1, threshold: 0, output: "tanh",
      start: (given, y, d, count) => {
        for (let k = 0; k < count; k += 1) {
          d[k] = (given[k] - (2 * y[k] - 1)) * (1 - given[k] * given[k]) / count;
        }
      },
      value: (z, given, y) => 0.5 * (given - (2 * y - 1)) ** 2,
    },
  };

  // -------------------------------------------------------------------- optimizers
  // Formulas and constants as in ldl_lib/nn/optimizers.py. w: weights, g: gradient, m and
  // v: what is remembered from step to step, starting at 0.

  const [MOMENTUM, DECAY, BETA1, BETA2, EPSILON] = [0.9, 0.9, 0.9, 0.999, 1e-8];
  const ADAGRAD_EPSILON = 1e-10;
  const WEIGHT_DECAY = 0.01; // AdamW's
  const NADAM_DECAY = 0.004;

  const adam = (net) => {
    const { weights: w, gradient: g, m, v } = net;
    const rate = net.rate / (1 - BETA1 ** net.steps);
    const scale = 1 / Math.sqrt(1 - BETA2 ** net.steps);
    for (let i = 0; i < w.length; i += 1) {
      m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
      v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
      w[i] -= rate * m[i] / (Math.sqrt(v[i]) * scale + EPSILON);
    }
  };

  const nadamMomentum = (step) => BETA1 * (1 - 0.5 * 0.96 ** (step * NADAM_DECAY));

  const OPTIMIZERS = {
    SGD: ({ weights: w, gradient: g, rate }) => {
      for (let i = 0; i < w.length; i += 1) w[i] -= rate * g[i];
    },
    momentum: ({ weights: w, gradient: g, m, rate }) => {
      for (let i = 0; i < w.length; i += 1) {
        m[i] = MOMENTUM * m[i] + g[i];
        w[i] -= rate * m[i];
      }
    },
    Nesterov: ({ weights: w, gradient: g, m, rate }) => {
      for (let i = 0; i < w.length; i += 1) {
        m[i] = MOMENTUM * m[i] + g[i];
        w[i] -= rate * (g[i] + MOMENTUM * m[i]);
      }
    },
    AdaGrad: ({ weights: w, gradient: g, v, rate }) => {
      for (let i = 0; i < w.length; i += 1) {
        v[i] += g[i] * g[i];
        w[i] -= rate * g[i] / (Math.sqrt(v[i]) + ADAGRAD_EPSILON);
      }
    },
    RMSProp: ({ weights: w, gradient: g, v, rate }) => {
      for (let i = 0; i < w.length; i += 1) {
        v[i] = DECAY * v[i] + (1 - DECAY) * g[i] * g[i];
        w[i] -= rate * g[i] / (Math.sqrt(v[i]) + EPSILON);
      }
    },
    Adam: adam,
    AdaMax: (net) => {
      const { weights: w, gradient: g, m, v } = net;
      const rate = net.rate / (1 - BETA1 ** net.steps);
      for (let i = 0; i < w.length; i += 1) {
        m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
        v[i] = Math.max(BETA2 * v[i], Math.abs(g[i]) + EPSILON);
        w[i] -= rate * m[i] / v[i];
      }
    },
    AdamW: (net) => {
      const { weights: w } = net;
      const kept = 1 - net.rate * WEIGHT_DECAY;
      for (let i = 0; i < w.length; i += 1) w[i] *= kept;
      adam(net);
    },
    Nadam: (net) => {
      const { weights: w, gradient: g, m, v, rate } = net;
      const [now, next] = [nadamMomentum(net.steps), nadamMomentum(net.steps + 1)];
      net.momenta *= now;
      const pull = (1 - now) / (1 - net.momenta);
      const ahead = next / (1 - net.momenta * next);
      const scale = 1 / Math.sqrt(1 - BETA2 ** net.steps);
      for (let i = 0; i < w.length; i += 1) {
        m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
        v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
        w[i] -= rate * (pull * g[i] + ahead * m[i]) / (Math.sqrt(v[i]) * scale + EPSILON);
      }
    },
  };

  // --------------------------------------------------------------------- penalties
  // Added to the loss for each weight that is not a bias: strength * |w|, or half of
  // strength * w * w.

  const PENALTIES = {
    none: { value: () => 0, add: () => {} },
    L1: {
      value: Math.abs,
      add: (w, g, strength) => {
        for (let i = 0; i < w.length; i += 1) g[i] += strength * Math.sign(w[i]);
      },
    },
    L2: {
      value: (w) => 0.5 * w * w,
      add: (w, g, strength) => {
        for (let i = 0; i < w.length; i += 1) g[i] += strength * w[i];
      },
    },
  };

  // ------------------------------------------------------------------- a new network

  const VARIANCES = { // of the starting weights, given a layer's inputs and units
    lecun: (inputs) => 1 / inputs,
    glorot: (inputs, units) => 2 / (inputs + units),
    he: (inputs) => 2 / inputs,
  };
  const INITIALIZERS = ["uniform", "glorot_uniform", "glorot_normal", "he_uniform",
    "he_normal", "lecun_uniform", "lecun_normal", "zeros"];

  const DEFAULTS = {
    hidden: [8, 8], activation: "tanh", loss: "cross entropy", initializer: "glorot_uniform",
    optimizer: "SGD", rate: 0.03, penalty: "none", strength: 0, batch: 10, seed: 1,
  };

  const requireChoice = (what, name, names) => {
    if (!names.includes(name)) throw new RangeError(`no ${what} ${name}: there are ${names}`);
  };

  const check = (options) => {
    requireChoice("activation", options.activation, Object.keys(UNITS));
    requireChoice("loss", options.loss, Object.keys(LOSSES));
    requireChoice("optimizer", options.optimizer, Object.keys(OPTIMIZERS));
    requireChoice("penalty", options.penalty, Object.keys(PENALTIES));
    requireChoice("initializer", options.initializer, INITIALIZERS);
    const whole = [...options.hidden, options.batch];
    if (whole.some((number) => !Number.isInteger(number) || number < 1)) {
      throw new RangeError(`units and batch size must be whole numbers from 1, got ${whole}`);
    }
    if (!(options.rate > 0 && options.strength >= 0)) {
      throw new RangeError(`rate ${options.rate} must be above 0, strength ${options.strength} `
        + "not below");
    }
  };

  // A weight of a layer as the initialiser wants it.
  const drawing = (name, inputs, units, uniform) => {
    if (name === "zeros") return () => 0;
    const between = (limit) => () => limit * (2 * uniform() - 1);
    if (name === "uniform") return between(1);
    const [rule, shape] = name.split("_");
    const variance = VARIANCES[rule](inputs, units);
    return shape === "uniform" ? between(Math.sqrt(3 * variance))
      : () => Math.sqrt(variance) * normal(uniform);
  };

  // A stream of random numbers for the start (0) or for the order of an epoch (1, 2, ...).
  const stream = (seed, number) =>
    random(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));

  const layersOf = (sizes, weights, gradient) => {
    let at = 0;
    const take = (count) => {
      at += count;
      return [weights.subarray(at - count, at), gradient.subarray(at - count, at)];
    };
    return sizes.slice(1).map((units, number) => {
      const inputs = sizes[number];
      const [[W, byW], [b, byB]] = [take(units * inputs), take(units)];
      return { inputs, units, W, b, byW, byB };
    });
  };

  // Room for the values of all layers: `examples` each, unit by unit.
  const roomFor = (sizes, examples) => {
    const values = () => sizes.map((units) => new Float64Array(units * examples));
    return { examples, z: values(), a: values(), d: values(), y: new Float64Array(examples) };
  };

  const create = (given = {}) => {
    const options = { ...DEFAULTS, ...given };
    check(options);
    const { hidden, activation, loss, rate, penalty, strength, batch, seed } = options;
    const sizes = [2, ...hidden, 1];
    const count = sizes.slice(1).reduce((sum, units, l) => sum + units * (sizes[l] + 1), 0);
    const vector = () => new Float64Array(count);
    const [weights, gradient] = [vector(), vector()];
    const layers = layersOf(sizes, weights, gradient);
    const uniform = stream(seed, 0);
    for (const { inputs, units, W } of layers) {
      const draw = drawing(options.initializer, inputs, units, uniform);
      for (let i = 0; i < W.length; i += 1) W[i] = draw();
    }
    layers.forEach((layer, l) => {
      layer.unit = UNITS[l < hidden.length ? activation : LOSSES[loss].output];
    });
    return {
      sizes, layers, weights, gradient, rate, penalty, strength, batch, seed,
      loss: LOSSES[loss], optimizer: OPTIMIZERS[options.optimizer], m: vector(), v: vector(),
      momenta: 1, steps: 0, epochs: 0, progress: 0, order: new Uint32Array(0),
      room: roomFor(sizes, batch), audience: roomFor(sizes, 0),
    };
  };

  // ------------------------------------------------------------- forward and backward

  // into[r] = b[r] + sum over c of W[r, c] a[c], for places start...end of rows of `stride`
  // examples; without b it starts at 0. W[r, c] stands at r * down + c * across, so that
  // the same loops serve W and its transpose. Four columns at a time save three of four
  // stores; where columns are missing, the weight is 0.
  const combine = (W, down, across, rows, columns, b, a, into, stride, start, end) => {
    for (let r = 0; r < rows; r += 1) {
      const to = r * stride;
      for (let c = 0; c < columns; c += 4) {
        const at = r * down + c * across;
        const has1 = c + 1 < columns;
        const has2 = c + 2 < columns;
        const has3 = c + 3 < columns;
        const w0 = W[at];
        const w1 = has1 ? W[at + across] : 0;
        const w2 = has2 ? W[at + 2 * across] : 0;
        const w3 = has3 ? W[at + 3 * across] : 0;
        const a0 = c * stride;
        const a1 = has1 ? a0 + stride : a0;
        const a2 = has2 ? a0 + 2 * stride : a0;
        const a3 = has3 ? a0 + 3 * stride : a0;
        if (c === 0) {
          const first = b === null ? 0 : b[r];
          for (let k = start; k < end; k += 1) {
            into[to + k] = first + w0 * a[a0 + k] + w1 * a[a1 + k] + w2 * a[a2 + k]
              + w3 * a[a3 + k];
          }
        } else {
          for (let k = start; k < end; k += 1) {
            into[to + k] += w0 * a[a0 + k] + w1 * a[a1 + k] + w2 * a[a2 + k]
              + w3 * a[a3 + k];
          }
        }
      }
    }
  };

  const weightedSums = ({ W, b, inputs, units }, a, z, stride, start, end) =>
    combine(W, inputs, 1, units, inputs, b, a, z, stride, start, end);

  // Fills z and a of all layers for the first `count` examples in room.a[0].
  const forward = (net, room, count) => {
    net.layers.forEach((layer, l) => {
      weightedSums(layer, room.a[l], room.z[l + 1], count, 0, count);
      layer.unit.value(room.z[l + 1], room.a[l + 1], 0, layer.units * count);
    });
  };

  // The gradients by W and b, given the loss differentiated by z in d.
  const collect = ({ inputs, units, byW, byB }, a, d, count) => {
    for (let unit = 0; unit < units; unit += 1) {
      const from = unit * count;
      let sum = 0;
      for (let k = 0; k < count; k += 1) sum += d[from + k];
      byB[unit] = sum;
      const row = unit * inputs;
      let i = 0;
      for (; i + 1 < inputs; i += 2) { // two at a time: half the loads of d
        const a0 = i * count;
        const a1 = a0 + count;
        let sum0 = 0;
        let sum1 = 0;
        for (let k = 0; k < count; k += 1) {
          const by = d[from + k];
          sum0 += by * a[a0 + k];
          sum1 += by * a[a1 + k];
        }
        byW[row + i] = sum0;
        byW[row + i + 1] = sum1;
      }
      if (i < inputs) {
        sum = 0;
        for (let k = 0; k < count; k += 1) sum += d[from + k] * a[i * count + k];
        byW[row + i] = sum;
      }
    }
  };

  // The loss differentiated by the layer's inputs.
  const carryBack = ({ W, inputs, units }, d, byInputs, count) =>
    combine(W, 1, inputs, inputs, units, null, d, byInputs, count, 0, count);

  const backward = (net, room, count) => {
    const { layers } = net;
    const last = layers.length;
    net.loss.start(room.a[last], room.y, room.d[last], count);
    for (let l = last; l > 0; l -= 1) {
      const layer = layers[l - 1];
      collect(layer, room.a[l - 1], room.d[l], count);
      if (l === 1) break;
      carryBack(layer, room.d[l], room.d[l - 1], count);
      layers[l - 2].unit.chain(room.z[l - 1], room.a[l - 1], room.d[l - 1], layer.inputs * count);
    }
  };

  // ------------------------------------------------------------------------- learning

  // One step on the examples order[from], ..., order[to - 1].
  const learn = (net, set, order, from, to) => {
    const count = to - from;
    if (net.room.examples < count) net.room = roomFor(net.sizes, count);
    const { room } = net;
    const inputs = room.a[0];
    for (let k = 0; k < count; k += 1) {
      const example = order[from + k];
      inputs[k] = set.x1[example];
      inputs[count + k] = set.x2[example];
      room.y[k] = set.y[example];
    }
    forward(net, room, count);
    backward(net, room, count);
    if (net.strength > 0) {
      const { add } = PENALTIES[net.penalty];
      for (const { W, byW } of net.layers) add(W, byW, net.strength);
    }
    net.steps += 1;
    net.optimizer(net);
  };

  // The order of the coming epoch: it depends on the seed and the epoch alone.
  const shuffle = (net, size) => {
    if (net.order.length !== size) net.order = new Uint32Array(size);
    const { order } = net;
    const uniform = stream(net.seed, net.epochs + 1);
    for (let i = 0; i < size; i += 1) order[i] = i;
    for (let last = size - 1; last > 0; last -= 1) {
      const other = Math.floor(uniform() * (last + 1));
      const kept = order[last];
      order[last] = order[other];
      order[other] = kept;
    }
  };

  // One batch; returns whether it was the last of an epoch.
  const step = (net, set) => {
    if (!set.size) return false;
    if (net.order.length !== set.size) net.progress = 0;
    if (net.progress === 0) shuffle(net, set.size);
    const end = Math.min(net.progress + net.batch, set.size);
    learn(net, set, net.order, net.progress, end);
    net.progress = end < set.size ? end : 0;
    if (net.progress) return false;
    net.epochs += 1;
    return true;
  };

  const epoch = (net, set) => {
    if (!set.size) return;
    while (!step(net, set));
  };

  // ------------------------------------------------------------------------ measuring

  // Passes a whole set through, in room that is kept for the next time.
  const present = (net, set) => {
    if (net.audience.examples !== set.size) net.audience = roomFor(net.sizes, set.size);
    const { audience } = net;
    audience.a[0].set(set.x1);
    audience.a[0].set(set.x2, set.size);
    forward(net, audience, set.size);
    return { z: audience.z[net.layers.length], a: audience.a[net.layers.length] };
  };

  // Mean loss, without penalty, and the share of wrong answers; NaN for no examples.
  const measure = (net, set) => {
    const { z, a } = present(net, set);
    let [loss, wrong] = [0, 0];
    for (let k = 0; k < set.size; k += 1) {
      loss += net.loss.value(z[k], a[k], set.y[k]);
      wrong += Number(a[k] > net.loss.threshold) === set.y[k] ? 0 : 1;
    }
    return { loss: loss / set.size, error: wrong / set.size };
  };

  const outputs = (net, set) => present(net, set).a.slice();

  // What every unit gives for one example, layer by layer, the inputs first.
  const activities = (net, x1, x2) => {
    const room = roomFor(net.sizes, 1);
    room.a[0].set([x1, x2]);
    forward(net, room, 1);
    return room.a.map((values) => [...values]);
  };

  const penaltyOf = (net) => {
    const { value } = PENALTIES[net.penalty];
    return net.strength * net.layers.reduce(
      (sum, { W }) => W.reduce((part, w) => part + value(w), sum), 0);
  };

  const weights = (net) => net.weights.slice();

  const restore = (net, values) => {
    if (values.length !== net.weights.length) {
      throw new RangeError(`${net.weights.length} weights are needed, got ${values.length}`);
    }
    net.weights.set(values);
    net.m.fill(0);
    net.v.fill(0);
    Object.assign(net, { momenta: 1, steps: 0, epochs: 0, progress: 0 });
  };

  // ------------------------------------------------------------------------- pictures

  const BLOCK = 512; // points at a time: their values stay in the fastest memory

  // Cells of the square from the upper left one, row by row, and room for every unit.
  const grid = (net, { width = 60, height = 60, edge = 2 } = {}) => {
    const cells = width * height;
    const values = net.sizes.map((units) => new Float64Array(units * cells));
    for (let cell = 0; cell < cells; cell += 1) {
      values[0][cell] = edge * (2 * (cell % width + 0.5) / width - 1);
      values[0][cells + cell] = edge * (1 - 2 * (Math.floor(cell / width) + 0.5) / height);
    }
    const pictures = values.map((layer, l) => Array.from(
      { length: net.sizes[l] }, (_, unit) => layer.subarray(unit * cells, (unit + 1) * cells)));
    return {
      width, height, edge, cells, values, inputs: pictures[0], hidden: pictures.slice(1, -1),
      output: values[values.length - 1],
    };
  };

  // Fills grid.output and grid.hidden with what the units give at every cell.
  const paint = (net, { values, cells }) => {
    for (let start = 0; start < cells; start += BLOCK) {
      const end = Math.min(start + BLOCK, cells);
      net.layers.forEach((layer, l) => {
        const into = values[l + 1];
        weightedSums(layer, values[l], into, cells, start, end);
        for (let unit = 0; unit < layer.units; unit += 1) {
          layer.unit.value(into, into, unit * cells + start, unit * cells + end);
        }
      });
    }
  };

  ldl.register("core", "playground", {
    ACTIVATIONS: Object.keys(UNITS),
    INITIALIZERS,
    OPTIMIZERS: Object.keys(OPTIMIZERS),
    LOSSES,
    PENALTIES: Object.keys(PENALTIES),
    create, step, epoch, learn, measure, outputs, activities, penaltyOf, weights, restore,
    grid, paint,
  });
})();

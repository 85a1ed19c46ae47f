// From numbers to colours, lines and axes, and the words of the playground. Pure, no DOM.
(() => {
  // ---------------------------------------------------------------- colours

  const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  // 256 colours along `stops` ([position, hex], from 0 to 1), as numbers for an ImageData.
  // `reach` below 1 leaves out both ends, so that marks drawn on top stand out.
  const palette = (stops, reach = 1) => {
    const colors = new Uint8ClampedArray(4 * 256);
    for (let i = 0; i < 256; i += 1) {
      const at = 0.5 + (i / 255 - 0.5) * reach;
      const next = Math.max(1, stops.findIndex(([position]) => position >= at));
      const [[from, first], [to, second]] = [stops[next - 1], stops[next]];
      const [a, b] = [channels(first), channels(second)];
      const share = (at - from) / (to - from);
      colors.set([...a.map((value, c) => value + share * (b[c] - value)), 255], 4 * i);
    }
    return new Uint32Array(colors.buffer);
  };

  // Colours the numbers of a picture; low and high get the ends of the palette.
  const fill = (pixels, values, low, high, colors) => {
    const scale = 255 / (high - low);
    for (let p = 0; p < values.length; p += 1) {
      const index = (values[p] - low) * scale;
      pixels[p] = colors[index >= 255 ? 255 : index > 0 ? index | 0 : index === index ? 0 : 127];
    }
  };

  // ---------------------------------------------------------------- boundaries

  // Where a picture changes its sign: [x, y, x, y] of short lines one after the other, in
  // pixels from the corner; a value belongs to the middle of its pixel.
  const contour = (values, width, height) => {
    const lines = [];
    const ends = new Float64Array(8);
    for (let row = 0; row + 1 < height; row += 1) {
      for (let column = 0; column + 1 < width; column += 1) {
        const p = row * width + column;
        const [a, b] = [values[p], values[p + 1]];
        const [d, c] = [values[p + width], values[p + width + 1]];
        if (a >= 0 === b >= 0 && b >= 0 === c >= 0 && c >= 0 === d >= 0) continue;
        let count = 0;
        const crossing = (x, y) => { ends[count] = x; ends[count + 1] = y; count += 2; };
        const [x, y] = [column + 0.5, row + 0.5];
        if (a >= 0 !== b >= 0) crossing(x + a / (a - b), y);
        if (b >= 0 !== c >= 0) crossing(x + 1, y + b / (b - c));
        if (c >= 0 !== d >= 0) crossing(x + d / (d - c), y + 1);
        if (d >= 0 !== a >= 0) crossing(x, y + a / (a - d));
        // Where all four sides are crossed, the middle says which ends belong together.
        if (count === 8 && a >= 0 === a + b + c + d >= 0) {
          lines.push(...ends);
        } else if (count === 8) {
          lines.push(ends[6], ends[7], ends[0], ends[1], ends[2], ends[3], ends[4], ends[5]);
        } else if (count === 4) {
          lines.push(ends[0], ends[1], ends[2], ends[3]);
        }
      }
    }
    return lines;
  };

  // A unit's weighted sums over a grid, from the outputs of the layer before: its own
  // boundary is where they are 0, whatever the activation makes of them. `layer` counts
  // from 1; the result is written to `sums`.
  const weightedSums = (net, grid, layer, unit, sums) => {
    const { inputs, W, b } = net.layers[layer - 1];
    const before = layer === 1 ? grid.inputs : grid.hidden[layer - 2];
    sums.fill(b[unit]);
    for (let i = 0; i < inputs; i += 1) {
      const weight = W[unit * inputs + i];
      const values = before[i];
      for (let p = 0; p < sums.length; p += 1) sums[p] += weight * values[p];
    }
    return sums;
  };

  // What a unit puts out where its weighted sum is 0; 0, if it is not named here.
  const AT_ZERO = { logistic: 0.5, softplus: Math.LN2 };

  // The range a unit's picture is coloured over, with its boundary in the middle.
  const unitRange = (activation, values) => {
    const middle = AT_ZERO[activation] ?? 0;
    if (activation === "tanh") return { low: -1, high: 1 };
    if (activation === "logistic") return { low: 0, high: 1 };
    let most = 1e-9;
    for (const value of values) most = Math.max(most, Math.abs(value - middle));
    return { low: middle - most, high: middle + most };
  };

  // ---------------------------------------------------------------- curves

  const MOST = 600; // entries that a history keeps

  // Losses by epoch. When it is full every second entry goes.
  class History {
    constructor() { this.entries = []; this.every = 1; }

    add(entry) {
      if (this.entries.length && entry.epoch - this.entries.at(-1).epoch < this.every) return;
      this.entries.push(entry);
      if (this.entries.length < MOST) return;
      this.entries = this.entries.filter((_, i) => i % 2 === 0);
      this.every *= 2;
    }
  }

  // The smallest of 1, 2, 5, 10, 20, … that is at least `value`.
  const roundUp = (value) => {
    const power = 10 ** Math.floor(Math.log10(value));
    return power * [1, 2, 5, 10].find((digit) => digit * power >= value * (1 - 1e-9));
  };

  // How far the axis of losses reaches. A loss that explodes is cut off at three times
  // the first one: without this nothing else could be seen.
  const lossRange = (entries) => {
    const losses = entries.flatMap(({ train, test }) => [train, test]).filter(Number.isFinite);
    if (!losses.length) return 1;
    const first = Math.max(...losses.slice(0, 2));
    return roundUp(Math.max(0.1, Math.min(3 * first, losses.reduce((a, b) => Math.max(a, b)))));
  };

  // ---------------------------------------------------------------- drawn points in an address

  const STEPS = 20; // places a unit of the axes
  const round = (value, edge) => Math.round(Math.min(edge, Math.max(-edge, value)) * STEPS) / STEPS;

  // "1-20.5" would be long: a letter for the class and two digits for each place.
  const writePoints = (points, edge) => points.map(({ x1, x2, y }) =>
    (y ? "b" : "a") + [x1, x2].map((value) =>
      String(Math.round((value + edge) * STEPS)).padStart(2, "0")).join("")).join("");

  const readPoints = (text, edge) => {
    if (!/^([ab]\d{4})*$/.test(text)) return null;
    const points = (text.match(/.{5}/g) ?? []).map((part) => ({
      x1: Number(part.slice(1, 3)) / STEPS - edge,
      x2: Number(part.slice(3)) / STEPS - edge,
      y: part[0] === "b" ? 1 : 0,
    })).map((point) => ({ ...point, x1: round(point.x1, edge), x2: round(point.x2, edge) }));
    return points;
  };

  // ---------------------------------------------------------------- words

  const number = (value, digits = 2) => Number.isFinite(value)
    ? value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "\u2212") : "\u2013";
  const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

  const HIDDEN = ["h1", "h2", "h3", "h4"];
  const hiddenSizes = (values) => HIDDEN.map((name) => values[name]).filter((units) => units > 0);
  const parameters = (sizes) =>
    sizes.slice(1).reduce((sum, units, i) => sum + (sizes[i] + 1) * units, 0);

  // What the network is before it has been trained: the twin of words() in Python.
  const startWords = (values) => {
    const hidden = hiddenSizes(values);
    let count = `${parameters([2, ...hidden, 1])} weights and biases`;
    if (values.start === "zeros") count += ", all 0";
    const units = hidden.reduce((sum, each) => sum + each, 0);
    const network = hidden.length
      ? `${counted(hidden.length, "hidden layer")}, ${counted(units, "hidden unit")}, ${count}`
      : `One neuron and no hidden layer: ${count}`;
    return `${network}. Not trained yet: press Play or Step.`;
  };

  // "3 of 100 wrong": a share of points as people count them.
  const wrongOf = ({ error }, size) => `${Math.round(error * size)} of ${size}`;

  // What training has led to.
  const resultWords = (net, { train, test }, sets) => {
    const when = net.progress || !net.epochs
      ? `After ${counted(net.steps, "step")}` : `After ${counted(net.epochs, "epoch")}`;
    if (!Number.isFinite(train.loss)) {
      return `${when} training has diverged: the loss is no number any more. `
        + "Choose a smaller learning rate and restart.";
    }
    const parts = [`${wrongOf(train, sets.train.size)} training points`];
    const losses = [number(train.loss, 3)];
    if (sets.test.size) {
      parts.push(`${wrongOf(test, sets.test.size)} test points`);
      losses.push(number(test.loss, 3));
    }
    return `${when} ${parts.join(" and ")} are on the wrong side; `
      + `${losses.length > 1 ? "the losses are" : "the loss is"} ${losses.join(" and ")}.`;
  };

  const unitName = (sizes, layer, unit) => layer === 0 ? `Input x${unit + 1}`
    : layer === sizes.length - 1 ? "Output" : `Hidden layer ${layer}, unit ${unit + 1}`;

  ldl.register("core", "playground_pictures", {
    palette, fill, contour, weightedSums, unitRange, History, roundUp, lossRange, round, writePoints,
    readPoints, number, counted, hiddenSizes, parameters, startWords, wrongOf, resultWords,
    unitName, HIDDEN,
  });
})();

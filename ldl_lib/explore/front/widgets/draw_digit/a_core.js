// From a drawing to ten outputs: unpacking, MNIST's way of preparing an image, noise, the
// network. Pure functions, no DOM. Python's side is ldl_lib/figures/digits/draw.py.

const SIDE = 28; // pixels of an image
const BOX = 20; // pixels that a digit's longer side fills
const GRAIN = 10; // points of the pad for each pixel, across and down
const PAD = SIDE * GRAIN;
const PIXELS = SIDE * SIDE;
const FLAT = 0.1; // a unit with less slope than this is saturated

// ---------------------------------------------------------------- unpacking

const fromHalf = (half) => {
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
  const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
  return half & 0x8000 ? -size : size;
};

// The network from its packed weights: float16, all low bytes before all high bytes.
const readNetwork = async ({ weights, hidden, outputs, mean, sd }) => {
  const sizes = [hidden * PIXELS, hidden, outputs * hidden, outputs];
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const bytes = await ldl.unpack(weights);
  const numbers = Float64Array.from({ length: count }, (_, i) =>
    fromHalf(bytes[i] + 256 * bytes[count + i]));
  let start = 0;
  const [W1, b1, W2, b2] = sizes.map((size) => numbers.subarray(start, start += size));
  return { W1, b1, W2, b2, hidden, outputs, mean, sd };
};

const readImages = async ({ images, labels }) => {
  const bytes = await ldl.unpack(images);
  return labels.map((_, i) => bytes.subarray(i * PIXELS, (i + 1) * PIXELS));
};

// ---------------------------------------------------------------- the pad

const emptyPad = () => new Uint8Array(PAD * PAD);

// A pad that shows an image, each pixel as a block.
const padOf = (image) => Uint8Array.from({ length: PAD * PAD }, (_, i) =>
  image[Math.floor(i / PAD / GRAIN) * SIDE + Math.floor((i % PAD) / GRAIN)]);

// Draws a line of round pen from one point to another, with a soft edge of one point; an
// eraser takes away what a pen would leave. Changes the pad.
const stroke = (pad, [x0, y0], [x1, y1], radius, erase = false) => {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const square = dx * dx + dy * dy;
  const range = (a, b) => [Math.max(0, Math.floor(Math.min(a, b) - radius - 1)),
    Math.min(PAD - 1, Math.ceil(Math.max(a, b) + radius + 1))];
  const [[left, right], [top, bottom]] = [range(x0, x1), range(y0, y1)];
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const [x, y] = [column + 0.5 - x0, row + 0.5 - y0];
      const along = square ? Math.min(1, Math.max(0, (x * dx + y * dy) / square)) : 0;
      const distance = Math.hypot(x - along * dx, y - along * dy);
      const ink = Math.round(255 * Math.min(1, Math.max(0, radius + 0.5 - distance)));
      const at = row * PAD + column;
      pad[at] = erase ? Math.min(pad[at], 255 - ink) : Math.max(pad[at], ink);
    }
  }
};

// Smallest box {left, top, width, height} that holds all ink; null where there is none.
const inkBox = (pad, side = PAD) => {
  let [left, right, top, bottom] = [side, -1, side, -1];
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      if (!pad[row * side + column]) continue;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = row;
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
};

// ---------------------------------------------------------------- MNIST's preparation

// Which source points a target pixel covers, and by how much of its own width.
const shares = (start, length, pixels) => Array.from({ length: pixels }, (_, i) => {
  const [from, to] = [start + i * length / pixels, start + (i + 1) * length / pixels];
  const covered = [];
  for (let at = Math.floor(from); at < to; at += 1) {
    covered.push([at, (Math.min(to, at + 1) - Math.max(from, at)) * pixels / length]);
  }
  return covered;
});

// A box of the pad, resized by averaging the area that each new pixel covers.
const resize = (pad, box, width, height) => {
  const across = shares(box.left, box.width, width);
  const down = shares(box.top, box.height, height);
  const narrow = new Float64Array(box.height * width);
  for (let row = 0; row < box.height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      let sum = 0;
      for (const [at, share] of across[column]) sum += share * pad[(box.top + row) * PAD + at];
      narrow[row * width + column] = sum;
    }
  }
  return Float64Array.from({ length: width * height }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return down[row].reduce(
      (sum, [at, share]) => sum + share * narrow[(at - box.top) * width + column], 0);
  });
};

// Centre of mass of grey levels, in pixels from the left and from the top.
const centreOfMass = (image, width) => {
  let [sum, x, y] = [0, 0, 0];
  image.forEach((grey, i) => {
    sum += grey;
    x += grey * (i % width + 0.5);
    y += grey * (Math.floor(i / width) + 0.5);
  });
  return [x / sum, y / sum];
};

// What MNIST's makers did: the digit's longer side becomes 20 pixels, and its centre of mass
// comes to lie in the pixel below and right of the middle (all of MNIST has it there).
const prepare = (pad) => {
  const image = new Float64Array(PIXELS);
  const box = inkBox(pad);
  if (!box) return image;
  const scale = BOX / Math.max(box.width, box.height);
  const [width, height] = [box.width, box.height].map(
    (length) => Math.max(1, Math.round(length * scale)));
  const small = resize(pad, box, width, height);
  // A symmetric digit's centre lies on an edge: rounding errors must not decide.
  const [left, top] = centreOfMass(small, width).map((at) => SIDE / 2 - Math.floor(at + 1e-6));
  small.forEach((grey, i) => {
    const [x, y] = [left + i % width, top + Math.floor(i / width)];
    if (x >= 0 && x < SIDE && y >= 0 && y < SIDE) image[y * SIDE + x] = Math.round(grey);
  });
  return image;
};

// The pad as it is, only coarser.
const shrink = (pad) =>
  resize(pad, { left: 0, top: 0, width: PAD, height: PAD }, SIDE, SIDE).map(Math.round);

// ---------------------------------------------------------------- shift and noise

const shift = (image, dx, dy) => Float64Array.from({ length: PIXELS }, (_, i) => {
  const [x, y] = [i % SIDE - dx, Math.floor(i / SIDE) - dy];
  return x >= 0 && x < SIDE && y >= 0 && y < SIDE ? image[y * SIDE + x] : 0;
});

// Number `count` of the pattern's random numbers in [0, 1) (the generator "mulberry32").
const chance = (pattern, count) => {
  let bits = Math.imul(1000 * pattern + count, 0x6d2b79f5);
  bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
};

// Adds to each pixel a number between -most and +most; black and white are the limits.
const addNoise = (image, most, pattern) => image.map((grey, i) =>
  Math.min(255, Math.max(0, grey + most * (2 * chance(pattern, i) - 1))));

// ---------------------------------------------------------------- the network

const weightedSums = (weights, biases, inputs) => Float64Array.from(biases, (bias, unit) => {
  let z = bias;
  const start = unit * inputs.length;
  for (let i = 0; i < inputs.length; i += 1) z += weights[start + i] * inputs[i];
  return z;
});

const logistic = (z) => 1 / (1 + Math.exp(-z));

// One pass forward for an image of grey levels from 0 to 255.
const forward = (network, image) => {
  const x = Float64Array.from(image, (grey) => (grey - network.mean) / network.sd);
  const z = weightedSums(network.W1, network.b1, x);
  const hidden = z.map(Math.tanh);
  const sums = weightedSums(network.W2, network.b2, hidden);
  return { x, z, hidden, slope: hidden.map((a) => 1 - a * a), sums, outputs: sums.map(logistic) };
};

const argmax = (numbers) => numbers.indexOf(Math.max(...numbers));
const saturated = (pass) => pass.slope.filter((slope) => slope < FLAT).length;

// ---------------------------------------------------------------- words

const fixed = (number, digits = 2) =>
  number.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "\u2212");

const answerWords = (outputs) => {
  const best = argmax(outputs);
  const high = [...outputs.keys()].filter((digit) => outputs[digit] >= 0.5);
  if (!high.length) {
    return `No output reaches 0.5: no digit is recognised. The largest, ${
      fixed(outputs[best])}, stands for ${best}.`;
  }
  const rivals = high.filter((digit) => digit !== best)
    .map((digit) => `${digit} (${fixed(outputs[digit])})`);
  const also = rivals.length ? ` Above 0.5 as well: ${rivals.join(", ")}.` : "";
  return `The network answers ${best}, with output ${fixed(outputs[best])}.${also}`;
};

// What the figure shows. `source`: "test", "drawing" or "empty"; of a test image also the
// number and the label.
const words = (pass, { source, number, label }) => {
  const right = argmax(pass.outputs) === label ? "right" : "wrong";
  const start = {
    test: `Test image ${number}, ${label === 8 ? "an" : "a"} ${label}: the largest output is ${right}.`,
    drawing: "Your drawing.",
    empty: "The pad is empty, and the network answers all the same.",
  }[source];
  return `${start} ${answerWords(pass.outputs)} Of ${
    pass.hidden.length} hidden units, ${saturated(pass)} are saturated (slope below ${FLAT}).`;
};

ldl.register("core", "draw_digit", {
  SIDE, BOX, GRAIN, PAD, FLAT, fromHalf, readNetwork, readImages, emptyPad,
  padOf, stroke, inkBox, resize, centreOfMass, prepare, shrink, shift, chance, addNoise, forward,
  argmax, fixed, words,
});

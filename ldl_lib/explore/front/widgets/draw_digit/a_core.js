// From a drawing to ten outputs: unpacking, MNIST's way of preparing an image, noise, the
// network. Pure functions, no DOM. Python's side is ldl_lib/figures/digits/draw.py.

const SIDE = 28; // pixels of an image
const BOX = 20; // pixels that a digit's longer side fills
const GRAIN = 10; // points of the pad for each pixel, across and down
const PAD = SIDE * GRAIN;
const PIXELS = SIDE * SIDE;
const FLAT = 0.1; // a unit with less slope than this is saturated
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
  + "!#$%&()*+-;<=>?@^_`{|}~"; // RFC 1924

// ---------------------------------------------------------------- unpacking

// Bytes from base 85: five letters for four bytes.
const fromBase85 = (text) => {
  const bytes = new Uint8Array(Math.ceil(text.length / 5) * 4);
  for (let group = 0; group * 5 < text.length; group += 1) {
    let number = 0;
    for (let i = 0; i < 5; i += 1) {
      number = number * 85 + ALPHABET.indexOf(text[group * 5 + i] ?? "~");
    }
    for (let i = 3; i >= 0; i -= 1) {
      bytes[group * 4 + i] = number % 256;
      number = Math.floor(number / 256);
    }
  }
  return bytes.subarray(0, Math.floor(text.length * 4 / 5));
};

// How many Huffman codes there are of each length, and their symbols in order of code.
const codeBook = (lengths) => {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] += 1;
  counts[0] = 0;
  const symbols = lengths.map((length, symbol) => ({ length, symbol }))
    .filter(({ length }) => length)
    .sort((a, b) => a.length - b.length || a.symbol - b.symbol)
    .map(({ symbol }) => symbol);
  return { counts, symbols };
};

const filled = (...runs) => runs.flatMap(([count, value]) => Array(count).fill(value));
const FIXED = [codeBook(filled([144, 8], [112, 9], [24, 7], [8, 8])), codeBook(filled([30, 5]))];
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59,
  67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = filled([8, 0], [4, 1], [4, 2], [4, 3], [4, 4], [4, 5], [1, 0]);
const DISTANCE_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513,
  769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const DISTANCE_BITS = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));

// Takes bits, and symbols of a code book, from deflated bytes.
class Bits {
  constructor(bytes) { Object.assign(this, { bytes, place: 0 }); }

  take(count) {
    let number = 0;
    for (let i = 0; i < count; i += 1, this.place += 1) {
      number |= ((this.bytes[this.place >> 3] >> (this.place & 7)) & 1) << i;
    }
    return number;
  }

  symbol({ counts, symbols }) {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length < 16; length += 1) {
      code |= this.take(1);
      if (code - first < counts[length]) return symbols[index + code - first];
      index += counts[length];
      first = (first + counts[length]) << 1;
      code <<= 1;
    }
    throw new RangeError("the packed numbers are damaged");
  }
}

const readBooks = (bits) => {
  const [literals, distances] = [bits.take(5) + 257, bits.take(5) + 1];
  const sizes = Array(19).fill(0);
  for (let i = 0, count = bits.take(4) + 4; i < count; i += 1) {
    sizes[LENGTH_ORDER[i]] = bits.take(3);
  }
  const book = codeBook(sizes);
  const lengths = [];
  while (lengths.length < literals + distances) {
    const symbol = bits.symbol(book);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16) lengths.push(...Array(3 + bits.take(2)).fill(lengths.at(-1)));
    else lengths.push(...Array(symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7)).fill(0));
  }
  return [codeBook(lengths.slice(0, literals)), codeBook(lengths.slice(literals))];
};

// Undoes zlib's compression (RFC 1951) at once: the browser's own way answers later, and a
// figure has to have its numbers when it is first drawn.
const inflate = (packed, size) => {
  const out = new Uint8Array(size);
  const bits = new Bits(packed.subarray(2)); // after zlib's two bytes
  let [at, last] = [0, 0];
  while (!last) {
    last = bits.take(1);
    const kind = bits.take(2);
    if (kind === 0) {
      const start = ((bits.place + 7) >> 3) + 4;
      const count = bits.bytes[start - 4] + 256 * bits.bytes[start - 3];
      out.set(bits.bytes.subarray(start, start + count), at);
      at += count;
      bits.place = (start + count) * 8;
      continue;
    }
    const [literals, distances] = kind === 1 ? FIXED : readBooks(bits);
    for (let symbol = bits.symbol(literals); symbol !== 256; symbol = bits.symbol(literals)) {
      if (symbol < 256) { out[at] = symbol; at += 1; continue; }
      const length = LENGTH_BASE[symbol - 257] + bits.take(LENGTH_BITS[symbol - 257]);
      const far = bits.symbol(distances);
      const distance = DISTANCE_BASE[far] + bits.take(DISTANCE_BITS[far]);
      for (let i = 0; i < length; i += 1, at += 1) out[at] = out[at - distance];
    }
  }
  return out;
};

const fromHalf = (half) => {
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
  const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
  return half & 0x8000 ? -size : size;
};

// The network from its packed weights: float16, all low bytes before all high bytes.
const readNetwork = ({ weights, hidden, outputs, mean, sd }) => {
  const sizes = [hidden * PIXELS, hidden, outputs * hidden, outputs];
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const bytes = inflate(fromBase85(weights), 2 * count);
  const numbers = Float64Array.from({ length: count }, (_, i) =>
    fromHalf(bytes[i] + 256 * bytes[count + i]));
  let start = 0;
  const [W1, b1, W2, b2] = sizes.map((size) => numbers.subarray(start, start += size));
  return { W1, b1, W2, b2, hidden, outputs, mean, sd };
};

const readImages = ({ images, labels }) => {
  const bytes = inflate(fromBase85(images), labels.length * PIXELS);
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
  return `${start} ${answerWords(pass.outputs)} ${saturated(pass)} of ${
    pass.hidden.length} hidden units are saturated (slope below ${FLAT}).`;
};

ldl.register("core", "draw_digit", {
  SIDE, BOX, GRAIN, PAD, FLAT, fromBase85, inflate, fromHalf, readNetwork, readImages, emptyPad,
  padOf, stroke, inkBox, resize, centreOfMass, prepare, shrink, shift, chance, addNoise, forward,
  argmax, fixed, words,
});

// Convolution and pooling of one channel, cell by cell. Pure functions, no DOM.
// An image and a kernel are lists of rows. ldl_lib/figures/convolution/explorer.py has
// the same arithmetic; tests compare both with PyTorch.

// How far a window of `size` cells reaches when its cells are `dilation` apart.
const reach = (size, dilation) => dilation * (size - 1) + 1;

// Output cells along a side of `length`, and the zeros before and after it. "valid" adds
// none; "same" adds what Keras adds, the odd one after; a number is added on both sides.
const along = (length, window, stride, padding) => {
  if (padding === "same") {
    const out = Math.ceil(length / stride);
    const total = Math.max(0, (out - 1) * stride + window - length);
    const before = Math.floor(total / 2);
    return { out, before, after: total - before };
  }
  const zeros = padding === "valid" ? 0 : Number(padding);
  const out = Math.max(0, Math.floor((length + 2 * zeros - window) / stride) + 1);
  return { out, before: zeros, after: zeros };
};

// The sizes of an output, and of the border, for a `setting` {size, stride, padding, dilation}.
const geometry = (image, { size, stride, padding, dilation }) => {
  const window = reach(size, dilation);
  const down = along(image.length, window, stride, padding);
  const across = along(image[0].length, window, stride, padding);
  return { window, down, across };
};

// What lies under the window of the output cell (row, column): places in the image, and
// pixels; null where the window is over the border.
const windowAt = (image, setting, row, column) => {
  const { down, across } = geometry(image, setting);
  const steps = Array.from({ length: setting.size }, (_, i) => i * setting.dilation);
  return steps.map((dy) => steps.map((dx) => {
    const y = row * setting.stride - down.before + dy;
    const x = column * setting.stride - across.before + dx;
    return { y, x, pixel: image[y]?.[x] ?? null };
  }));
};

// Turned by half a turn: what mathematicians call convolution uses the kernel like this.
const flipped = (kernel) => kernel.map((row) => [...row].reverse()).reverse();

// One output cell. Beyond the edge a kernel finds zeros; pooling leaves those places out.
const cellOf = (image, kernel, setting, operation, places, row, column) => {
  const { size, stride, dilation } = setting;
  const top = row * stride - places.down.before;
  const left = column * stride - places.across.before;
  let [sum, count, most] = [0, 0, -Infinity];
  for (let i = 0; i < size; i += 1) {
    const line = image[top + i * dilation];
    if (!line) continue;
    for (let j = 0; j < size; j += 1) {
      const pixel = line[left + j * dilation];
      if (pixel === undefined) continue;
      count += 1;
      sum += operation === "convolution" ? kernel[i][j] * pixel : pixel;
      if (pixel > most) most = pixel;
    }
  }
  if (operation === "convolution") return sum;
  if (!count) return NaN;
  return operation === "max" ? most : sum / count;
};

// The whole output, as a list of rows. `operation` is "convolution", "max" or "average".
const apply = (image, kernel, setting, operation = "convolution") => {
  const places = geometry(image, setting);
  return Array.from({ length: places.down.out }, (_, row) =>
    Array.from({ length: places.across.out }, (__, column) =>
      cellOf(image, kernel, setting, operation, places, row, column)));
};

const convolve2d = (image, kernel, setting) =>
  apply(image, kernel, { ...setting, size: kernel.length });

// ---- numbers that a reader types

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

// "1/9", "-0.5", with any minus sign; null if it is no number.
const readEntry = (text) => {
  const parts = text.trim().replaceAll("\u2212", "-").replace(",", ".").split("/");
  if (parts.length > 2 || !parts.every((part) => NUMBER.test(part.trim()))) return null;
  const value = Number(parts[0]) / Number(parts[1] ?? 1);
  return Number.isFinite(value) ? value : null;
};

const DENOMINATORS = [9, 25, 16, 4];

// A weight as a reader writes it: a whole number, a simple fraction, or decimals.
const writeEntry = (value) => {
  const minus = (text) => text.replace("-", "\u2212");
  if (Number.isInteger(value)) return minus(String(value));
  if (value * 100 === Math.round(value * 100)) return minus(String(value));
  const below = DENOMINATORS.find((d) => Math.abs(value * d - Math.round(value * d)) < 1e-9);
  return minus(below ? `${Math.round(value * below)}/${below}` : String(Number(value.toFixed(3))));
};

// ---- sentences

const sizeWords = (image, setting) => {
  const { window, down } = geometry(image, setting);
  const n = image.length;
  const zeros = down.before + down.after;
  return `The output is ${down.out} \u00d7 ${down.out}: (${n} + ${zeros} \u2212 ${window}) / `
    + `${setting.stride}, rounded down, + 1 = ${down.out} cells each way.`;
};

const kernelWords = (kernel, written) => {
  const sum = kernel.flat().reduce((all, weight) => all + weight, 0);
  return Math.abs(sum) < 1e-9 ? "The weights add up to 0, so an even area gives 0."
    : `The weights add up to ${written(sum)}: an even area is multiplied by that.`;
};

// What Python's `words` says as well.
const sentence = (image, kernel, setting, operation, [row, column], written) => {
  const places = geometry(image, setting);
  const value = written(cellOf(image, kernel, setting, operation, places, row, column));
  const cells = windowAt(image, setting, row, column).flat();
  const inside = cells.filter(({ pixel }) => pixel !== null).length;
  const border = setting.size ** 2 - inside;
  const where = `Row ${row + 1}, column ${column + 1}`;
  const beyond = border ? ` ${border} of the window's cells lie beyond the edge.` : "";
  const last = operation === "convolution" ? kernelWords(kernel, written)
    : "Pooling has no weights: there is nothing to learn.";
  const how = operation === "convolution" ? `${setting.size ** 2} products add up to`
    : operation === "max" ? `the largest of ${inside} pixels is`
    : `the mean of ${inside} pixels is`;
  return `${sizeWords(image, setting)} ${where}: ${how} ${value}.${beyond} ${last}`;
};

ldl.register("core", "convolution", {
  reach, along, geometry, windowAt, flipped, cellOf, apply, convolve2d, readEntry,
  writeEntry, sentence,
});

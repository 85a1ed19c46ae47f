// The picture, the output that grows cell by cell, and what the window multiplies.

const TICK = 80; // ms between steps while playing
const TICKS = 150; // about so many for a whole output
const PICTURE = 480; // points of a canvas along the padded picture

const STYLE = `
  .ldl-conv { font-variant-numeric: tabular-nums; }
  .ldl-conv .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem 1.5rem; }
  .ldl-conv .pair > * { min-width: 0; }
  .ldl-conv .head { font-size: 0.9375rem; padding-bottom: 0.3rem; }
  .ldl-conv .small { font-size: 0.8125rem; color: var(--ldl-muted); padding-top: 0.3rem; }
  .ldl-conv canvas { display: block; border: 1px solid var(--ldl-line);
    image-rendering: pixelated; touch-action: pan-y; }
  .ldl-conv .output { cursor: crosshair; }
  .ldl-conv .row { display: flex; flex-wrap: wrap; gap: 0.4rem; padding: 0.6rem 0; }
  .ldl-conv .grids { display: flex; flex-wrap: wrap; gap: 0.6rem 1.25rem;
    align-items: start; align-content: start; min-height: 13rem; }
  .ldl-conv .cells { display: grid; gap: 2px; }
  .ldl-conv .cells > * { width: 3.1rem; height: 2.1rem; min-width: 0; padding: 0; margin: 0;
    display: grid; place-items: center; font: inherit; font-size: 0.875rem; text-align: center;
    border: 1px solid var(--ldl-line); border-radius: 3px; color: var(--ldl-ink);
    background: var(--ldl-paper); }
  .ldl-conv .cells .minus { background: var(--minus-tint); }
  .ldl-conv .cells .plus { background: var(--plus-tint); }
  .ldl-conv .cells .beyond { color: var(--ldl-muted); border-style: dashed; }
  .ldl-conv .cells .most { font-weight: 700; border: 3px solid var(--ldl-ink); }
  .ldl-conv .cells input[aria-invalid="true"] { border: 3px solid var(--ldl-error); }
  .ldl-conv .sign { align-self: center; padding-top: 1.6rem; font-size: 1.25rem; }
  .ldl-conv .sum { padding-top: 0.5rem; min-height: 3.2em; overflow-wrap: anywhere; }
  @media (max-width: 480px) {
    .ldl-conv .pair { gap: 0.5rem; }
    .ldl-conv .grids { min-height: 0; }
    .ldl-conv .five > * { width: 2.85rem; font-size: 0.75rem; }
    .ldl-conv .sign { display: none; }
  }`;

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const mix = (from, to, share) => from.map((part, i) => Math.round(part + share * (to[i] - part)));

class View {
  constructor(stage, api, pictures) {
    Object.assign(this, {
      stage, api, pictures, kit: ldl.registered("core", "kit"),
      core: ldl.registered("core", "convolution"), values: { ...api.values },
    });
    this.build();
    this.begin();
    this.stopTheme = api.onTheme(() => this.recolour());
    this.recolour();
  }

  // ---- the parts of the page

  build() {
    const { html, button } = this.kit;
    const canvas = (className, label, more) =>
      html("canvas", { className, "aria-label": label, ...more });
    this.input = canvas("input", "The picture, with the window on it", { role: "img" });
    this.output = canvas("output", "The output. Arrow keys choose a cell of it, "
      + "Home and End the first and the last.", { role: "application", tabIndex: 0 });
    this.output.addEventListener("pointermove", (event) => this.point(event));
    this.output.addEventListener("pointerdown", (event) => this.point(event, true));
    this.output.addEventListener("keydown", (event) => this.key(event));
    const part = (title, target) => {
      const note = html("p", { className: "small" });
      const head = html("strong", { textContent: title });
      return { note, element: html("div", {}, [html("p", { className: "head" }, [head]), target, note]) };
    };
    const [left, right] = [part("Picture", this.input), part("Output", this.output)];
    [this.inputNote, this.outputNote] = [left.note, right.note];
    this.playButton = button("Play", () => this.timer ? this.stop() : this.play());
    this.grids = html("div", { className: "grids" });
    this.sum = html("p", { className: "sum" });
    this.stage.classList.add("ldl-conv");
    this.stage.append(
      html("style", { textContent: STYLE }),
      html("div", { className: "pair" }, [left.element, right.element]),
      html("div", { className: "row" }, [
        button("From the first cell", () => this.restart()),
        button("Next cell", () => this.step()), this.playButton,
        button("All cells", () => this.finish())]),
      this.grids, this.sum);
  }

  // A square of cells under a title; `make` gives the element of row i and column j.
  grid(title, size, make) {
    const { html } = this.kit;
    const cells = Array.from({ length: size * size }, (_, i) => make(Math.floor(i / size), i % size));
    const square = html("div", { className: `cells${size > 3 ? " five" : ""}`,
      style: `grid-template-columns: repeat(${size}, max-content)`,
      role: "group", "aria-label": title }, cells);
    const head = html("p", { className: "head" }, [html("strong", { textContent: title })]);
    return { cells, element: html("div", {}, [head, square]) };
  }

  buildGrids() {
    const { html } = this.kit;
    const { size } = this.setting;
    const plain = () => html("span");
    const sign = (textContent) => html("span", { className: "sign", textContent, "aria-hidden": "true" });
    this.pixels = this.grid("Pixels under the window", size, plain);
    this.entries = this.products = null;
    if (this.values.operation !== "convolution") {
      this.grids.replaceChildren(this.pixels.element);
      return;
    }
    const title = this.values.flip ? "Kernel, flipped: type your own" : "Kernel: type your own";
    this.entries = this.grid(title, size, (i, j) => this.entry(i, j));
    this.products = this.grid("Products", size, plain);
    this.grids.replaceChildren(this.pixels.element, sign("\u00d7"), this.entries.element,
      sign("="), this.products.element);
  }

  entry(i, j) {
    const field = this.kit.html("input", { type: "text", inputMode: "text", autocomplete: "off",
      value: this.core.writeEntry(this.kernel[i][j]),
      "aria-label": `weight in row ${i + 1}, column ${j + 1}` });
    field.addEventListener("input", () => {
      const value = this.core.readEntry(field.value);
      field.setAttribute("aria-invalid", value === null);
      if (value === null) return;
      this.kernel[i][j] = value;
      this.compute();
      this.draw();
      this.say();
    });
    field.addEventListener("blur", () => {
      field.value = this.core.writeEntry(this.kernel[i][j]);
      field.setAttribute("aria-invalid", false);
    });
    return field;
  }

  // ---- what is computed

  get setting() {
    const { size, stride, padding, dilation } = this.values;
    return { size, stride, padding, dilation };
  }

  // From the controls: the ready-made kernel, the whole output, the cell in its middle.
  begin() {
    const ready = this.api.options.kernels[this.values.kernel][this.values.size];
    this.kernel = this.values.flip ? this.core.flipped(ready) : ready.map((row) => [...row]);
    this.remake();
  }

  remake() {
    this.stop();
    this.image = this.pictures[this.values.picture];
    this.buildGrids();
    this.compute();
    this.done = this.rows * this.columns;
    this.cell = [Math.floor(this.rows / 2), Math.floor(this.columns / 2)];
  }

  compute() {
    this.result = this.core.apply(this.image, this.kernel, this.setting, this.values.operation);
    [this.rows, this.columns] = [this.result.length, this.result[0].length];
  }

  set(values) {
    const changed = Object.keys(values).filter((name) => values[name] !== this.values[name]);
    this.values = { ...values };
    // A kernel typed by hand stays while only the rest changes; "Reset" changes nothing.
    if (!changed.length || changed.includes("kernel") || changed.includes("size")) this.begin();
    else {
      if (changed.includes("flip")) this.kernel = this.core.flipped(this.kernel);
      this.remake();
    }
    this.draw();
    this.say();
  }

  // ---- what the reader does

  choose(row, column) {
    this.cell = [Math.max(0, Math.min(this.rows - 1, row)),
      Math.max(0, Math.min(this.columns - 1, column))];
    this.draw();
    this.say();
  }

  point(event, pressed = false) {
    if (this.timer && !pressed) return;
    this.stop();
    const box = this.output.getBoundingClientRect();
    const [row, column] = [
      Math.floor((event.clientY - box.top) / box.height * this.rows),
      Math.floor((event.clientX - box.left) / box.width * this.columns)];
    if (row !== this.cell[0] || column !== this.cell[1]) this.choose(row, column);
  }

  key(event) {
    const [row, column] = this.cell;
    const to = {
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column], Home: [0, 0], End: [this.rows, this.columns],
    }[event.key];
    if (!to) return;
    event.preventDefault();
    this.stop();
    this.choose(...to);
  }

  restart() {
    this.stop();
    this.done = 1;
    this.choose(0, 0);
  }

  // One more cell, from the left and from the top, as the output is computed.
  step(count = 1) {
    const all = this.rows * this.columns;
    const start = this.done === all && count === 1 && !this.timer
      ? this.cell[0] * this.columns + this.cell[1] + 1 : this.done;
    const last = Math.min(all - 1, start + count - 1);
    this.done = Math.max(this.done, last + 1);
    this.choose(Math.floor(last / this.columns), last % this.columns);
  }

  play() {
    const all = this.rows * this.columns;
    if (this.done === all) this.restart();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) { this.finish(); return; }
    const count = Math.max(1, Math.ceil(all / TICKS));
    this.playButton.textContent = "Pause";
    this.timer = setInterval(() => {
      this.step(count);
      if (this.done === all) this.stop();
    }, TICK);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.playButton.textContent = "Play";
  }

  finish() {
    this.stop();
    this.done = this.rows * this.columns;
    this.draw();
    this.say();
  }

  say() {
    if (this.timer) return; // not while it plays: nobody could follow
    this.sentence = this.core.sentence(this.image, this.kernel, this.setting,
      this.values.operation, this.cell, (value) => this.number(value));
    this.api.announce(this.sentence);
  }

  // Whole numbers as such, others with two digits.
  number(value) {
    return this.kit.fixed(value, Math.abs(value - Math.round(value)) < 1e-9 ? 0 : 2);
  }

  // ---- drawing

  draw() {
    const places = this.core.geometry(this.image, this.setting);
    const side = this.image.length + places.down.before + places.down.after;
    this.scale = Math.max(3, Math.floor(PICTURE / side));
    this.drawInput(places, side);
    this.drawOutput(side);
    this.drawGrids();
  }

  // Gives a canvas rows × columns squares; `paint(row, column)` is the colour of each, as
  // [red, green, blue], or null for none.
  squares(target, rows, columns, width, paint) {
    const small = new ImageData(columns, rows);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const color = paint(row, column);
        if (color) small.data.set([...color, 255], 4 * (row * columns + column));
      }
    }
    const sheet = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
    sheet.getContext("2d").putImageData(small, 0, 0);
    Object.assign(target, { width: columns * this.scale, height: rows * this.scale });
    target.style.width = `${100 * width}%`;
    const context = target.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(sheet, 0, 0, target.width, target.height);
    return context;
  }

  drawInput({ down, across, window }, side) {
    const border = rgb(this.color("orange_tint"));
    const context = this.squares(this.input, side, side, 1, (row, column) => {
      const pixel = this.image[row - down.before]?.[column - across.before];
      return pixel === undefined ? border : [pixel, pixel, pixel];
    });
    const { scale } = this;
    const { size, stride, dilation } = this.setting;
    const [top, left] = this.cell.map((at) => at * stride * scale);
    this.frame(context, left, top, window * scale);
    if (dilation === 1) return;
    context.fillStyle = this.color("orange");
    const dot = scale / 2;
    for (let i = 0; i < size * size; i += 1) {
      const [y, x] = [Math.floor(i / size), i % size].map((at) => at * dilation * scale);
      context.fillRect(left + x + dot / 2, top + y + dot / 2, dot, dot);
    }
  }

  // Two lines, so that one of them is seen on any picture.
  frame(context, x, y, side) {
    for (const [color, width] of [["ink", 6], ["orange", 3]]) {
      context.strokeStyle = this.color(color);
      context.lineWidth = width;
      context.strokeRect(x, y, side, side);
    }
  }

  drawOutput(side) {
    const flat = this.result.flat();
    const add = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
    const weights = add(this.kernel.flat());
    const pooling = this.values.operation !== "convolution";
    // Where weights nearly cancel, most outputs lie beyond any scale of greys.
    const signed = !pooling && Math.abs(weights) <= 0.1 * add(this.kernel.flat().map(Math.abs));
    const top = pooling ? 255 : 255 * weights;
    const most = Math.max(...flat.map(Math.abs), 1e-9);
    const shade = signed ? (value) => this.signedColor(value / most)
      : (value) => this.grey(value / top);
    const context = this.squares(this.output, this.rows, this.columns, this.columns / side,
      (row, column) => row * this.columns + column < this.done
        ? shade(this.result[row][column]) : null);
    const [row, column] = this.cell;
    // Around the cell, whose own colour has to be seen.
    this.frame(context, column * this.scale - 3, row * this.scale - 3, this.scale + 6);
    const ends = [Math.min(...flat), Math.max(...flat)];
    const [low, high] = ends.map((value) => this.kit.fixed(value, 0));
    const cut = ends.some((value) => value / top < 0 || value / top > 1);
    const key = signed ? "Blue: above 0. Orange: below 0."
      : `Black: 0. White: ${this.number(top)}.${cut ? " What lies beyond is cut off." : ""}`;
    this.kit.write(this.inputNote, `${this.image.length} \u00d7 ${this.image.length} pixels, 0 to 255`
      + (side > this.image.length ? "; tinted: padding" : ""));
    this.kit.write(this.outputNote, `${this.rows} \u00d7 ${this.columns} cells, ${low} to ${high}. ${key}`);
  }

  drawGrids() {
    const { write, fixed } = this.kit;
    const cells = this.core.windowAt(this.image, this.setting, ...this.cell).flat();
    const value = this.result[this.cell[0]][this.cell[1]];
    const short = (number) => fixed(number, Number.isInteger(number) ? 0 : 1);
    const pooling = !this.products;
    const best = cells.findIndex(({ pixel }) => pixel === value);
    cells.forEach(({ pixel }, i) => {
      const cell = this.pixels.cells[i];
      write(cell, pixel === null ? (pooling ? "\u2013" : "0") : String(pixel));
      cell.className = pixel === null ? "beyond"
        : this.values.operation === "max" && i === best ? "most" : "";
      if (pooling) return;
      const weight = this.kernel.flat()[i];
      const product = weight * (pixel ?? 0);
      write(this.products.cells[i], short(product));
      this.products.cells[i].className = product > 0 ? "plus" : product < 0 ? "minus" : "";
      this.entries.cells[i].className = weight > 0 ? "plus" : weight < 0 ? "minus" : "";
    });
    write(this.sum, this.sumWords(cells, value, short));
  }

  sumWords(cells, value, short) {
    const inside = cells.filter(({ pixel }) => pixel !== null).map(({ pixel }) => pixel);
    const result = this.number(value);
    if (this.values.operation === "max") return `max(${inside.join(", ")}) = ${result}`;
    if (this.values.operation === "average") {
      return `(${inside.join(" + ")}) / ${inside.length} = ${result}`;
    }
    const weights = this.kernel.flat();
    const terms = cells.map(({ pixel }, i) => weights[i] === 0 ? null
      : `${pixel ?? 0} \u00b7 ${weights[i] < 0 ? `(${this.core.writeEntry(weights[i])})`
        : this.core.writeEntry(weights[i])}`).filter(Boolean);
    const zeros = weights.length - terms.length;
    return `${terms.join(" + ") || "0"} = ${result}`
      + (zeros ? ` (left out: ${this.kit.plural(zeros, "product")} with weight 0)` : "");
  }

  // ---- colours

  color(name) { return this.api.options.colors[name][this.api.theme() === "dark" ? 1 : 0]; }

  grey(share) {
    const level = Math.round(255 * Math.max(0, Math.min(1, share)));
    return [level, level, level];
  }

  signedColor(share) {
    const place = (share + 1) / 2 * (this.ramp.length - 1);
    const low = Math.min(this.ramp.length - 2, Math.floor(place));
    return mix(this.ramp[low], this.ramp[low + 1], place - low);
  }

  recolour() {
    const dark = this.api.theme() === "dark" ? 1 : 0;
    this.ramp = this.api.options.signed[dark].map(rgb);
    this.stage.style.setProperty("--plus-tint", this.color("blue_tint"));
    this.stage.style.setProperty("--minus-tint", this.color("vermillion_tint"));
    this.draw();
  }

  read(path) {
    switch (path) {
      case "layout.rows":
        return this.result.map((row) => row.reduce((sum, value) => sum + value, 0));
      case "layout.middle":
        return this.result[Math.floor(this.rows / 2)][Math.floor(this.columns / 2)];
      case "output": return this.result;
      case "kernel": return this.kernel;
      case "cell": return this.cell;
      case "done": return this.done;
      case "sentence": return this.sentence;
      default: throw new RangeError(`convolution has no ${path}`);
    }
  }

  destroy() {
    this.stop();
    this.stopTheme();
  }
}

// Square pictures from packed levels, one byte a pixel.
const unpackPictures = async ({ names, sides, level, pixels }) => {
  const bytes = await ldl.unpack(pixels);
  let start = 0;
  return Object.fromEntries(names.map((name, number) => {
    const side = sides[number];
    const rows = Array.from({ length: side }, (_, row) => Array.from(
      bytes.subarray(start + row * side, start + (row + 1) * side), (byte) => byte * level));
    start += side * side;
    return [name, rows];
  }));
};

ldl.register("widget", "convolution", async (stage, api) => {
  const view = new View(stage, api, await unpackPictures(api.options.pictures));
  return {
    set: (values) => view.set(values),
    read: (path) => view.read(path),
    destroy: () => view.destroy(),
  };
});

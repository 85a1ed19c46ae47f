// Draw a digit: a pad, what the network sees of it, 25 hidden units and ten outputs.

const ERASER = 20; // radius in points of the pad
const CELL = 12; // points of a large picture for each pixel
const SIGNS_FROM = 0.4; // share of the largest number from which a cell shows its sign
const KEY_STEP = 5; // points that an arrow key moves the pen

const { html, button } = ldl.registered("core", "kit");
const canvas = (size, label, className) =>
  html("canvas",
    { width: size, height: size, "aria-label": label, className, role: "img" });
const heading = (text, note) => html("p", { className: "head" },
  [html("strong", { textContent: text }), note ? ` ${note}` : ""]);

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
// 257 colours between the stops of a scale.
const ramp = (hexes) => Array.from({ length: 257 }, (_, i) => {
  const place = i / 256 * (hexes.length - 1);
  const low = Math.min(hexes.length - 2, Math.floor(place));
  const [from, to] = [rgb(hexes[low]), rgb(hexes[low + 1])];
  return from.map((part, k) => Math.round(part + (place - low) * (to[k] - part)));
});
// Most texts stay as they are while the pen moves, and each change costs a layout.
const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};
const largest = (numbers) => numbers.reduce((most, each) => Math.max(most, Math.abs(each)), 0);

const STYLE = `
  .ldl-digit { font-variant-numeric: tabular-nums; }
  .ldl-digit .parts { display: flex; flex-wrap: wrap; gap: 0.75rem 1.25rem;
    justify-content: space-between; }
  .ldl-digit .parts > * { min-width: 0; }
  .ldl-digit .head { font-size: 0.9375rem; padding: 0.5rem 0 0.3rem; }
  .ldl-digit .head, .ldl-digit .small { color: var(--ldl-muted); }
  .ldl-digit .head strong { color: var(--ldl-ink); }
  .ldl-digit .small { font-size: 0.8125rem; padding-top: 0.35rem; }
  .ldl-digit canvas { display: block; width: 100%; border: 1px solid var(--ldl-line);
    border-radius: 4px; background: var(--ldl-paper); image-rendering: pixelated; }
  .ldl-digit .row { display: flex; flex-wrap: wrap; gap: 0.3rem; padding-top: 0.4rem; }
  .ldl-digit .row button { padding: 0.25rem 0.55rem; }
  .ldl-digit .row .arrow { min-width: 2.25rem; padding: 0.25rem; }
  .ldl-digit button[aria-pressed="true"] { background: var(--ldl-accent);
    color: var(--ldl-on-accent); border-color: var(--ldl-accent); }
  .ldl-digit .drawn { flex: 0 1 15rem; }
  .ldl-digit .pad { touch-action: none; cursor: crosshair; image-rendering: auto; }
  .ldl-digit .seen { flex: 0 1 11.5rem; }
  .ldl-digit .answers { flex: 1 1 12rem; }
  .ldl-digit ol { list-style: none; margin: 0; padding: 0; }
  .ldl-digit li { contain: layout; display: grid; gap: 0.4rem;
    grid-template-columns: 0.8rem 1fr 2.6rem 0.9rem; align-items: center; margin: 0; padding: 0;
    line-height: 1.45; font-size: 0.9375rem; }
  .ldl-digit .answers li { line-height: 1.6; }
  .ldl-digit li.best { font-weight: 700; }
  .ldl-digit .number { text-align: right; white-space: nowrap; }
  .ldl-digit .bar { position: relative; height: 0.75rem; background: var(--ldl-panel);
    border-radius: 2px; overflow: hidden; }
  .ldl-digit .bar::after { content: ""; position: absolute; left: 50%; top: 0; bottom: 0;
    border-left: 1px dashed var(--ldl-line); }
  .ldl-digit .bar i { position: absolute; inset: 0; background: var(--digit-plus);
    transform-origin: left; }
  .ldl-digit .bar i.signed { left: 50%; }
  .ldl-digit .bar i.minus { background: var(--digit-minus); }
  .ldl-digit .units { display: grid; gap: 0.3rem;
    grid-template-columns: repeat(auto-fill, minmax(3.95rem, 1fr)); }
  .ldl-digit .units button { contain: layout; position: relative; display: grid; gap: 1px;
    min-width: 0; padding: 4px 3px 2px; font-size: 0.75rem; line-height: 1.3;
    text-align: center; border-width: 1px; }
  .ldl-digit .units canvas { width: 78%; margin: 0 auto 2px; border: 0; border-radius: 2px; }
  .ldl-digit .units .bar { height: 5px; margin: 1px 2px; }
  .ldl-digit .units .flat { min-height: 1.3em; font-size: 0.6875rem; letter-spacing: -0.03em;
    white-space: nowrap; }
  .ldl-digit .units .saturated { border: 2px dashed var(--ldl-ink); padding: 3px 2px 1px; }
  .ldl-digit .units button[aria-pressed="true"] { background: var(--ldl-panel);
    color: var(--ldl-ink); box-shadow: 0 0 0 2px var(--ldl-accent); }
  .ldl-digit .aside { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); white-space: pre; }
  .ldl-digit .picture { flex: 1 1 9.5rem; max-width: 14rem; }
  .ldl-digit .onward { flex: 1 1 13rem; }
  .ldl-digit .onward li { grid-template-columns: 0.8rem 1fr 3.2rem 3.2rem; }
  .ldl-digit .onward li.titles { color: var(--ldl-muted); font-size: 0.8125rem; }
  @media (max-width: 480px) {
    .ldl-digit .drawn { flex-basis: 18rem; }
    .ldl-digit .seen { flex-basis: 8.75rem; }
    .ldl-digit .answers { flex-basis: 10.5rem; }
    .ldl-digit .row .arrow { min-width: 1.9rem; }
  }`;

class View {
  constructor(stage, api, core, network, images) {
    Object.assign(this, {
      api, stage, core, network, images, values: { ...api.values }, erasing: false, key: null,
      pen: api.options.pen,
    });
    // The first to be shown is the unit with the largest weight: it has learned something.
    this.unit = Math.floor(core.argmax(this.network.W1.map(Math.abs)) / core.SIDE ** 2);
    this.drawing = core.emptyPad(); // the reader's own, kept while test images are shown
    this.build();
    this.load();
    this.stopTheme = api.onTheme(() => this.recolour());
    this.recolour();
  }

  // ---- the parts of the page

  build() {
    this.stage.classList.add("ldl-digit");
    this.stage.append(
      html("style", { textContent: STYLE }),
      html("div", { className: "parts" }, [this.padPart(), this.seenPart(), this.answersPart()]),
      heading(`${this.network.hidden} hidden units`,
        "Each with its weights as an image, its sum z, and its output tanh(z)."),
      this.unitsPart(),
      html("div", { className: "parts" }, this.detailParts()));
    this.use(false);
  }

  padPart() {
    const { PAD } = this.core;
    this.pad = html("canvas", { width: PAD, height: PAD, className: "pad", tabIndex: 0,
      role: "application", "aria-label": "Drawing pad. Arrow keys move the pen, with Shift farther; "
        + "Space puts it down and lifts it; E changes between pen and eraser." });
    this.pad.addEventListener("pointerdown", (event) => this.press(event));
    this.pad.addEventListener("keydown", (event) => this.padKey(event));
    this.pad.addEventListener("blur", () => { this.key = null; this.paintPad(); });
    this.tools = [button("Pen", () => this.use(false)), button("Eraser", () => this.use(true))];
    return html("div", { className: "drawn" }, [
      heading("Draw a digit here"), this.pad,
      html("div", { className: "row" },
        [...this.tools, button("Clear", () => this.clear())]),
      html("div", { className: "row" }, [
        button("Previous", () => this.turn(-1), { "aria-label": "Previous test image" }),
        button("Next test image", () => this.turn(1))])]);
  }

  seenPart() {
    this.seen = canvas(this.core.SIDE, "What the network sees: 28 by 28 grey levels");
    const arrows = [["\u2190", -1, 0, "left"], ["\u2191", 0, -1, "up"], ["\u2193", 0, 1, "down"],
      ["\u2192", 1, 0, "right"]].map(([sign, dx, dy, where]) => button(
      sign, () => this.shift(dx, dy), { className: "arrow", "aria-label": `Shift ${where}` }));
    const shifts = html("div",
      { className: "row", role: "group", "aria-label": "Shift by a pixel" }, arrows);
    shifts.addEventListener("keydown", (event) => this.shiftKey(event));
    this.seenNote = html("p", { className: "small" });
    return html("div", { className: "seen" },
      [heading("What it sees"), this.seen, shifts, this.seenNote]);
  }

  answersPart() {
    this.answers = Array.from({ length: this.network.outputs }, (_, digit) => this.bar(digit));
    this.total = html("p", { className: "small" });
    return html("div", { className: "answers" }, [heading("Ten outputs"),
      html("ol", { className: "outputs" }, this.answers.map(({ row }) => row)), this.total]);
  }

  // A line with a digit, a bar and two numbers.
  bar(digit) {
    const [fill, first, second] = [html("i"), ...[1, 2].map(() => html("span", { className: "number" }))];
    const row = html("li", {}, [html("span", { textContent: digit }),
      html("span", { className: "bar" }, [fill]), first, second]);
    return { row, fill, first, second };
  }

  unitsPart() {
    this.units = Array.from({ length: this.network.hidden }, (_, unit) => {
      const picture = html("canvas", { width: this.core.SIDE, height: this.core.SIDE });
      const [z, fill, output, slope, flat] = [html("span"), html("i"), html("span"),
        html("span", { className: "aside" }), html("span", { className: "flat" })];
      const aside = (text) => html("span", { className: "aside", textContent: text });
      const tile = button("", () => this.choose(unit));
      tile.append(picture, aside(`Hidden unit ${unit + 1}: `), z,
        html("span", { className: "bar" }, [fill]), aside(", output "), output, slope, flat);
      tile.addEventListener("focus", () => this.choose(unit));
      tile.addEventListener("keydown", (event) => this.unitKey(event, unit));
      return { tile, picture, z, fill, output, slope, flat };
    });
    return html("div", { className: "units", role: "group",
      "aria-label": "Hidden units; arrow keys go from one to the next" }, this.units.map(({ tile }) => tile));
  }

  detailParts() {
    const size = this.core.SIDE * CELL;
    const part = (name, label) => {
      this[name] = canvas(size, label);
      this[`${name}Head`] = heading("");
      this[`${name}Note`] = html("p", { className: "small" });
      return html("div", { className: "picture" },
        [this[`${name}Head`], this[name], this[`${name}Note`]]);
    };
    this.onward = Array.from({ length: this.network.outputs }, (_, digit) => this.bar(digit));
    const titles = html("li", { className: "titles" },
      ["", "", "weight", "adds"].map((text) =>
        html("span", { className: "number", textContent: text })));
    const note = html("p", { className: "small", textContent:
      "Bars: weights. Weight times the unit's output is what it adds to an output's sum." });
    this.onwardHead = heading("");
    return [
      part("weights", "Weights of the chosen unit, pixel by pixel"),
      part("products", "Each weight times its standardised input"),
      html("div", { className: "onward" }, [this.onwardHead,
        html("ol", {}, [titles, ...this.onward.map(({ row }) => row)]), note])];
  }

  // ---- what the reader does

  use(erasing) {
    this.erasing = erasing;
    this.tools.forEach((tool, i) => tool.setAttribute("aria-pressed", Boolean(i) === erasing));
  }

  // From now on the pad is the reader's; a test image on it is what the drawing starts from.
  adopt(points) {
    this.drawing = points;
    this.points = points;
    if (this.values.image === -1) return;
    this.values.image = -1;
    this.api.setValues({ image: -1 });
  }

  place(event) {
    const box = this.pad.getBoundingClientRect();
    const scale = this.core.PAD / this.pad.clientWidth;
    return [(event.clientX - box.left - this.pad.clientLeft) * scale,
      (event.clientY - box.top - this.pad.clientTop) * scale];
  }

  mark(from, to, erase = this.erasing) {
    this.core.stroke(this.points, from, to, erase ? ERASER : this.pen, erase);
    this.later();
  }

  press(event) {
    const eraserEnd = event.pointerType === "pen" && event.buttons === 32;
    if (event.button && !eraserEnd) return; // a menu is asked for
    event.preventDefault(); // no selection, no mouse events after touch
    this.pad.focus({ preventScroll: true });
    this.key = null;
    this.pad.setPointerCapture(event.pointerId);
    const erase = this.erasing || eraserEnd;
    let last = this.place(event);
    this.adopt(this.values.image === -1 ? this.points : this.points.slice());
    this.mark(last, last, erase);
    const move = (moved) => {
      if (moved.pointerId !== event.pointerId) return;
      const all = moved.getCoalescedEvents?.() ?? [];
      for (const each of all.length ? all : [moved]) {
        const now = this.place(each);
        this.mark(last, now, erase);
        last = now;
      }
    };
    const stop = new AbortController();
    this.pad.addEventListener("pointermove", move, { signal: stop.signal });
    for (const end of ["pointerup", "pointercancel"]) {
      this.pad.addEventListener(end, () => stop.abort(), { signal: stop.signal });
    }
  }

  padKey(event) {
    const by = event.shiftKey ? 4 * KEY_STEP : KEY_STEP;
    const moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
    const { PAD } = this.core;
    const pen = this.key ?? { at: [PAD / 2, PAD / 4], down: false };
    if (moves[event.key]) {
      const at = pen.at.map((from, axis) =>
        Math.min(PAD - this.pen, Math.max(this.pen, from + moves[event.key][axis])));
      this.key = { ...pen, at };
      if (pen.down) this.keyMark(pen.at, at);
    } else if (event.key === " ") {
      this.key = { ...pen, down: !pen.down };
      if (this.key.down) this.keyMark(pen.at, pen.at);
    } else if (event.key.toLowerCase() === "e" && !event.ctrlKey && !event.metaKey) {
      this.use(!this.erasing);
    } else return;
    event.preventDefault();
    this.paintPad();
  }

  keyMark(from, to) {
    this.adopt(this.values.image === -1 ? this.points : this.points.slice());
    this.mark(from, to);
  }

  clear() {
    this.adopt(this.core.emptyPad());
    this.later();
  }

  turn(by) {
    const { numbers } = this.api.options;
    const place = numbers.indexOf(this.api.values.image); // those asked for, if not yet shown
    const next = place < 0 ? (by > 0 ? 0 : numbers.length - 1)
      : (place + by + numbers.length) % numbers.length;
    this.api.setValues({ image: numbers[next] });
  }

  shift(dx, dy) {
    const limit = (value) => Math.max(-this.api.options.farthest,
      Math.min(this.api.options.farthest, value));
    const asked = this.api.values;
    this.api.setValues({ dx: limit(asked.dx + dx), dy: limit(asked.dy + dy) });
  }

  shiftKey(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!moves[event.key]) return;
    event.preventDefault();
    this.shift(...moves[event.key]);
  }

  unitKey(event, unit) {
    const columns = getComputedStyle(this.units[0].tile.parentElement)
      .gridTemplateColumns.split(" ").length;
    const last = this.units.length - 1;
    const to = { ArrowLeft: unit - 1, ArrowRight: unit + 1, ArrowUp: unit - columns,
      ArrowDown: unit + columns, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.units[Math.min(last, Math.max(0, to))].tile.focus();
  }

  choose(unit) {
    this.unit = unit;
    this.drawChoice();
    this.drawDetail();
  }

  // ---- from values to numbers

  set(values) {
    const before = this.values.image;
    this.values = { ...values };
    if (values.image !== before) this.load();
    this.draw();
  }

  // Puts the chosen test image, or the reader's drawing, on the pad.
  load() {
    const place = this.api.options.numbers.indexOf(this.values.image);
    this.points = place < 0 ? this.drawing : this.core.padOf(this.images[place]);
  }

  // Several movements of the pen within one picture of the screen are drawn once.
  later() {
    this.waiting ??= requestAnimationFrame(() => this.draw());
  }

  compute() {
    const { core, values, points } = this;
    const { numbers, labels } = this.api.options;
    const place = numbers.indexOf(values.image);
    const own = () => values.centre ? core.prepare(points) : core.shrink(points);
    const start = place < 0 ? own() : this.images[place];
    this.image = core.addNoise(core.shift(start, values.dx, values.dy), values.noise, values.pattern);
    this.pass = core.forward(this.network, this.image);
    const source = place >= 0 ? "test" : core.inkBox(points) ? "drawing" : "empty";
    this.sentence = core.words(this.pass, { source, number: values.image, label: labels[place] });
    this.source = source;
  }

  // ---- what the reader sees

  draw() {
    cancelAnimationFrame(this.waiting);
    this.waiting = null;
    this.compute();
    this.paintPad();
    this.paintGrey(this.seen, this.image);
    this.drawSeenNote();
    this.drawAnswers();
    this.units.forEach((each, unit) => this.drawUnit(each, unit));
    this.drawDetail();
    this.api.announce(this.sentence);
  }

  drawSeenNote() {
    const how = this.source === "test" ? "A test image comes scaled and centred."
      : this.values.centre ? "Your drawing, cropped, scaled to 20 pixels and centred."
        : "Your pad, only coarser: neither scaled nor centred.";
    write(this.seenNote, `784 grey levels. ${how}`);
  }

  drawAnswers() {
    const { core, pass } = this;
    const best = core.argmax(pass.outputs);
    this.answers.forEach(({ row, fill, first, second }, digit) => {
      fill.style.transform = `scaleX(${pass.outputs[digit]})`;
      write(first, core.fixed(pass.outputs[digit]));
      write(second, digit === best ? "\u25c2" : "");
      row.classList.toggle("best", digit === best);
    });
    const sum = pass.outputs.reduce((all, each) => all + each, 0);
    write(this.total, `Dashed: 0.5. Sum ${core.fixed(sum)}: each is a logistic unit of its own, `
      + "so these are not probabilities.");
  }

  // A bar that starts in the middle; `share` runs from -1 to 1, and turns it round below 0.
  signedBar(fill, share) {
    fill.style.transform = `scaleX(${share})`;
    fill.className = share < 0 ? "signed minus" : "signed";
  }

  drawUnit({ tile, z, fill, output, slope, flat }, unit) {
    const { core, pass } = this;
    const [sum, value] = [pass.z[unit], pass.hidden[unit]];
    const saturated = pass.slope[unit] < core.FLAT;
    write(z, `z ${core.fixed(sum, Math.abs(sum) < 9.95 ? 2 : 1)}`);
    write(output, core.fixed(value));
    write(flat, saturated ? "saturated" : "");
    this.signedBar(fill, value);
    tile.classList.toggle("saturated", saturated);
    write(slope, `, slope ${core.fixed(pass.slope[unit])} `);
  }

  drawChoice() {
    this.units.forEach(({ tile }, unit) => {
      tile.setAttribute("aria-pressed", unit === this.unit);
      tile.tabIndex = unit === this.unit ? 0 : -1;
    });
  }

  weightsOf(unit) {
    const size = this.core.SIDE ** 2;
    return this.network.W1.subarray(unit * size, (unit + 1) * size);
  }

  drawDetail() {
    const { core, network, pass, unit } = this;
    const weights = this.weightsOf(unit);
    const products = weights.map((weight, i) => weight * pass.x[i]);
    if (this.painted !== `${unit} ${this.api.theme()}`) {
      this.paintSigned(this.weights, weights, largest(weights));
      this.painted = `${unit} ${this.api.theme()}`;
    }
    const [z, a, slope, bias] = [pass.z[unit], pass.hidden[unit], pass.slope[unit], network.b1[unit]];
    this.paintSigned(this.products, products, largest(products));
    const say = (part, text) => write(part.querySelector("strong"), text);
    say(this.weightsHead, `Unit ${unit + 1}: weights w`);
    say(this.productsHead, "w \u00d7 input");
    say(this.onwardHead, "On to the outputs");
    write(this.weightsNote, "Blue with +: positive. Orange with \u2212: negative. "
      + `Strongest: ${core.fixed(largest(weights))}.`);
    write(this.productsNote, `Sum ${core.fixed(z - bias)}, plus bias ${core.fixed(bias)}: z = ${
      core.fixed(z)}. tanh(z) = ${core.fixed(a)}, slope ${core.fixed(slope)}${
      slope < core.FLAT ? ": saturated." : "."}`);
    const onward = this.onward.map((_, digit) => network.W2[digit * network.hidden + unit]);
    const most = largest(onward);
    this.onward.forEach(({ fill, first, second }, digit) => {
      this.signedBar(fill, onward[digit] / most);
      write(first, core.fixed(onward[digit]));
      write(second, core.fixed(onward[digit] * a));
    });
  }

  // ---- pixels

  paintGrey(target, image) {
    const side = target.width;
    const context = target.getContext("2d");
    const pixels = context.createImageData(side, side);
    for (let i = 0; i < side * side; i += 1) pixels.data.set([...this.ink, image[i]], 4 * i);
    context.putImageData(pixels, 0, 0);
  }

  paintPad() {
    const context = this.pad.getContext("2d");
    const words = new Uint32Array(this.sheet.data.buffer);
    // Alpha is the last of four bytes, the highest of a word.
    for (let i = 0; i < words.length; i += 1) words[i] = this.inkWord | (this.points[i] << 24);
    context.putImageData(this.sheet, 0, 0);
    if (!this.key) return;
    context.beginPath();
    context.arc(...this.key.at, this.erasing ? ERASER : this.pen, 0, 2 * Math.PI);
    context.lineWidth = this.key.down ? 5 : 2.5;
    context.strokeStyle = this.color("orange");
    context.stroke();
  }

  signedColor(number, most) {
    return this.ramp[Math.round(128 + 128 * Math.max(-1, Math.min(1, number / most)))];
  }

  paintSigned(target, numbers, most) {
    const context = target.getContext("2d");
    const { SIDE } = this.core;
    numbers.forEach((number, i) => {
      const [x, y] = [CELL * (i % SIDE), CELL * Math.floor(i / SIDE)];
      context.fillStyle = `rgb(${this.signedColor(number, most)})`;
      context.fillRect(x, y, CELL, CELL);
      if (Math.abs(number) < SIGNS_FROM * most) return;
      context.fillStyle = this.color("paper");
      context.fillRect(x + 3, y + 5, 6, 2);
      if (number > 0) context.fillRect(x + 5, y + 3, 2, 6);
    });
  }

  paintThumbnail(target, numbers) {
    const most = 0.6 * largest(numbers); // small pictures need contrast
    const context = target.getContext("2d");
    const pixels = context.createImageData(target.width, target.height);
    numbers.forEach((number, i) => pixels.data.set([...this.signedColor(number, most), 255], 4 * i));
    context.putImageData(pixels, 0, 0);
  }

  color(name) { return this.api.options.colors[name][this.api.theme() === "dark" ? 1 : 0]; }

  recolour() {
    const dark = this.api.theme() === "dark" ? 1 : 0;
    this.ink = rgb(this.color("ink"));
    this.inkWord = this.ink[0] | (this.ink[1] << 8) | (this.ink[2] << 16);
    this.sheet = new ImageData(this.core.PAD, this.core.PAD);
    this.ramp = ramp(this.api.options.signed[dark]);
    this.stage.style.setProperty("--digit-plus", this.color("blue"));
    this.stage.style.setProperty("--digit-minus", this.color("vermillion"));
    this.units.forEach(({ picture }, unit) => this.paintThumbnail(picture, this.weightsOf(unit)));
    this.drawChoice();
    this.draw();
  }

  read(path) {
    if (this.waiting) this.draw();
    switch (path) {
      case "layout.z": return this.pass.z;
      case "layout.hidden": return this.pass.hidden;
      case "layout.outputs": return this.pass.outputs;
      case "image": return Array.from(this.image);
      case "pad": return Array.from(this.points);
      case "sentence": return this.sentence;
      case "unit": return this.unit;
      default: throw new RangeError(`draw_digit has no ${path}`);
    }
  }

  destroy() {
    cancelAnimationFrame(this.waiting);
    this.stopTheme();
  }
}

ldl.register("widget", "draw_digit", async (stage, api) => {
  const core = ldl.registered("core", "draw_digit");
  const view = new View(stage, api, core, await core.readNetwork(api.options),
    await core.readImages(api.options));
  return {
    set: (values) => view.set(values),
    read: (path) => view.read(path),
    destroy: () => view.destroy(),
  };
});
